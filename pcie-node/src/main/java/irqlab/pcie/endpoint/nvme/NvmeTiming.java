package irqlab.pcie.endpoint.nvme;

import irqlab.runtime.Rng;
import irqlab.topology.JitterLaw;

/**
 * How long a controller takes.
 *
 * @param readyPs from enabling to ready
 * @param adminPs an admin command
 * @param servicePs an I/O command
 * @param jitter added to each I/O command
 */
public record NvmeTiming(long readyPs, long adminPs, long servicePs, JitterLaw jitter) {
  /** Ready in 100 us, admin commands in 5 us, I/O in 10 us. */
  public static final NvmeTiming DEFAULT =
      new NvmeTiming(100_000_000, 5_000_000, 10_000_000, JitterLaw.NONE);

  /** The time of one I/O command in ps. */
  long drawServicePs(Rng rng) {
    if (jitter instanceof JitterLaw.Exponential exponential) {
      return servicePs + rng.exponential((double) exponential.meanPs());
    }
    if (jitter instanceof JitterLaw.Uniform uniform) {
      double width = (double) (uniform.toPs() - uniform.fromPs()) + 1.0;
      return servicePs + uniform.fromPs() + (long) (rng.nextDouble() * width);
    }
    return servicePs;
  }
}
