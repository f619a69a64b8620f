package irqlab.cli;

import irqlab.scenario.Scenarios;
import irqlab.topology.hocon.Nearest;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code irqlab scenarios}: lists what is built in, or prints one as a file to start from. */
@Command(
    name = "scenarios",
    description = "List the built-in scenarios, or print one to start your own from.")
final class ScenariosCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "One of them.")
  private String name;

  @Option(names = "--show", description = "Print the file.")
  private boolean show;

  ScenariosCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (name == null) {
      if (show) {
        throw new ParameterException(
            spec.commandLine(), "--show needs a name: " + String.join(" ", Scenarios.names()));
      }
      Map<String, String> abouts = Scenarios.abouts();
      Scenarios.names().forEach(each -> console.out().printf("%-18s %s%n", each, abouts.get(each)));
      return Exit.OK;
    }
    if (!Scenarios.names().contains(name)) {
      String nearest = Nearest.to(name, Scenarios.names());
      String hint = nearest.isEmpty() ? "" : "; did you mean \"" + nearest + "\"?";
      throw new ParameterException(
          spec.commandLine(),
          "no built-in scenario \""
              + name
              + "\""
              + hint
              + "\n  there are: "
              + String.join(" ", Scenarios.names()));
    }
    if (show) {
      console.out().print(Scenarios.text(name));
    } else {
      console.out().printf("%-18s %s%n", name, Scenarios.builtIn(name).about());
    }
    return Exit.OK;
  }
}
