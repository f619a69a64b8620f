package irqlab.topology;

import irqlab.topology.hocon.Section;
import java.util.ArrayList;
import java.util.List;

/** Reads one element of {@code legacy}. */
final class LegacyReader {
  /** The pin on which the timer of irq 0 sits, since pin 0 belongs to the 8259A pair. */
  private static final int TIMER_GSI = 2;

  private static final int GSI_MAX = 4335;

  private LegacyReader() {}

  static LegacySpec read(Section in) {
    in.only(
        "irq", "gsi", "id", "name", "shared-with", "trigger", "cpu", "handler", "chip", "hwirq");
    if (!in.has("irq")) {
      in.missing("irq", "irq = 4");
    }
    int irq = in.integer("irq", 0, 65535, 0);
    String name = in.required("name", "name = ttyS0");
    List<String> names =
        new ArrayList<>(Names.actions(in, "name", in.has("name") ? name : "unnamed"));
    for (String other : in.texts("shared-with")) {
      names.addAll(Names.actions(in, "shared-with", other));
    }
    String id = in.has("id") ? in.text("id", "") : names.get(0).replaceAll("[^\\w.:@+-]", "-");
    int gsi = irq == 0 ? TIMER_GSI : Math.min(irq, GSI_MAX);
    return new LegacySpec(
        Names.id(in, "id", id),
        irq,
        in.integer("gsi", 0, GSI_MAX, gsi),
        names,
        in.choice("trigger", List.of(Trigger.values()), Trigger::text, Trigger.EDGE),
        in.integer("cpu", 0, CpuList.CPU_MAX),
        MachineReader.handler(in),
        in.text("chip", ""),
        in.number("hwirq", -1, Long.MAX_VALUE));
  }
}
