package irqlab.topology.hocon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects faults, so that a reader can go on after the first. */
public final class Faults {
  /** Beyond this many a text is beyond help: the others are only counted. */
  private static final int KEPT_MAX = 200;

  private final String file;
  private final Set<Fault> found = new LinkedHashSet<>();
  private int uncollected;

  /** For the file of that name. */
  public Faults(String file) {
    this.file = file;
  }

  /** Adds one. */
  public void add(Fault fault) {
    if (isFull()) {
      uncollected++;
    } else {
      found.add(fault);
    }
  }

  /** Counts one that would take long to describe, when enough are described already. */
  boolean addIfFull() {
    uncollected += isFull() ? 1 : 0;
    return isFull();
  }

  private boolean isFull() {
    return found.size() >= KEPT_MAX;
  }

  /** Adds one that concerns a whole file. */
  public void addOfFile(FaultCode code, String ofFile, String what, String mend) {
    add(new Fault(code, new Spot(ofFile, 0, ""), "", 0, what, "", "", mend));
  }

  /** Whether there is none yet. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** So far. */
  public int count() {
    return found.size() + uncollected;
  }

  /**
   * Ends the reading when something was wrong.
   *
   * @throws TopologyException with all of them, those of this file first, by line
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      List<Fault> sorted = new ArrayList<>(found);
      sorted.sort(
          Comparator.comparing((Fault fault) -> !fault.spot().file().equals(file))
              .thenComparing(fault -> fault.spot().file())
              .thenComparingInt(fault -> fault.spot().line()));
      throw new TopologyException(file, sorted, uncollected);
    }
  }
}
