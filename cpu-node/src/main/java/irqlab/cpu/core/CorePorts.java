package irqlab.cpu.core;

import irqlab.protocol.KernelMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.MemoryMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Port;

/**
 * The wires of a core.
 *
 * @param lapic its local APIC
 * @param root device memory, configuration space and I/O ports
 * @param memory host memory
 * @param kernel what CPUs share under locks
 */
public record CorePorts(
    Port<LapicMessage> lapic,
    Port<RootComplexMessage> root,
    Port<MemoryMessage> memory,
    Port<KernelMessage> kernel) {}
