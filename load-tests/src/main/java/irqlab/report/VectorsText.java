package irqlab.report;

import irqlab.cpu.linux.IrqAction;
import irqlab.cpu.linux.IrqSource;
import irqlab.cpu.linux.IrqTable;
import irqlab.cpu.linux.KernelProfile;
import irqlab.cpu.linux.SystemVectors;
import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import irqlab.topology.Topology;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the vectors of each CPU are for, as its kernel has set them up: VEC-001, VEC-002, IRQ-002.
 * Vectors that nobody has are left out.
 */
public final class VectorsText {
  private static final int VECTORS = 256;

  private VectorsText() {}

  /** All CPUs, each line ended by a newline. */
  public static String of(RunResult result) {
    Topology topology = result.scenario().topology();
    IrqTable irqs = new IrqTable(topology);
    StringBuilder out = new StringBuilder("every CPU\n");
    KernelProfile profile = KernelProfile.of(topology.kernelProfile()).orElse(KernelProfile.V6_1);
    TreeMap<Integer, String> common = new TreeMap<>();
    for (int vector : SystemVectors.atBoot(profile, false)) {
      common.put(vector, name(vector));
    }
    ranges(common, out);
    for (int cpu = 0; cpu < topology.cpus(); cpu++) {
      out.append("CPU ").append(cpu).append('\n');
      Snapshot core = result.component("cpu/" + cpu + "/core");
      for (int vector = 0; vector < VECTORS; vector++) {
        OptionalLong irq = core.value("vector." + vector + ".irq");
        if (irq.isPresent()) {
          device(vector, (int) irq.getAsLong(), irqs.find((int) irq.getAsLong()), out);
        }
      }
    }
    return out.toString();
  }

  private static String name(int vector) {
    if (vector < KernelProfile.FIRST_EXTERNAL_VECTOR) {
      return "exception";
    }
    if (vector == SystemVectors.MOVE_CLEANUP) {
      return "clean-up of moved interrupts";
    }
    return vector == SystemVectors.INT80
        ? "int 0x80, the 32-bit system call"
        : SystemVectors.of(vector).map(SystemVectors.Entry::name).orElse("reserved");
  }

  // Neighbours of one name share a line.
  private static void ranges(TreeMap<Integer, String> names, StringBuilder out) {
    Integer vector = names.isEmpty() ? null : names.firstKey();
    while (vector != null) {
      int last = vector;
      while (names.getOrDefault(last + 1, "").equals(names.get(vector))) {
        last++;
      }
      String range = last == vector ? hex(vector) : hex(vector) + "-" + hex(last);
      out.append(String.format(Locale.ROOT, "  %-10s %s%n", range, names.get(vector)));
      vector = names.higherKey(last);
    }
  }

  private static void device(int vector, int irq, IrqSource source, StringBuilder out) {
    List<IrqAction> actions = source == null ? List.of() : source.actions();
    String names = actions.stream().map(IrqAction::name).collect(Collectors.joining(", "));
    out.append(String.format(Locale.ROOT, "  %-10s irq %-5d %s%n", hex(vector), irq, names));
  }

  private static String hex(int vector) {
    return String.format(Locale.ROOT, "0x%02x", vector);
  }
}
