package irqlab.cli;

import irqlab.cluster.ClusterException;
import irqlab.cluster.ClusterSettings;
import irqlab.cluster.NodeServer;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab node}: one process of a cluster, until it is told to end. */
@Command(
    name = "node",
    sortOptions = false,
    description = "Be one node of a cluster: host parts of machines, run after run.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:told to end, and left in order",
      "2:the command line is wrong",
      "4:no cluster there, does not fit to it, or was taken out of it"
    })
final class NodeCommand implements Callable<Integer> {
  private static final int PORT_MAX = 65_535;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      defaultValue = "",
      description = "Any node of the cluster; without it this node begins a new one.")
  private String join;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Default node1 for the first, node-PID for others. Names give the order.")
  private String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      defaultValue = "cpu,ioapic,pcie",
      description = "What it may host: cpu, ioapic, pcie (default all).")
  private List<String> roles;

  @Option(
      names = "--http",
      paramLabel = "P",
      description = "Port of its status pages on 127.0.0.1: /healthz /readyz /cluster; 0 for any.")
  private Integer http;

  @Mixin private NodeOptions options = new NodeOptions();

  NodeCommand(Console console) {
    this.console = console;
  }

  /** Whether this is HOST:PORT, a port from 1 to 65535. */
  static boolean address(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    return colon > 0 && port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= PORT_MAX;
  }

  @Override
  public Integer call() {
    for (String role : roles) {
      if (!ClusterSettings.ALL_ROLES.contains(role)) {
        throw new ParameterException(
            spec.commandLine(), "option --role cannot be \"" + role + "\": cpu, ioapic, pcie");
      }
    }
    if (!join.isEmpty() && !address(join)) {
      throw new ParameterException(
          spec.commandLine(), "option --join cannot be \"" + join + "\": HOST:PORT");
    }
    String own =
        name != null ? name : join.isEmpty() ? "node1" : "node-" + ProcessHandle.current().pid();
    ClusterSettings settings = new ClusterSettings(own, roles, options.config());
    OptionalInt port = http == null ? OptionalInt.empty() : OptionalInt.of(http);
    try {
      return new NodeServer(settings, join, port).run(console.out(), console.err());
    } catch (ClusterException wrong) {
      throw new ReportedException(Exit.CLUSTER, wrong.getMessage(), wrong);
    }
  }
}
