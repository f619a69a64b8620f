/**
 * An input of an interrupt controller as a wire: several sources, one level, and the raises that
 * wait on it. Shared by the IO-APIC and the 8259A.
 *
 * <p>Source: 82093AA datasheet (290566-001), "Interrupt Inputs"; 8259A data sheet (231468-003),
 * "Interrupt Request Register". Start at {@link irqlab.line.InputLine}.
 */
package irqlab.line;
