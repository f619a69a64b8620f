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
   * @param more how many others were only counted
   */
  public TopologyException(String file, List<Fault> faults, int more) {
    super(render(file, faults, faults.size() + more));
    this.faults = List.copyOf(faults);
  }

  /** The faults, at most 200, also where the message shows fewer. */
  public List<Fault> faults() {
    return faults;
  }

  private static String render(String file, List<Fault> faults, int count) {
    StringBuilder out = new StringBuilder();
    out.append(Fault.whole(file)).append(": ").append(count);
    out.append(count == 1 ? " problem" : " problems").append(", nothing was started\n");
    faults.stream().limit(SHOWN_MAX).forEach(fault -> out.append('\n').append(fault.render()));
    if (count > SHOWN_MAX) {
      out.append("\n... and ").append(count - SHOWN_MAX).append(" more\n");
    }
    return out.toString();
  }
}
