package irqlab.pcie.config;

import irqlab.observe.Fate;

/** Where a capability puts the messages that leave it, and says what became of the others. */
public interface MessageSink {
  /**
   * Posts an interrupt message, unless one of this entry still waits for flow-control credit.
   *
   * @param entry of the MSI-X table, or number of the MSI message
   * @param id the interrupt; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param address 64 bits, as software wrote them
   * @param data 32 bits
   * @return false when an earlier one waits: nothing was posted, and the caller keeps this one
   *     pending until that one has left
   */
  boolean message(int entry, long id, long raisedPs, long address, int data);

  /** The raise ends here with this fate. */
  void closed(long id, Fate fate);
}
