package irqlab.cli;

import irqlab.bench.Bench;
import irqlab.bench.BenchText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab bench}: measures the speed of whole machines, as ratios within one run. */
@Command(
    name = "bench",
    description = "Measure whole machines against a bare event loop, side by side in one run.")
final class BenchCommand implements Callable<Integer> {
  private static final int ROUNDS_MIN = 3;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Rounds, of which medians are taken; at least 3, each about five seconds.")
  private int rounds;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (rounds < ROUNDS_MIN) {
      throw new ParameterException(spec.commandLine(), "option --rounds must be at least 3");
    }
    console.err().println("measuring, " + rounds + " rounds of about five seconds");
    console.out().print(BenchText.table(new Bench(rounds).run()));
    console.out().flush();
    return Exit.OK;
  }
}
