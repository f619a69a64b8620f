/**
 * The pair of 8259A interrupt controllers of a PC, with the edge/level control registers of its
 * chipset.
 *
 * <p>Source: Intel 8259A data sheet (231468-003); Intel I/O Controller Hub datasheets, "Interrupt
 * Controller I/O Registers" (ELCR1, ELCR2). Rules PIC-001 to PIC-016. Start at {@link
 * irqlab.i8259.I8259}; one chip is {@code Chip8259}.
 */
package irqlab.i8259;
