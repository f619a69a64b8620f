package irqlab.legacy;

import irqlab.protocol.IoApicMessage;
import irqlab.protocol.PicMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Port;

/**
 * Where the line of a legacy device goes, as in a PC: to a pin of an IO-APIC and to a line of the
 * 8259A pair.
 *
 * @param ioApic the chip that has its pin, or null
 * @param pin of that chip
 * @param pic the 8259A pair, or null
 * @param picLine 0 to 15 but not 2
 * @param root where answers to reads go
 */
public record LegacyWiring(
    Port<IoApicMessage> ioApic,
    int pin,
    Port<PicMessage> pic,
    int picLine,
    Port<RootComplexMessage> root) {}
