/**
 * Devices on legacy lines: timer, keyboard, serial line, real-time clock, ACPI. Not chips of a data
 * sheet but what an interrupt controller sees of them: a line, and a register that the driver
 * reads. Start at {@link irqlab.legacy.LegacySource}.
 */
package irqlab.legacy;
