/**
 * Devices on PCIe: the bus interface that all share, and the interface that each kind implements.
 *
 * <p>Start reading at {@link irqlab.pcie.endpoint.EndpointModel}, then {@link
 * irqlab.pcie.endpoint.EndpointHost}. A new device needs a model, a factory with its line in
 * META-INF/services, and a spec.
 */
package irqlab.pcie.endpoint;
