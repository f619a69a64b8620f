package irqlab.topology.hocon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects faults, so that a reader can go on after the first. */
public final class Faults {
  /** Beyond this many a text is beyond help, and collecting more would only take time. */
  private static final int KEPT_MAX = 1000;

  private final String file;
  private final List<Fault> found = new ArrayList<>();

  /** For the file of that name. */
  public Faults(String file) {
    this.file = file;
  }

  /** Adds one. */
  public void add(Fault fault) {
    if (found.size() < KEPT_MAX && !found.contains(fault)) {
      found.add(fault);
    }
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
    return found.size();
  }

  /**
   * Ends the reading when something was wrong.
   *
   * @throws TopologyException with all of them, those of this file first, by line
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      found.sort(
          Comparator.comparing((Fault fault) -> !fault.spot().file().equals(file))
              .thenComparing(fault -> fault.spot().file())
              .thenComparingInt(fault -> fault.spot().line()));
      throw new TopologyException(file, found);
    }
  }
}
