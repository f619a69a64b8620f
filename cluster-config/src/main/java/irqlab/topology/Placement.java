package irqlab.topology;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which cluster node hosts what. Nodes are called {@code node1} to {@code nodeN}.
 *
 * <p>Where no share names a member: on one node all is there; on more the last node hosts PCIe
 * functions, root complex, memory and IO-APICs, and the CPUs are dealt in equal blocks to the
 * others.
 *
 * @param nodes how many, at least 1
 * @param cpuNodes shares of the CPUs
 * @param pcieNodes shares of the PCIe functions, by name
 * @param ioApicNodes shares of the IO-APICs, by id
 */
public record Placement(
    int nodes, List<NodeShare> cpuNodes, List<NodeShare> pcieNodes, List<NodeShare> ioApicNodes) {
  /** All on one node. */
  public static final Placement SINGLE = ofNodes(1);

  /** Copies the shares. */
  public Placement {
    cpuNodes = List.copyOf(cpuNodes);
    pcieNodes = List.copyOf(pcieNodes);
    ioApicNodes = List.copyOf(ioApicNodes);
  }

  /** Dealt out as described above. */
  public static Placement ofNodes(int nodes) {
    return new Placement(nodes, List.of(), List.of(), List.of());
  }

  /** The node of a CPU. */
  public String nodeOfCpu(int cpu, int cpus) {
    for (NodeShare share : cpuNodes) {
      boolean all = share.members().equals("*");
      if (all || CpuList.parse(share.members()).orElse(List.of()).contains(cpu)) {
        return share.node();
      }
    }
    int hosts = Math.max(1, nodes - 1);
    return "node" + (1 + (int) ((long) cpu * hosts / Math.max(1, cpus)));
  }

  /** The node of a PCIe function. */
  public String nodeOfPcie(String name) {
    return named(pcieNodes, name).orElse("node" + nodes);
  }

  /** The node of an IO-APIC. */
  public String nodeOfIoApic(int id) {
    return named(ioApicNodes, Integer.toString(id)).orElse("node" + nodes);
  }

  private static Optional<String> named(List<NodeShare> shares, String name) {
    for (NodeShare share : shares) {
      for (String pattern : share.members().split(",")) {
        if (matches(pattern.strip(), name)) {
          return Optional.of(share.node());
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a name fits a pattern in which {@code *} stands for any text. */
  public static boolean matches(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("\\*", -1)) {
      regex.append(regex.length() == 0 ? "" : ".*").append(Pattern.quote(part));
    }
    return name.matches(regex.toString());
  }
}
