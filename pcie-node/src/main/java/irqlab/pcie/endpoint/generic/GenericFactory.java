package irqlab.pcie.endpoint.generic;

import irqlab.pcie.config.PciIdentity;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.pcie.endpoint.EndpointModelFactory;
import irqlab.topology.EndpointSpec;

/** Makes free-running {@link GenericDevice}s, a source for each entry of the table. */
public final class GenericFactory implements EndpointModelFactory {
  /** Found by {@link java.util.ServiceLoader}. */
  public GenericFactory() {}

  @Override
  public String kind() {
    return "generic";
  }

  /** An unclassified device of the range kept for tests. */
  @Override
  public PciIdentity identity() {
    return new PciIdentity(0x1234, 0x11E8, 0xFF0000, 0x01);
  }

  @Override
  public EndpointModel create(EndpointSpec spec) {
    return new GenericDevice(spec.tableSize(), Discipline.FREE_RUNNING);
  }
}
