package irqlab.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One law of conservation: two sums that agree in a run without a fault.
 *
 * @param name what it is about
 * @param left terms of one sum
 * @param right terms of the other
 * @param skipped why it says nothing of this run; empty when it does
 */
public record Law(String name, List<Term> left, List<Term> right, String skipped) {
  /** A named number. */
  public record Term(String name, long value) {
    @Override
    public String toString() {
      return name + " " + value;
    }
  }

  /** Copies the terms. */
  public Law {
    left = List.copyOf(left);
    right = List.copyOf(right);
  }

  /** The left sum minus the right one. */
  public long difference() {
    return sum(left) - sum(right);
  }

  /** True when the sums differ and should not. */
  public boolean broken() {
    return skipped.isEmpty() && difference() != 0;
  }

  /** The equation with its numbers. */
  public String text() {
    return terms(left) + (difference() == 0 ? " = " : " != ") + terms(right);
  }

  private static String terms(List<Term> terms) {
    return terms.stream().map(Term::toString).collect(Collectors.joining(" + "));
  }

  private static long sum(List<Term> terms) {
    return terms.stream().mapToLong(Term::value).sum();
  }
}
