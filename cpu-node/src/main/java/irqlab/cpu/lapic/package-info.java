/**
 * The local APIC of an x86 CPU: acceptance, priorities and acknowledgment of interrupts, the local
 * vector table, the timer, and inter-processor interrupts, in xAPIC and x2APIC mode.
 *
 * <p>Documents: Intel SDM vol. 3, chapter "Advanced Programmable Interrupt Controller (APIC)".
 * Rules of ours are cited by their ids: LAPIC-nnn acceptance and registers, LVT-nnn and LT-nnn
 * local vectors and timer, ICR-nnn destinations, X2-nnn x2APIC mode.
 *
 * <p>Start at {@link irqlab.cpu.lapic.Lapic}; {@link irqlab.cpu.lapic.LapicConfig} says which part
 * it is, {@link irqlab.cpu.lapic.LapicRegister} has the register table, {@link
 * irqlab.cpu.lapic.LapicText} prints it.
 */
package irqlab.cpu.lapic;
