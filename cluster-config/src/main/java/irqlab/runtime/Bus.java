package irqlab.runtime;

/**
 * Links of equal latency from one component to many of one kind, such as from a local APIC to all
 * local APICs. Each member is reached as through a {@link Port}; what is sent to one member arrives
 * in the order in which it was sent.
 *
 * <p>The table of members is shared by all senders, so a bus of n senders costs n small objects and
 * not n times n ports.
 *
 * @param <T> the protocol of the members
 */
public final class Bus<T extends Message> {
  final String from;
  final int fromId;
  final int[] toIds;
  final long latencyPs;
  final int eventClass;

  Bus(String from, int fromId, int[] toIds, long latencyPs, int eventClass) {
    if (latencyPs < 1) {
      throw new IllegalArgumentException("latencyPs=" + latencyPs + " from=" + from);
    }
    this.from = from;
    this.fromId = fromId;
    this.toIds = toIds;
    this.latencyPs = latencyPs;
    this.eventClass = eventClass;
  }

  /** How many members there are. */
  public int members() {
    return toIds.length;
  }

  /** Component id of a member, from 0. */
  public int toId(int member) {
    return toIds[member];
  }

  /** The latency to each member in picoseconds. */
  public long latencyPs() {
    return latencyPs;
  }
}
