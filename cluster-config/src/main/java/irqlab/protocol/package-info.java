/**
 * The messages of the machine, one sealed interface for each addressee, and the values they carry.
 *
 * <p>The three that give the model its name are {@link
 * irqlab.protocol.RootComplexMessage.MsiWrite}, {@link irqlab.protocol.LapicMessage.Ipi} and {@link
 * irqlab.protocol.IoApicMessage.Eoi}. Only what a wire carries is here; registers of chips are in
 * the chips.
 */
package irqlab.protocol;
