package irqlab.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is different when a scenario runs by the wall clock.
 *
 * <p>There a machine does what the host can, and figures of time are measures of the host. A load
 * that fits the machine in virtual time may be many times what the host carries, so the load, the
 * end and the checks may be others.
 *
 * @param slowDown nanoseconds of wall time in a nanosecond of machine time
 * @param handler how the cost of handlers is spent
 * @param loads instead of the scenario's; empty leaves those
 * @param stop instead of the scenario's; empty leaves that
 * @param checks each instead of the scenario's of the same figure
 */
public record WallSpec(
    int slowDown,
    HandlerCost handler,
    List<LoadSpec> loads,
    Optional<Stop> stop,
    List<CheckSpec> checks) {
  /** How a handler's cost is spent. */
  public enum HandlerCost {
    /** The core waits so long, and other components run meanwhile. */
    TIMED,
    /** A thread is busy so long, as a real core would be; for hosts with cores to spare. */
    SPIN,
    /** Handlers cost nothing. */
    NONE;

    /** The word in a scenario. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nothing is different. */
  public static final WallSpec SAME =
      new WallSpec(1, HandlerCost.TIMED, List.of(), Optional.empty(), List.of());

  /** Copies the lists. */
  public WallSpec {
    loads = List.copyOf(loads);
    checks = List.copyOf(checks);
  }

  /** What stays once load, end and checks have been put into the scenario. */
  WallSpec applied() {
    return new WallSpec(slowDown, handler, List.of(), Optional.empty(), List.of());
  }
}
