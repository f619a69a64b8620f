package irqlab.cpu.linux;

import irqlab.topology.LapicSpec;
import irqlab.topology.Timing;
import irqlab.topology.Topology;

/**
 * What every CPU's Linux layer knows of the machine. Immutable, shared by all CPUs.
 *
 * @param topology the machine
 * @param irqs its interrupts
 * @param profile the kernel version's rules
 * @param timerTickPs one tick of the local APIC timer at divider 1
 */
public record LinuxConfig(
    Topology topology, IrqTable irqs, KernelProfile profile, long timerTickPs) {
  /** Time of the tick handler under {@link Timing#TYPICAL}; it is 0 under IDEAL. */
  private static final long TICK_COST_PS = 1_000_000;

  /** Time of the handler of a reschedule IPI under {@link Timing#TYPICAL}. */
  private static final long IPI_COST_PS = 300_000;

  /** The layer of this machine. Errors: {@link IllegalArgumentException} for an unknown kernel. */
  public static LinuxConfig of(Topology topology, long timerTickPs) {
    KernelProfile profile =
        KernelProfile.of(topology.kernelProfile())
            .orElseThrow(
                () -> new IllegalArgumentException("kernelProfile=" + topology.kernelProfile()));
    return new LinuxConfig(topology, new IrqTable(topology), profile, timerTickPs);
  }

  boolean x2Apic() {
    return topology.lapic().mode() == LapicSpec.Mode.X2APIC;
  }

  int apicId(int cpu) {
    return topology.apicId(cpu);
  }

  long tickCostPs() {
    return topology.timing() == Timing.IDEAL ? 0 : TICK_COST_PS;
  }

  long ipiCostPs() {
    return topology.timing() == Timing.IDEAL ? 0 : IPI_COST_PS;
  }
}
