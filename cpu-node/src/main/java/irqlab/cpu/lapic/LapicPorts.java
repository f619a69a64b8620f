package irqlab.cpu.lapic;

import irqlab.protocol.CpuMessage;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.PicMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Port;
import java.util.List;

/**
 * Where a local APIC's messages go.
 *
 * @param core its own core
 * @param lapics all local APICs; member n belongs to CPU n, its own included
 * @param ioApics every IO-APIC, for the EOI broadcast
 * @param pic the 8259A pair, for the acknowledgment of ExtINT; null when there is none
 * @param root the root complex, for what it must know of destinations; null when there is none
 */
public record LapicPorts(
    Port<CpuMessage> core,
    Bus<LapicMessage> lapics,
    List<Port<IoApicMessage>> ioApics,
    Port<PicMessage> pic,
    Port<RootComplexMessage> root) {
  /** Copies the list. */
  public LapicPorts {
    ioApics = List.copyOf(ioApics);
  }
}
