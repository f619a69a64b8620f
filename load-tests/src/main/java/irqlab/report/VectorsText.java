package irqlab.report;

import irqlab.cpu.core.Idt;
import irqlab.cpu.core.IdtText;
import irqlab.cpu.linux.IrqAction;
import irqlab.cpu.linux.IrqSource;
import irqlab.cpu.linux.IrqTable;
import irqlab.cpu.linux.KernelProfile;
import irqlab.cpu.linux.SystemVectors;
import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import irqlab.topology.Topology;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The IDT of each CPU, as its kernel has set it up: VEC-001, VEC-002, IRQ-002. Vectors that nobody
 * has are left out: they have interrupt gates too, and what comes by them is counted as spurious.
 */
public final class VectorsText {
  private static final int VECTORS = 256;

  private VectorsText() {}

  /** What all CPUs have, then what each has of its own; each line ended by a newline. */
  public static String of(RunResult result) {
    Topology topology = result.scenario().topology();
    IrqTable irqs = new IrqTable(topology);
    StringBuilder out = new StringBuilder("every CPU\n").append(IdtText.head());
    KernelProfile profile = KernelProfile.of(topology.kernelProfile()).orElse(KernelProfile.V6_1);
    Set<Integer> common = new HashSet<>(SystemVectors.atBoot(profile, false));
    out.append(
        IdtText.used(gates(result, 0), vector -> common.contains(vector) ? name(vector) : ""));
    for (int cpu = 0; cpu < topology.cpus(); cpu++) {
      out.append("CPU ").append(cpu).append('\n');
      String[] uses = uses(result.component(path(cpu)), irqs);
      out.append(IdtText.used(gates(result, cpu), vector -> uses[vector]));
    }
    return out.toString();
  }

  private static Idt gates(RunResult result, int cpu) {
    return Idt.shown(result.component(path(cpu))::valueOrZero);
  }

  private static String path(int cpu) {
    return "cpu/" + cpu + "/core";
  }

  private static String name(int vector) {
    if (vector < KernelProfile.FIRST_EXTERNAL_VECTOR) {
      return IdtText.exception(vector);
    }
    if (vector == SystemVectors.MOVE_CLEANUP) {
      return "clean-up of moved interrupts";
    }
    return vector == SystemVectors.INT80
        ? "int 0x80, the 32-bit system call"
        : SystemVectors.of(vector).map(SystemVectors.Entry::name).orElse("reserved");
  }

  private static String[] uses(Snapshot core, IrqTable irqs) {
    String[] uses = new String[VECTORS];
    for (int vector = 0; vector < VECTORS; vector++) {
      OptionalLong irq = core.value("vector." + vector + ".irq");
      if (irq.isPresent()) {
        uses[vector] = device((int) irq.getAsLong(), irqs.find((int) irq.getAsLong()));
      }
    }
    return uses;
  }

  private static String device(int irq, IrqSource source) {
    List<IrqAction> actions = source == null ? List.of() : source.actions();
    String names = actions.stream().map(IrqAction::name).collect(Collectors.joining(", "));
    return "irq " + irq + "  " + names;
  }
}
