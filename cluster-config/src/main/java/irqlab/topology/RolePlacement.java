package irqlab.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Deals a machine out over nodes that may not host everything. */
public final class RolePlacement {
  private RolePlacement() {}

  /**
   * PCIe goes to the last node that may host it, IO-APICs go there too or else to the last that
   * may, and the CPUs are dealt in blocks to the others that may, or to that one when it is alone.
   *
   * @param roles of each node, in the order of their numbers
   * @return empty when some role has no node
   */
  public static Optional<Placement> of(List<List<String>> roles, int cpus) {
    int[] cpuNodes = with(roles, Role.CPU);
    OptionalInt pcie = last(with(roles, Role.PCIE));
    OptionalInt ioApic = last(with(roles, Role.IOAPIC));
    if (cpuNodes.length == 0 || pcie.isEmpty() || ioApic.isEmpty()) {
      return Optional.empty();
    }
    int io = pcie.getAsInt();
    int chips = roles.get(io).contains(Role.IOAPIC.text()) ? io : ioApic.getAsInt();
    int[] hosts = IntStream.of(cpuNodes).filter(node -> node != io).toArray();
    if (hosts.length == 0) {
      hosts = cpuNodes;
    }
    List<NodeShare> shares = new ArrayList<>();
    for (int i = 0; i < hosts.length; i++) {
      int from = (int) ((long) cpus * i / hosts.length);
      int to = (int) ((long) cpus * (i + 1) / hosts.length) - 1;
      if (from <= to) {
        shares.add(new NodeShare(name(hosts[i]), from + "-" + to));
      }
    }
    return Optional.of(
        new Placement(
            roles.size(),
            shares,
            List.of(new NodeShare(name(io), "*")),
            List.of(new NodeShare(name(chips), "*"))));
  }

  private static int[] with(List<List<String>> roles, Role role) {
    return IntStream.range(0, roles.size())
        .filter(node -> roles.get(node).contains(role.text()))
        .toArray();
  }

  private static OptionalInt last(int[] nodes) {
    return nodes.length == 0 ? OptionalInt.empty() : OptionalInt.of(nodes[nodes.length - 1]);
  }

  private static String name(int node) {
    return "node" + (node + 1);
  }
}
