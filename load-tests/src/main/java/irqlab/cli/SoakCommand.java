package irqlab.cli;

import irqlab.bench.Soak;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab bench soak}: a whole machine for very long, its heap and its books. */
@Command(
    name = "soak",
    description = "Run a whole machine for long; exit 99 if its heap grows or its books stay open.")
final class SoakCommand implements Callable<Integer> {
  private static final int CPUS_MAX = 1024;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "1024",
      description = "CPUs, 1 to 1024, each with an NVMe queue. Default 1024.")
  private int cpus;

  @Option(
      names = "--interrupts",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "Go on until so many interrupts were counted. Default 10000000.")
  private long interrupts;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "0",
      description = "And until so many events were executed. Default 0.")
  private long events;

  SoakCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    within("--cpus", cpus, 1, CPUS_MAX);
    within("--interrupts", interrupts, 0, Long.MAX_VALUE);
    within("--events", events, 0, Long.MAX_VALUE);
    return new Soak(cpus, interrupts, events).run(console.out()) ? Exit.OK : Exit.CHECK_FAILED;
  }

  private void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), "option " + option + " must be " + least + " to " + most);
    }
  }
}
