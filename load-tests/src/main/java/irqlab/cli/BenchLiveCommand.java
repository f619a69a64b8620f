package irqlab.cli;

import irqlab.bench.BenchText;
import irqlab.bench.LiveBench;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab bench live}: a live machine against bare actors. */
@Command(
    name = "live",
    sortOptions = false,
    description = {
      "Measure a live machine against bare actors that tell each other the same messages,",
      "side by side in one run. With few commands outstanding it measures how long a device",
      "takes, 10 us by the wall clock, which bare actors do not wait for."
    })
final class BenchLiveCommand implements Callable<Integer> {
  private static final int ROUNDS_MIN = 3;
  private static final int CPUS_MAX = 254;
  private static final int DEPTH_MAX = 1000;
  private static final long COUNT_MAX = 1_000_000;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Rounds, of which medians are taken; at least 3. Default 7.")
  private int rounds;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "32",
      description = "CPUs of the machine, each with an NVMe queue. Default 32.")
  private int cpus;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "256",
      description = "Commands outstanding in each queue. Default 256.")
  private int depth;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Raises of each queue in a round. Default 20000.")
  private long count;

  BenchLiveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    within("--rounds", rounds, ROUNDS_MIN, Integer.MAX_VALUE);
    within("--cpus", cpus, 1, CPUS_MAX);
    within("--depth", depth, 1, DEPTH_MAX);
    within("--count", count, 1, COUNT_MAX);
    console.err().println("recording a run, then measuring " + rounds + " rounds");
    try {
      console.out().print(BenchText.table(new LiveBench(rounds, cpus, depth, count).run()));
    } catch (UncheckedIOException full) {
      throw new ReportedException(
          Exit.FAULT,
          "the run to compare with cannot be kept among the temporary files (java.io.tmpdir): "
              + full.getCause().getMessage(),
          full);
    }
    console.out().flush();
    return Exit.OK;
  }

  private void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), "option " + option + " must be " + least + " to " + most);
    }
  }
}
