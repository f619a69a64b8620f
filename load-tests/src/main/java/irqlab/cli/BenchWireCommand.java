package irqlab.cli;

import irqlab.cluster.WireSpeed;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab bench wire}: what batches between nodes are good for. */
@Command(
    name = "wire",
    description = "Messages a second between two actor systems over loopback, by batch size.")
final class BenchWireCommand implements Callable<Integer> {
  private static final int[] SIZES = {1, 64, 256};
  private static final int ROUNDS_MAX = 1000;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds after one to warm up, of which medians are taken. Default 5.")
  private int rounds;

  BenchWireCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new ParameterException(spec.commandLine(), "option --rounds must be 1 to 1000");
    }
    console
        .out()
        .printf("%-24s %14s %14s %9s%n", "messages a frame", "messages/s", "raw", "of raw");
    try (WireSpeed speed = new WireSpeed()) {
      double single = 0;
      double last = 0;
      for (int size : SIZES) {
        int messages = size == 1 ? 100_000 : 1_000_000;
        last = median(() -> speed.batched(size, messages));
        double raw = median(() -> speed.raw(size, messages));
        single = size == 1 ? last : single;
        console
            .out()
            .printf(Locale.ROOT, "%-24d %14.0f %14.0f %8.2f%n", size, last, raw, last / raw);
        console.out().flush();
      }
      console.out().printf(Locale.ROOT, "256 a frame / one a frame: x%.1f%n", last / single);
      console.out().flush();
    }
    return Exit.OK;
  }

  private double median(DoubleSupplier measured) {
    double[] all = new double[rounds + 1];
    for (int i = 0; i <= rounds; i++) {
      all[i] = measured.getAsDouble();
    }
    // The first one warmed up.
    Arrays.sort(all, 1, all.length);
    return all[1 + rounds / 2];
  }
}
