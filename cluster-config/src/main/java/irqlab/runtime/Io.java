package irqlab.runtime;

import irqlab.observe.Probe;

/**
 * All that a component may see of the world. The same in virtual time and live.
 *
 * @param <M> the protocol of the component that owns this view
 */
public interface Io<M extends Message> {
  /** Machine time in picoseconds since the start of the run. */
  long nowPs();

  /** Sends; the message arrives after the link's latency, behind earlier sends on this port. */
  <T extends Message> void send(Port<T> port, T message);

  /**
   * Sends after an extra delay; it never overtakes an earlier send on its port.
   *
   * @param extraPs 0 or more, on top of the link's latency
   */
  <T extends Message> void sendAfter(Port<T> port, long extraPs, T message);

  /**
   * Sends to one member of a bus; it arrives after the bus's latency.
   *
   * @param member 0 to {@link Bus#members} - 1
   */
  <T extends Message> void send(Bus<T> bus, int member, T message);

  /**
   * Asks for a message to oneself.
   *
   * @param delayPs 1 or more
   * @return the alarm's id, positive; it survives {@link Component#save} and load
   */
  long alarm(long delayPs, M message);

  /** Withdraws an alarm; the component will not see it. Unknown or expired ids are ignored. */
  void cancel(long alarm);

  /** The random stream of (seed, this component's path). */
  Rng rng();

  /** Fates and marks. They never change behaviour. */
  Probe probe();
}
