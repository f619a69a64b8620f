package irqlab.cpu.core;

import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Tables of {@code irqlab show idt}: a line for each run of vectors with one gate and use. */
public final class IdtText {
  private static final String NOTHING = "-";

  private static final String[] EXCEPTION_NAMES = {
    "#DE divide error",
    "#DB debug",
    "NMI",
    "#BP breakpoint",
    "#OF overflow",
    "#BR bound range",
    "#UD invalid opcode",
    "#NM no coprocessor",
    "#DF double fault",
    "coprocessor overrun",
    "#TS invalid TSS",
    "#NP segment not present",
    "#SS stack fault",
    "#GP general protection",
    "#PF page fault",
    "reserved",
    "#MF x87 error",
    "#AC alignment check",
    "#MC machine check",
    "#XM SIMD error",
    "#VE virtualization",
    "#CP control protection"
  };

  private IdtText() {}

  /** The names of the columns. */
  public static String head() {
    return line("vectors", "class", "gate", "P", "use");
  }

  /**
   * All 256 vectors, ready to print under {@link #head}.
   *
   * @param uses what a vector is for; null or empty when nothing is
   */
  public static String all(Idt idt, IntFunction<String> uses) {
    return rows(idt, uses, vector -> true);
  }

  /** As {@link #all}, without the vectors of which {@code uses} says nothing. */
  public static String used(Idt idt, IntFunction<String> uses) {
    return rows(idt, uses, vector -> !use(uses, vector).equals(NOTHING));
  }

  private static String rows(Idt idt, IntFunction<String> uses, IntPredicate shown) {
    StringBuilder text = new StringBuilder();
    int first = 0;
    for (int vector = 1; vector <= Idt.VECTORS; vector++) {
      if (vector == Idt.VECTORS || !alike(idt, uses, first, vector)) {
        if (shown.test(first)) {
          text.append(row(idt, uses, first, vector - 1));
        }
        first = vector;
      }
    }
    return text.toString();
  }

  // A run stays inside one priority class and one kind of use, so that each line has one class.
  private static boolean alike(Idt idt, IntFunction<String> uses, int first, int vector) {
    return first >>> 4 == vector >>> 4
        && idt.gate(first) == idt.gate(vector)
        && use(uses, first).equals(use(uses, vector));
  }

  private static String row(Idt idt, IntFunction<String> uses, int first, int last) {
    String vectors = hex(first) + (first == last ? "" : "-" + hex(last));
    return line(
        vectors,
        first < 16 ? "-" : Integer.toString(first >>> 4),
        idt.gate(first).text(),
        idt.present(first) ? "1" : "0",
        use(uses, first));
  }

  private static String use(IntFunction<String> uses, int vector) {
    String use = uses.apply(vector);
    return use == null || use.isEmpty() ? NOTHING : use;
  }

  /** What the architecture has at a vector of 0 to 31. */
  public static String exception(int vector) {
    return vector < EXCEPTION_NAMES.length ? EXCEPTION_NAMES[vector] : "reserved";
  }

  private static String hex(int vector) {
    return String.format(Locale.ROOT, "0x%02x", vector);
  }

  private static String line(String vectors, String rank, String gate, String present, String use) {
    return String.format(Locale.ROOT, "%-10s %5s  %-9s  %s  %s", vectors, rank, gate, present, use)
        + "\n";
  }
}
