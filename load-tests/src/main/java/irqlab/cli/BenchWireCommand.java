package irqlab.cli;

import irqlab.bench.CoreDistance;
import irqlab.cluster.WireSpeed;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab bench wire}: what batches between nodes are good for. */
@Command(
    name = "wire",
    description = "Messages a second between two JVMs over loopback, by batch size.")
final class BenchWireCommand implements Callable<Integer> {
  private static final int[] SIZES = {1, 64, 256};
  private static final int ROUNDS_MAX = 1000;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Rounds after one to warm up; medians are told, also of each round's ratio. Default 5.")
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
        .printf(
            "%-24s %14s %14s %9s %6s%n", "messages a frame", "messages/s", "raw", "of raw", "load");
    try (WireSpeed speed = new WireSpeed()) {
      double single = 0;
      double last = 0;
      DoubleSummaryStatistics distances = new DoubleSummaryStatistics();
      for (int size : SIZES) {
        int messages = size == 1 ? 200_000 : 10_000_000;
        double[] batched = new double[rounds + 1];
        double[] raw = new double[rounds + 1];
        double[] ratios = new double[rounds + 1];
        for (int round = 0; round <= rounds; round++) {
          batched[round] = speed.batched(size, messages);
          raw[round] = speed.raw(size, messages);
          ratios[round] = batched[round] / raw[round];
          distances.accept(CoreDistance.roundTripNs());
        }
        last = median(batched);
        single = size == 1 ? last : single;
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        console
            .out()
            .printf(
                Locale.ROOT,
                "%-24d %14.0f %14.0f %9.2f %6.1f%n",
                size,
                last,
                median(raw),
                median(ratios),
                load);
        console.out().flush();
      }
      console.out().printf(Locale.ROOT, "256 a frame / one a frame: x%.1f%n", last / single);
      console
          .out()
          .printf(
              Locale.ROOT,
              "core to core and back: %.0f to %.0f ns%n",
              distances.getMin(),
              distances.getMax());
      console.out().flush();
    }
    return Exit.OK;
  }

  // The first one warmed up.
  private static double median(double[] all) {
    double[] sorted = all.clone();
    Arrays.sort(sorted, 1, sorted.length);
    return sorted[sorted.length / 2];
  }
}
