/**
 * A PCIe function whose behaviour is somewhere else: in an actor, or in another simulator.
 *
 * <p>Start at {@link irqlab.pcie.endpoint.external.ExternalDevice}.
 */
package irqlab.pcie.endpoint.external;
