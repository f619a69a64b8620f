package irqlab.topology;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One used entry of a function's MSI-X table, one MSI message, or its INTx wire.
 *
 * @param label what a load calls it: {@code q1}, {@code input.0}
 * @param names of its actions as {@code /proc/interrupts} prints them
 * @param irq Linux's number; empty of an INTx wire, that has the number of its pin
 * @param cpu the affinity written before the load starts; empty leaves it to the kernel
 * @param hwirq the printed hwirq when it is not derived from address and entry
 */
public record VectorSpec(
    String label, List<String> names, OptionalInt irq, OptionalInt cpu, OptionalLong hwirq) {
  /** Copies the names. */
  public VectorSpec {
    names = List.copyOf(names);
  }

  /** This vector with that number. */
  VectorSpec withIrq(int number) {
    return new VectorSpec(label, names, OptionalInt.of(number), cpu, hwirq);
  }
}
