/**
 * The Linux-like layer of the machine: what the kernel does with vectors, masks, descriptors and
 * the texts that people read.
 *
 * <p>Sources: Linux 6.1 and 6.12, {@code kernel/irq/matrix.c}, {@code
 * arch/x86/kernel/apic/vector.c}, {@code lib/group_cpus.c}, {@code lib/bitmap.c}, {@code
 * kernel/irq/proc.c} and {@code arch/x86/kernel/irq.c}. Rules are cited by their IDs (VEC, AFF,
 * PRC, IRQ), switches that differ between versions are in {@link irqlab.cpu.linux.KernelProfile}.
 *
 * <p>Start reading at {@link irqlab.cpu.linux.VectorMatrix} (who gets which vector), then {@link
 * irqlab.cpu.linux.VectorDomain} (when it is asked), {@link irqlab.cpu.linux.IrqAffinity} (with
 * which mask), {@link irqlab.cpu.linux.AffinitySpread} (where a managed mask comes from) and {@link
 * irqlab.cpu.linux.ProcInterrupts} (what people read).
 */
package irqlab.cpu.linux;
