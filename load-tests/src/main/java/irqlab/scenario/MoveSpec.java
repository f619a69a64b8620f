package irqlab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One write to {@code smp_affinity_list}.
 *
 * @param irq the number; empty when the kernel gives it out at boot
 * @param target the interrupt's source; empty when the scenario named the number alone and no
 *     source has it for certain
 * @param atPs after the end of boot; empty when raises decide
 * @param afterRaises written when the source has made so many raises; empty when time decides
 * @param to the CPUs of the mask, ascending, at least one
 */
public record MoveSpec(
    OptionalInt irq,
    Optional<Target> target,
    OptionalLong atPs,
    OptionalLong afterRaises,
    List<Integer> to) {
  /** Copies the CPUs. */
  public MoveSpec {
    to = List.copyOf(to);
  }
}
