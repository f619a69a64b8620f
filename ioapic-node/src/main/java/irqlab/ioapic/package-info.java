/**
 * The I/O APIC: 82093AA (version 0x11) and its successors with an EOI register (version 0x20).
 *
 * <p>Source: 82093AA datasheet (290566-001); Intel I/O Controller Hub datasheets, "I/O APIC
 * Registers". Rules IOA-001 to IOA-024. Start at {@link irqlab.ioapic.Rte}, then {@link
 * irqlab.ioapic.IoApic}; {@link irqlab.ioapic.IoApicModule} wires all of this node.
 */
package irqlab.ioapic;
