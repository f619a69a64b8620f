/**
 * Questions that people ask about interrupts, answered by running them: real cores, local APICs and
 * the other chips on a Board, under programs of a few steps instead of an operating system.
 *
 * <p>Documents: SDM vol. 3, "Advanced Programmable Interrupt Controller (APIC)"; rules CPU-*,
 * LAPIC-* and IOA-*. Start at {@link irqlab.answers.Answers}, then {@link
 * irqlab.answers.ScriptedMachine}.
 */
package irqlab.answers;
