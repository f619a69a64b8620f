package irqlab.pcie.endpoint.nvme;

import irqlab.pcie.config.PciIdentity;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.pcie.endpoint.EndpointModelFactory;
import irqlab.topology.EndpointSpec;

/** Makes {@link NvmeController}s. */
public final class NvmeFactory implements EndpointModelFactory {
  /** The vendor that emulators use for this class of device. */
  static final int VENDOR = 0x1B36;

  /** Found by {@link java.util.ServiceLoader}. */
  public NvmeFactory() {}

  @Override
  public String kind() {
    return "nvme";
  }

  /** Class 01.08.02: NVM Express. */
  @Override
  public PciIdentity identity() {
    return new PciIdentity(VENDOR, 0x0010, 0x010802, 0x02);
  }

  @Override
  public EndpointModel create(EndpointSpec spec) {
    return new NvmeController(Math.max(1, spec.queues()), spec.tableSize(), NvmeTiming.DEFAULT);
  }
}
