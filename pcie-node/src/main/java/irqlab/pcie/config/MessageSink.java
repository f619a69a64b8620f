package irqlab.pcie.config;

import irqlab.observe.Fate;

/** Where a capability puts the messages that leave it, and says what became of the others. */
public interface MessageSink {
  /**
   * Posts an interrupt message.
   *
   * @param id the interrupt; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param address 64 bits, as software wrote them
   * @param data 32 bits
   */
  void message(long id, long raisedPs, long address, int data);

  /** The raise ends here with this fate. */
  void closed(long id, Fate fate);
}
