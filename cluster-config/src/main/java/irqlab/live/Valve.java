package irqlab.live;

import java.util.List;

/**
 * Holds sources of load back while too many messages are on their way inside one process.
 *
 * <p>Hardware has posted credits, an actor has a mailbox without end: a source faster than the
 * machine would fill the heap, and every reaction would come behind all that waits. So the alarms
 * of sources wait while more than {@link #PER_ACTOR} messages a component are under way; their
 * intended times stay, and how late they come is counted.
 */
final class Valve {
  /** Messages under way for each component, on average. */
  static final int PER_ACTOR = 64;

  /** How often it is looked at, and how long a source waits for the next look. */
  static final long LOOK_NS = 50_000;

  private List<Hosted<?>> hosted = List.of();
  private Outbound outbound = Outbound.NONE;
  private volatile long lookedNs;
  private volatile boolean closed;

  /** Before the start. */
  void watch(List<Hosted<?>> all, Outbound way) {
    hosted = List.copyOf(all);
    outbound = way;
  }

  /** True when sources have to wait. Any thread; two at once look twice. */
  boolean closed(long nowNs) {
    if (nowNs - lookedNs >= LOOK_NS) {
      lookedNs = nowNs;
      closed = outbound.full() || crowded();
    }
    return closed;
  }

  /** Whether more messages are under way in this process than its components should have. */
  boolean crowded() {
    return inFlight() > (long) PER_ACTOR * hosted.size();
  }

  // Processed is read first, so that the difference is never too small.
  private long inFlight() {
    long processed = 0;
    for (Hosted<?> each : hosted) {
      processed += each.meter().get(Meter.PROCESSED);
    }
    long sent = 0;
    for (Hosted<?> each : hosted) {
      sent += each.meter().get(Meter.SENT);
    }
    return sent + outbound.cameLessWent() - processed;
  }
}
