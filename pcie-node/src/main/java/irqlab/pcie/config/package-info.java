/**
 * Configuration space of a PCI function, with the MSI and MSI-X capabilities as chips inside.
 *
 * <p>Documents: PCI Local Bus Specification 3.0, "Configuration Space" and "Message Signaled
 * Interrupts". Start reading at {@link irqlab.pcie.config.MsixCapability}.
 */
package irqlab.pcie.config;
