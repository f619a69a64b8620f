package irqlab.scenario;

/**
 * One interrupt source: an entry of a PCIe function, or a legacy device.
 *
 * @param source name of the function or id of the legacy device
 * @param entry place in {@link irqlab.topology.EndpointSpec#vectors()}; 0 for a legacy device
 */
public record Target(String source, int entry) {}
