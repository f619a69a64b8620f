package irqlab.cpu.linux;

import irqlab.topology.Trigger;
import java.util.List;
import java.util.OptionalInt;

/**
 * What Linux knows of an interrupt before it gives it a vector. Fixed by the topology.
 *
 * @param irq Linux's number
 * @param kind what kind of hardware raises it
 * @param trigger edge or level
 * @param device index of the endpoint, or of the legacy device, in the topology
 * @param entry MSI-X entry, MSI message or GSI
 * @param managed the kernel owns its mask
 * @param cpu the affinity it has before its first request; empty for all CPUs
 * @param actions handlers in the order of registration
 */
public record IrqSource(
    int irq,
    Kind kind,
    Trigger trigger,
    int device,
    int entry,
    boolean managed,
    OptionalInt cpu,
    List<IrqAction> actions) {
  /** What raises it. */
  public enum Kind {
    /** An entry of an MSI-X table. */
    MSI_X,
    /** A message of an MSI capability. */
    MSI,
    /** A pin of an IO-APIC. */
    PIN
  }

  /** Copies the actions. */
  public IrqSource {
    actions = List.copyOf(actions);
  }
}
