/**
 * The root complex: address decoding, posted order, and the way from an interrupt message to local
 * APICs.
 *
 * <p>Documents: PCI Express Base Specification, "Transaction Ordering"; SDM vol. 3, "Message
 * Signalled Interrupts". Start reading at {@link irqlab.pcie.root.RootComplex}, then {@link
 * irqlab.pcie.root.OrderPoint} for what keeps an interrupt behind its data.
 */
package irqlab.pcie.root;
