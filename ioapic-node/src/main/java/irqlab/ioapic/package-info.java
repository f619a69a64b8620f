/** The I/O APIC: 82093AA and its successors. */
package irqlab.ioapic;
