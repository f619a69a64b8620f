package irqlab.pcie.endpoint;

import irqlab.pcie.config.PciIdentity;
import irqlab.topology.EndpointSpec;

/**
 * Makes the devices of one kind; found by {@link java.util.ServiceLoader}. A new device is an
 * {@link EndpointModel}, one of these with its line in META-INF/services, and its spec.
 */
public interface EndpointModelFactory {
  /** The word in a scenario, as of {@link irqlab.topology.EndpointKind#text}. */
  String kind();

  /** What a function of this kind says it is. */
  PciIdentity identity();

  /** A device after power-up. */
  EndpointModel create(EndpointSpec spec);
}
