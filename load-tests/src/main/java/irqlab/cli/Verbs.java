package irqlab.cli;

import java.util.List;
import picocli.CommandLine;

/** The verbs, in the order of the help. A new one is added here. */
final class Verbs {
  private Verbs() {}

  /**
   * New commands for one command line; each is annotated with picocli's {@code Command}, or is a
   * command line with parts of its own.
   */
  static List<Object> all(Console console) {
    return List.of(
        new RunCommand(console),
        new CheckCommand(console),
        new ScenariosCommand(console),
        new ImportCommand(console),
        new ReplayCommand(console),
        new ShowCommand(console),
        new AskCommand(console),
        new CommandLine(new BenchCommand(console))
            .addSubcommand(new BenchLiveCommand(console))
            .addSubcommand(new SoakCommand(console))
            .addSubcommand(new OverloadCommand(console))
            .addSubcommand(new BenchWireCommand(console)),
        new NodeCommand(console),
        new ClusterCommand(console),
        new FaultsCommand(console),
        new ConformanceCommand());
  }
}
