package irqlab.pcie.config;

/**
 * What a function says it is.
 *
 * @param vendorId 16 bits
 * @param deviceId 16 bits
 * @param classCode base class, sub-class and interface, 24 bits
 * @param revision 8 bits
 */
public record PciIdentity(int vendorId, int deviceId, int classCode, int revision) {}
