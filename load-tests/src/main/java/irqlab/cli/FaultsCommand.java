package irqlab.cli;

import irqlab.cluster.ClusterException;
import irqlab.live.LiveFailure;
import irqlab.load.FaultRuns;
import irqlab.load.Harm;
import irqlab.runtime.Rng;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        "Run nvme4 over three processes, and kill, pause, slow down or cut off one, again and"
            + " again; replay what was recorded.")
final class FaultsCommand implements Callable<Integer> {
  /** A cut that heals takes 3 s, and is no loss. */
  private static final long LOST_AFTER_MIN_S = 4;

  private final Console console;

  @Option(names = "--runs", paramLabel = "N", defaultValue = "50", description = "How many.")
  private int runs;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of what is done.")
  private long seed;

  @Option(
      names = "--harm",
      paramLabel = "HARM",
      split = ",",
      description = "What is done: ${COMPLETION-CANDIDATES} (default: all, at random).")
  private List<Harm> harms = List.of(Harm.values());

  @Option(
      names = "--lost-after",
      paramLabel = "S",
      defaultValue = "6",
      description = "Seconds after which a silent node is lost (default ${DEFAULT-VALUE}).")
  private long lostAfterS;

  @Spec private CommandSpec spec;

  FaultsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "option --runs must be at least 1");
    }
    if (lostAfterS < LOST_AFTER_MIN_S) {
      throw new ParameterException(
          spec.commandLine(), "option --lost-after must be at least " + LOST_AFTER_MIN_S);
    }
    Map<Harm, Optional<String>> impossible = new EnumMap<>(Harm.class);
    harms.forEach(each -> impossible.computeIfAbsent(each, FaultRuns::impossible));
    Rng random = new Rng(seed, "faults");
    console.interruption().heed();
    int wrong = 0;
    int right = 0;
    for (int number = 1; number <= runs && !console.interruption().asked(); number++) {
      Harm harm = harms.get(random.nextInt(harms.size()));
      Optional<String> cannot = impossible.get(harm);
      String outcome;
      if (cannot.isPresent()) {
        outcome = harm + "   skipped: " + cannot.get();
      } else {
        try {
          FaultRuns.Outcome ended = FaultRuns.run(harm, random, lostAfterS, line -> {});
          wrong += ended.wrong().isEmpty() ? 0 : 1;
          right += ended.wrong().isEmpty() ? 1 : 0;
          outcome = ended.toString();
        } catch (ClusterException | LiveFailure | UncheckedIOException broken) {
          wrong++;
          outcome = harm + "   WRONG: no report: " + broken;
        }
      }
      console.out().printf("%d of %d   %s%n", number, runs, outcome);
      console.out().flush();
    }
    int skipped = runs - right - wrong;
    String left = skipped == 0 ? "" : ", " + skipped + " not done";
    console.out().printf("%d passed, %d failed%s%n", right, wrong, left);
    console.out().flush();
    return wrong == 0 ? Exit.OK : Exit.CHECK_FAILED;
  }
}
