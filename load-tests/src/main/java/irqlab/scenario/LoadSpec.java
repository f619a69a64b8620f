package irqlab.scenario;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Something that raises interrupts. */
public sealed interface LoadSpec {
  /** No end. */
  long ENDLESS = -1;

  /** When. */
  LoadLaw arrivals();

  /** How many raises each source makes, or {@link #ENDLESS}. */
  long count();

  /** How long after the end of boot it begins. */
  long startPs();

  /** Whether it ends by itself. */
  default boolean finite() {
    return count() != ENDLESS || arrivals() instanceof LoadLaw.Times;
  }

  /**
   * Devices raise; each source follows the law by itself.
   *
   * @param on as written: a name, with {@code *} for several
   * @param queues as written: {@code q1-q4}, {@code input.0}, {@code *}
   * @param targets what these two stand for, at least one
   * @param arrivals when
   * @param count of each source
   * @param startPs after the end of boot
   * @param holdLinePs how long a level line stays up; empty until its handler has served it
   */
  record Device(
      String on,
      String queues,
      List<Target> targets,
      LoadLaw arrivals,
      long count,
      long startPs,
      OptionalLong holdLinePs)
      implements LoadSpec {
    /** Copies the targets. */
    public Device {
      targets = List.copyOf(targets);
    }
  }

  /**
   * CPUs send IPIs.
   *
   * @param kind what for
   * @param from the CPU that sends; empty for each of them by itself
   * @param to the CPU that receives; empty for any other, drawn anew for each
   * @param arrivals when
   * @param count of each sender
   * @param startPs after the end of boot
   */
  record Ipi(
      IpiKind kind, OptionalInt from, OptionalInt to, LoadLaw arrivals, long count, long startPs)
      implements LoadSpec {}

  /** What an IPI is for. */
  enum IpiKind {
    /** Counted in RES. */
    RESCHEDULE("reschedule");

    private final String text;

    IpiKind(String text) {
      this.text = text;
    }

    /** The word in a scenario. */
    public String text() {
      return text;
    }
  }
}
