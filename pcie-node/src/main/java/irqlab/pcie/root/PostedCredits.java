package irqlab.pcie.root;

import irqlab.observe.Counter;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.List;

/**
 * Flow control of posted TLPs at the root ports, one for each function: a function begins with so
 * many credits, uses one for each posted TLP, and gets it back when the TLP has left the receive
 * buffer of its port.
 *
 * <p>A posted TLP of the model (a word of DMA, an interrupt message, an INTx message) carries 16
 * bytes or less, so it takes one posted header credit (PH) and at most one of data (PD). Root ports
 * advertise several PD for each PH, so PD never runs out first, and PH alone are counted.
 *
 * <p>UpdateFC is sent when half of the credits have come back, so that it costs little: two TLPs an
 * interrupt and 64 credits make one message for 16 interrupts.
 *
 * <p>Source: PCI Express Base Specification, "Flow Control Rules".
 *
 * <p><b>Not modelled:</b> credits of non-posted requests and of completions, which are without
 * limit; more than one virtual channel; a function behind a switch, whose credits are the switch's;
 * the timer that repeats UpdateFC.
 */
final class PostedCredits {
  private final List<RootWiring.Function> functions;
  private final int batch;
  private final int[] limit;
  private final int[] announced;

  /**
   * Credits after power-up, which InitFC told.
   *
   * @param initial for each function, 1 or more; 0 for no limit
   */
  PostedCredits(List<RootWiring.Function> functions, int initial) {
    this.functions = functions;
    boolean counted = initial != 0;
    batch = counted ? Math.max(1, initial / 2) : Integer.MAX_VALUE;
    limit = new int[counted ? functions.size() : 0];
    announced = new int[limit.length];
    java.util.Arrays.fill(limit, initial);
    java.util.Arrays.fill(announced, initial);
  }

  /**
   * A TLP has left the receive buffer.
   *
   * @param function whose it was; -1 for one that came over no link, such as an IO-APIC's
   */
  void freed(int function, Io<RootComplexMessage> io) {
    if (function < 0 || limit.length == 0) {
      return;
    }
    int next = ++limit[function];
    // Sums wrap, differences do not.
    if (next - announced[function] >= batch) {
      announced[function] = next;
      io.probe().count(Counter.CREDIT_UPDATES);
      io.send(functions.get(function).port(), new EndpointMessage.UpdateFc(next));
    }
  }

  void save(StateWriter out) {
    out.putInts(limit);
    out.putInts(announced);
  }

  void load(StateReader in) {
    System.arraycopy(in.getInts(), 0, limit, 0, limit.length);
    System.arraycopy(in.getInts(), 0, announced, 0, announced.length);
  }

  void inspect(Inspector out) {
    for (int function = 0; function < limit.length; function++) {
      out.value("posted[" + function + "].limit", limit[function] & 0xFFFF_FFFFL);
    }
  }
}
