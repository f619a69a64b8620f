/**
 * The core: IF, shadows, INTR and INTA, NMI, SMI, INIT and STARTUP, HLT, and a stack of programs.
 *
 * <p>Documents: SDM vol. 3, "Interrupt and Exception Handling"; rules CPU-001 to CPU-020. Start at
 * {@link irqlab.cpu.core.Core}, then {@link irqlab.cpu.core.Program}.
 */
package irqlab.cpu.core;
