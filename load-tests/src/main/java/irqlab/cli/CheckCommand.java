package irqlab.cli;

import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code irqlab check}: reads a scenario and names every fault of it; runs nothing. */
@Command(
    name = "check",
    sortOptions = false,
    description = "Read a scenario and name every fault of it; nothing is run.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:it can be run", "2:the command line is wrong", "3:the scenario is wrong"})
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "SCENARIO",
      description = "A .conf file, - for standard input, or a built-in name.")
  private String what;

  @Mixin private ScenarioOptions options = new ScenarioOptions();

  @Option(names = "--resolved", description = "Print it with every setting filled in.")
  private boolean resolved;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Scenario scenario = options.read(what, console.in());
    if (resolved) {
      console.out().print(ScenarioWriter.write(scenario));
    } else {
      console
          .out()
          .printf(
              "%s: ok   CPUs %d, devices %d, loads %d, moves %d, checks %d%n",
              scenario.name(),
              scenario.topology().cpus(),
              scenario.topology().endpoints().size() + scenario.topology().legacy().size(),
              scenario.loads().size(),
              scenario.moves().size(),
              scenario.checks().size());
    }
    return Exit.OK;
  }
}
