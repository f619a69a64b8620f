package irqlab.runtime;

/**
 * One directed link from a component to another, made by the wiring. FIFO in every runtime.
 *
 * <p>Only the component it was made for may send on it, from its own reaction (one owner). It is an
 * opaque value for components; the fields belong to the runtime that hosts the owner.
 *
 * @param <T> the protocol of the receiver
 */
public final class Port<T extends Message> {
  final String from;
  final String to;
  final long latencyPs;
  final int eventClass;
  int fromId;
  int toId = -1;

  /** The earliest time at which the next message on this port may arrive; virtual time only. */
  long lastArrivalPs;

  Port(String from, String to, long latencyPs, int eventClass) {
    if (latencyPs < 1) {
      throw new IllegalArgumentException(
          "latencyPs=" + latencyPs + " from=" + from + " to=" + to + ": must be 1 or more");
    }
    if (eventClass <= Order.ALARM || eventClass > 255) {
      throw new IllegalArgumentException("eventClass=" + eventClass + ": must be 1 to 255");
    }
    this.from = from;
    this.to = to;
    this.latencyPs = latencyPs;
    this.eventClass = eventClass;
  }

  /** Path of the sending component. */
  public String from() {
    return from;
  }

  /** Path of the receiving component. */
  public String to() {
    return to;
  }

  /** The link's latency in picoseconds, 1 or more. */
  public long latencyPs() {
    return latencyPs;
  }

  /** Id of the receiver in the machine, from 0; -1 before the wiring is closed. */
  public int toId() {
    return toId;
  }

  @Override
  public String toString() {
    return from + " -> " + to;
  }
}
