package irqlab.live;

/** Says when a live run has done its work. Asked about every millisecond of wall time. */
@FunctionalInterface
public interface StopRule {
  /** True when the run shall end. */
  boolean done(Progress progress);

  /** After this many interrupts were handled. */
  static StopRule handled(long count) {
    return progress -> progress.handled() >= count;
  }

  /** After this much wall time. */
  static StopRule wallNs(long ns) {
    return progress -> progress.wallNs() >= ns;
  }

  /** When either holds. */
  default StopRule or(StopRule other) {
    return progress -> done(progress) || other.done(progress);
  }
}
