package irqlab.cli;

import irqlab.bench.Overload;
import irqlab.topology.PcieSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab bench overload}: a live machine under twice the load that it can carry. */
@Command(
    name = "overload",
    sortOptions = false,
    description = {
      "Measure what a live machine carries, then ask it for twice as much by the wall clock;",
      "exit 99 if its heap grows or its books stay open."
    })
final class OverloadCommand implements Callable<Integer> {
  private static final int CPUS_MAX = 254;
  private static final double MINUTES_MAX = 1000;
  private static final double SECONDS_MAX = 1000;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long twice the load lasts; a fraction is allowed. Default 10.")
  private double minutes;

  @Option(
      names = "--measure",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long the closed loop is measured first. Default 10.")
  private double measureS;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "4",
      description = "CPUs of the machine, each with an NVMe queue. Default 4.")
  private int cpus;

  @Option(
      names = "--credits",
      paramLabel = "N",
      defaultValue = "64",
      description = "Posted credits of its root port, 1 to 127; 0 for no limit. Default 64.")
  private int credits;

  OverloadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check(minutes >= 0.01 && minutes <= MINUTES_MAX, "--minutes must be 0.01 to 1000");
    check(measureS >= 0.1 && measureS <= SECONDS_MAX, "--measure must be 0.1 to 1000");
    check(cpus >= 1 && cpus <= CPUS_MAX, "--cpus must be 1 to " + CPUS_MAX);
    check(
        credits >= PcieSpec.INFINITE && credits <= PcieSpec.POSTED_MAX,
        "--credits must be 0 to " + PcieSpec.POSTED_MAX);
    String said = credits == PcieSpec.INFINITE ? "infinite" : Integer.toString(credits);
    Overload overload =
        new Overload(cpus, said, Math.round(measureS * 1e9), Math.round(minutes * 60e9));
    return overload.run(console.out()) ? Exit.OK : Exit.CHECK_FAILED;
  }

  private void check(boolean holds, String need) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), "option " + need);
    }
  }
}
