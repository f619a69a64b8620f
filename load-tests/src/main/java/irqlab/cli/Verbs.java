package irqlab.cli;

import java.util.List;

/** The verbs, in the order of the help. A new one is added here. */
final class Verbs {
  private Verbs() {}

  /** New commands for one command line; each is annotated with picocli's {@code Command}. */
  static List<Object> all(Console console) {
    return List.of(
        new RunCommand(console),
        new CheckCommand(console),
        new ScenariosCommand(console),
        new ImportCommand(console),
        new ShowCommand(console),
        new AskCommand(console),
        new BenchCommand(console),
        new ConformanceCommand());
  }
}
