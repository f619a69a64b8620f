package irqlab.live;

import irqlab.runtime.Message;

/** The way to components that another process hosts. Called by many threads. */
@FunctionalInterface
public interface Outbound {
  /** A machine that is all here. */
  Outbound NONE =
      (receiver, message) -> {
        throw new IllegalStateException("receiver=" + receiver + " is not hosted anywhere");
      };

  /**
   * Takes one message.
   *
   * <p>Messages of one sending component to one receiver stay in order.
   *
   * @param receiver component id
   */
  void post(int receiver, Message message);

  /**
   * Takes one message of a machine that keeps its arrivals, so that it comes there with where it
   * came from.
   *
   * @param receiver component id
   * @param sender component id
   * @param lane port or bus of the sender, in the order of first use
   */
  default void post(int receiver, int sender, int lane, Message message) {
    throw new IllegalStateException("receiver=" + receiver + ": this way carries no lanes");
  }

  /** Messages that came here from other processes, less those that went there. */
  default long cameLessWent() {
    return 0;
  }

  /** Whether more waits for the way out than other processes take: sources of load then wait. */
  default boolean full() {
    return false;
  }
}
