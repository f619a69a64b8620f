package irqlab.pcie.endpoint;

import irqlab.observe.Counter;
import irqlab.runtime.Rng;

/** What a device may do to the world. Valid inside one call of an {@link EndpointModel} only. */
public interface EndpointContext {
  /** Machine time in picoseconds. */
  long nowPs();

  /** The random stream of this device. */
  Rng rng();

  /** One more of this. */
  void count(Counter counter);

  /**
   * An interrupt condition arises at this entry: an MSI-X or MSI message, or the INTx wire, by what
   * software has enabled. It always becomes a raise with a fate.
   *
   * @param entry 0 to the number of entries - 1
   * @param intendedPs when it was meant to arise; latency counts from here
   * @return its name, see {@link irqlab.observe.InterruptId}
   */
  long raise(int entry, long intendedPs);

  /** The condition of this entry is gone: lets go of the INTx wire; nothing else. */
  void lower(int entry);

  /**
   * Posts a word to host memory, strongly ordered.
   *
   * @param address byte address, multiple of 8
   */
  void dmaWrite(long address, long word);

  /**
   * Posts a word to host memory.
   *
   * @param attributes see {@link irqlab.protocol.PostedAttributes}
   */
  void dmaWrite(long address, long word, int attributes);

  /**
   * Reads a 64-byte line of host memory; the answer comes to {@link EndpointModel#dmaDone}.
   *
   * @param tag comes back with the answer
   * @param address byte address, multiple of 64
   */
  void dmaRead(int tag, long address);

  /**
   * Whether so much waits for flow-control credit that a device should hold back what it can;
   * {@link EndpointModel#transmitReady} says when it may go on. What it sends all the same waits in
   * order and is not lost.
   */
  default boolean transmitFull() {
    return false;
  }

  /**
   * Asks for a call of {@link EndpointModel#alarm}.
   *
   * @param delayPs 1 or more
   * @return the alarm's id, positive
   */
  long alarm(long delayPs, int what, long data);

  /** Withdraws an alarm; unknown or expired ids are ignored. */
  void cancel(long alarm);
}
