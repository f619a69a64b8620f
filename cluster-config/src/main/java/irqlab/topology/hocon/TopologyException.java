package irqlab.topology.hocon;

import java.util.List;

/** A scenario or topology that cannot be: every fault that was found, and nothing was started. */
public final class TopologyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** So many faults are shown; the others are counted. */
  public static final int SHOWN_MAX = 20;

  private final transient List<Fault> faults;

  /**
   * Names the faults.
   *
   * @param file what was read
   * @param faults at least one, in the order of the text
   */
  public TopologyException(String file, List<Fault> faults) {
    super(render(file, faults));
    this.faults = List.copyOf(faults);
  }

  /** Every fault, also those that the message only counts. */
  public List<Fault> faults() {
    return faults;
  }

  private static String render(String file, List<Fault> faults) {
    StringBuilder out = new StringBuilder();
    out.append(Fault.clean(file)).append(": ").append(faults.size());
    out.append(faults.size() == 1 ? " problem" : " problems").append(", nothing was started\n");
    faults.stream().limit(SHOWN_MAX).forEach(fault -> out.append('\n').append(fault.render()));
    if (faults.size() > SHOWN_MAX) {
      out.append("\n... and ").append(faults.size() - SHOWN_MAX).append(" more\n");
    }
    return out.toString();
  }
}
