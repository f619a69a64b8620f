package irqlab.cli;

import irqlab.cluster.ClusterException;
import irqlab.load.FaultRuns;
import irqlab.runtime.Rng;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab faults}: harms nodes of running machines at random; for tests of irqlab itself. */
@Command(
    name = "faults",
    hidden = true,
    description =
        "Run nvme4 over three processes, and kill, pause or cut off one, again and again.")
final class FaultsCommand implements Callable<Integer> {
  private static final long LOST_AFTER_S = 8;

  private final Console console;

  @Option(names = "--runs", paramLabel = "N", defaultValue = "50", description = "How many.")
  private int runs;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of what is done.")
  private long seed;

  @Spec private CommandSpec spec;

  FaultsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "option --runs must be at least 1");
    }
    Rng random = new Rng(seed, "faults");
    FaultRuns.Harm[] all = FaultRuns.Harm.values();
    int wrong = 0;
    for (int number = 1; number <= runs; number++) {
      FaultRuns.Harm harm = all[random.nextInt(all.length)];
      String outcome;
      try {
        FaultRuns.Outcome ended = FaultRuns.run(harm, random, LOST_AFTER_S, line -> {});
        wrong += ended.wrong().isEmpty() ? 0 : 1;
        outcome = ended.toString();
      } catch (ClusterException broken) {
        wrong++;
        outcome = harm + "   WRONG: no report: " + broken.getMessage();
      }
      console.out().printf("%d of %d   %s%n", number, runs, outcome);
      console.out().flush();
    }
    console.out().printf("%d passed, %d failed%n", runs - wrong, wrong);
    console.out().flush();
    return wrong == 0 ? Exit.OK : Exit.CHECK_FAILED;
  }
}
