package irqlab.cluster;

import java.util.List;
import java.util.OptionalInt;

/**
 * One process of a cluster that another process starts: it joins, says so on standard output, hosts
 * what it is told, and ends when its standard input does. So no process outlives the one that
 * started it, and a Ctrl-C that reaches all of them leaves the ending to that one.
 *
 * <pre>
 * java -cp ... irqlab.cluster.NodeMain --name node2 --role pcie,ioapic --join 127.0.0.1:40001
 * </pre>
 */
public final class NodeMain {
  private NodeMain() {}

  /** Runs until standard input ends. Exit 2 for arguments, 4 when it cannot join. */
  public static void main(String[] arguments) {
    String name = null;
    String role = "cpu,ioapic,pcie";
    String join = null;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--name" -> name = arguments[i + 1];
        case "--role" -> role = arguments[i + 1];
        case "--join" -> join = arguments[i + 1];
        default -> {
          System.err.println("unknown argument " + arguments[i]);
          System.exit(2);
        }
      }
    }
    if (name == null || join == null || arguments.length % 2 != 0) {
      System.err.println("arguments: --name NODE --join HOST:PORT [--role ROLE,ROLE]");
      System.exit(2);
    }
    ClusterSettings local = ClusterSettings.local(name);
    ClusterSettings settings = new ClusterSettings(name, List.of(role.split(",")), local.config());
    NodeServer server = new NodeServer(settings, join, OptionalInt.empty());
    server.endWithInput(System.in);
    System.exit(server.run(System.out, System.err));
  }
}
