package irqlab.topology;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device on a pin of an IO-APIC: timer, keyboard, serial line, or a card without MSI.
 *
 * @param id its name in paths, {@code legacy/ttyS0}, and in {@code on} of a load; unique
 * @param irq Linux's number
 * @param gsi the machine-wide number of its pin; irq 0 sits on GSI 2, the others on their own
 *     number
 * @param names of its actions, the device first, then those that share the line
 * @param trigger of the pin
 * @param cpu the affinity written before the load starts; empty leaves it to the kernel
 * @param handler of each of its actions
 * @param chip the printed name of the chip when it is not that of the pin; else empty
 * @param hwirq the printed hwirq when it is not the pin; -1 prints none, as of the 8259A
 */
public record LegacySpec(
    String id,
    int irq,
    int gsi,
    List<String> names,
    Trigger trigger,
    OptionalInt cpu,
    HandlerSpec handler,
    String chip,
    OptionalLong hwirq) {
  /** Copies the names. */
  public LegacySpec {
    names = List.copyOf(names);
  }

  /** This device with a handler that takes no time. */
  LegacySpec withoutHandlerCost() {
    return new LegacySpec(id, irq, gsi, names, trigger, cpu, HandlerSpec.FREE, chip, hwirq);
  }
}
