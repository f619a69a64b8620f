/**
 * The PCI Express side: root complex, host memory, endpoints.
 *
 * <p>Start reading at {@link irqlab.pcie.PcieModule}, which wires them; each package below has its
 * chip.
 */
package irqlab.pcie;
