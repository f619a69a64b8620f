package irqlab.bench;

import irqlab.live.LiveMachine;
import irqlab.live.LiveOptions;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.RawTells;
import irqlab.load.LiveRun;
import irqlab.load.Machines;
import irqlab.load.RunWatch;
import irqlab.load.TemporaryFolder;
import irqlab.protocol.LoadMessage;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * R1 of design section 9: messages a second of a live machine against bare actors that tell each
 * other the same messages, in turns: the median of what each pair of rounds gives.
 *
 * <p>By wall time and by the CPU time of the process: a machine also waits, for its handlers and
 * its devices, and on a shared host wall time tells of the neighbours. After each round it is
 * measured how far two cores lie apart.
 */
public final class LiveBench {
  private static final int WARM_UPS = 4;

  /** The JVM tells CPU time in steps of so much. */
  private static final long CPU_TICK_NS = 10_000_000;

  private static final long SETTLE_NS = 2_000_000_000L;

  private static final String TEXT =
      """
      scenario { name = bench-live, seed = 5, stop { when-drained = on } }
      machine { cpus = %d, tick = off }
      endpoints = [ { name = nvme0, kind = nvme, msi-x = %d, queues = %d, handler { cost = 0ns } } ]
      load = [ { on = nvme0, queues = "q1-q%d", arrivals = "queue-depth(%d)", count = %d } ]
      """;

  private final int rounds;
  private final Scenario scenario;
  private final long raises;

  /**
   * A measurement.
   *
   * @param rounds 3 or more
   * @param cpus of the machine, each with a queue
   * @param depth commands outstanding in each queue
   * @param count raises of each queue in a round
   */
  public LiveBench(int rounds, int cpus, int depth, long count) {
    this.rounds = rounds;
    this.raises = cpus * count;
    String text = String.format(Locale.ROOT, TEXT, cpus, cpus + 1, cpus, cpus, depth, count);
    scenario = ScenarioReader.parse("bench-live.conf", text);
  }

  private record Sample(double wallPerS, double cpuPerS) {}

  /** Runs and returns the figures. */
  public List<Bench.Figure> run() {
    try (TemporaryFolder folder = TemporaryFolder.open("irqlab-bench")) {
      return run(folder.path());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private List<Bench.Figure> run(Path folder) throws IOException {
    LiveRun.run(scenario, Optional.of(folder), RunWatch.NONE);
    RawTells raw =
        RawTells.of(Machines.plan(scenario), Machines.plan(scenario), scenario.seed(), folder);
    Sample[] live = new Sample[rounds];
    Sample[] bare = new Sample[rounds];
    double[] distances = new double[rounds];
    for (int round = -WARM_UPS; round < rounds; round++) {
      Sample one = machine();
      Sample other = tells(raw);
      // The first rounds warm up.
      if (round >= 0) {
        live[round] = one;
        bare[round] = other;
        distances[round] = CoreDistance.roundTripNs();
      }
    }
    Arrays.sort(distances);
    return figures(live, bare, raw.tells(), distances);
  }

  private Sample machine() {
    LiveOptions options = Machines.liveOptions(scenario);
    try (LiveMachine machine = LiveMachine.standalone(Machines.plan(scenario), options)) {
      long cpuNs = cpuNs();
      machine.start();
      int device = machine.plan().find("pcie/nvme0");
      machine.await(now -> machine.raised(device) >= raises && now.open() == 0);
      Progress end = machine.progress();
      cpuNs = cpuNs() - cpuNs;
      LiveResult result =
          machine.finish(() -> machine.inject(Machines.LOAD, new LoadMessage.Stop()), SETTLE_NS);
      long messages = end.processed() + result.alarms();
      return new Sample(
          messages * 1e9 / end.wallNs(), messages * 1e9 / Math.max(CPU_TICK_NS, cpuNs));
    }
  }

  private static Sample tells(RawTells raw) {
    return LiveMachine.inSystem(
        system -> {
          long cpuNs = cpuNs();
          long wallNs = raw.run(system);
          cpuNs = cpuNs() - cpuNs;
          return new Sample(
              raw.tells() * 1e9 / wallNs, raw.tells() * 1e9 / Math.max(CPU_TICK_NS, cpuNs));
        });
  }

  private List<Bench.Figure> figures(Sample[] live, Sample[] bare, long tells, double[] distances) {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    List<Bench.Figure> figures = new ArrayList<>();
    double wall = median(rounds, i -> live[i].wallPerS());
    double rawWall = median(rounds, i -> bare[i].wallPerS());
    double cpu = median(rounds, i -> live[i].cpuPerS());
    double rawCpu = median(rounds, i -> bare[i].cpuPerS());
    figures.add(
        new Bench.Figure(
            "R1",
            "live machine / bare actors, messages in a second of wall time",
            median(rounds, i -> live[i].wallPerS() / bare[i].wallPerS()),
            ">= 0.6",
            remark(wall, rawWall, tells, load, distances)));
    figures.add(
        new Bench.Figure(
            "R1c",
            "the same in a second of CPU time of the process",
            median(rounds, i -> live[i].cpuPerS() / bare[i].cpuPerS()),
            "-",
            remark(cpu, rawCpu, tells, load, distances)));
    return figures;
  }

  private String remark(double live, double raw, long tells, double load, double[] distances) {
    return String.format(
        Locale.ROOT,
        "%.2f and %.2f M/s, %d messages a round, medians of %d, load %.1f, core to core and back"
            + " %.0f to %.0f ns",
        live / 1e6,
        raw / 1e6,
        tells,
        rounds,
        load,
        distances[0],
        distances[rounds - 1]);
  }

  private static double median(int count, IntToDoubleFunction each) {
    double[] sorted = IntStream.range(0, count).mapToDouble(each).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static long cpuNs() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
