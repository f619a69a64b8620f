package irqlab.pcie.root;

import irqlab.protocol.CpuMessage;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.MemoryMessage;
import irqlab.protocol.PicMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Port;
import java.util.List;

/**
 * What the root complex is connected to.
 *
 * @param componentId its own, for the names of interrupts that it makes itself
 * @param memory host memory
 * @param lapics by CPU number
 * @param cores by CPU number
 * @param functions in the order of their BARs
 * @param legacy devices on pins, in the order of their registers
 * @param ioApics in the order of their pages
 * @param pic the 8259A pair
 * @param postedCredits posted header credits of each function's root port; 0 for no limit
 */
public record RootWiring(
    int componentId,
    Port<MemoryMessage> memory,
    Bus<LapicMessage> lapics,
    Bus<CpuMessage> cores,
    List<Function> functions,
    List<Port<EndpointMessage>> legacy,
    List<Port<IoApicMessage>> ioApics,
    Port<PicMessage> pic,
    int postedCredits) {
  /**
   * A PCIe function.
   *
   * @param requester bus, device and function, 16 bits
   * @param port to it
   * @param source its component id, by which the receiver of its wire knows it
   * @param wires where INTA to INTD of this function end, four of them
   */
  public record Function(int requester, Port<EndpointMessage> port, int source, List<Wire> wires) {
    /** Copies the wires. */
    public Function {
      wires = List.copyOf(wires);
    }
  }

  /**
   * The end of an INTx wire.
   *
   * @param ioApic place in {@link #ioApics}, or -1 when it ends nowhere, or -2 at the 8259A pair
   * @param pin of that chip
   */
  public record Wire(int ioApic, int pin) {
    /** It ends nowhere. */
    public static final Wire NOWHERE = new Wire(-1, 0);

    /** It ends at this line of the 8259A pair. */
    public static Wire toPic(int line) {
      return new Wire(-2, line);
    }

    boolean pic() {
      return ioApic == -2;
    }
  }

  /** Root ports with credits without limit. */
  public RootWiring(
      int componentId,
      Port<MemoryMessage> memory,
      Bus<LapicMessage> lapics,
      Bus<CpuMessage> cores,
      List<Function> functions,
      List<Port<EndpointMessage>> legacy,
      List<Port<IoApicMessage>> ioApics,
      Port<PicMessage> pic) {
    this(componentId, memory, lapics, cores, functions, legacy, ioApics, pic, 0);
  }

  /** Copies the lists. */
  public RootWiring {
    functions = List.copyOf(functions);
    legacy = List.copyOf(legacy);
    ioApics = List.copyOf(ioApics);
  }

  /**
   * Which wire of the root port a function's pin drives: each bridge turns the pins by the device
   * number (PCI-001).
   *
   * @param pin 1 to 4, INTA to INTD
   * @param device 0 to 31
   * @return 0 to 3
   */
  public static int swizzle(int pin, int device) {
    return pin - 1 + device & 3;
  }
}
