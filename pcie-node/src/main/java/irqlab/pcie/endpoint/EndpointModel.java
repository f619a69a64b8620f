package irqlab.pcie.endpoint;

import irqlab.protocol.EndpointMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * What a PCIe function does behind its bus interface: plain code, called by its {@link
 * EndpointHost}, which owns configuration space, MSI, MSI-X, INTx and DMA.
 *
 * <p>Deterministic: it sees the world through {@link EndpointContext} alone. One owner.
 */
public interface EndpointModel {
  /**
   * Software writes a register of BAR 0; never the MSI-X table or its pending bits.
   *
   * @param offset from the start of BAR 0
   * @param value up to 64 bits; the device knows how wide its register is
   */
  void mmioWrite(int offset, long value, EndpointContext context);

  /** Software reads a register of BAR 0; all ones where there is none. */
  long mmioRead(int offset, EndpointContext context);

  /** The outside world acts; see {@link irqlab.protocol.EndpointCommands}. */
  void command(EndpointMessage.Command command, EndpointContext context);

  /** An alarm that this device set expires. */
  void alarm(int what, long data, EndpointContext context);

  /** A DMA read is answered; its tag says which. */
  default void dmaDone(EndpointMessage.LineCompletion line, EndpointContext context) {
    throw new IllegalStateException("tag=" + line.tag() + ": this device reads no memory");
  }

  /** The link takes writes again after {@link EndpointContext#transmitFull}. */
  default void transmitReady(EndpointContext context) {}

  /** Writes everything that the other methods can read, in a fixed order. */
  void save(StateWriter out);

  /** Reads back what {@link #save} wrote. */
  void load(StateReader in);

  /** Shows registers, without side effects. */
  void inspect(Inspector out);
}
