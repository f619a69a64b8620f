package irqlab.bench;

import irqlab.observe.Counter;
import irqlab.runtime.Board;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * Measures the ratios of design section 9 in one run, interleaved, in CPU time of one thread, as
 * medians, with the load average beside them.
 */
public final class Bench {
  private static final double NS_PER_S = 1e9;
  private static final int SMALL = 4;
  private static final int MIDDLE = 64;
  private static final int LARGE = 1024;
  private static final long BARE_EVENTS = 4_000_000;
  private static final long SLICE_CYCLES = 400_000;

  private final int rounds;

  /** One figure. */
  public record Figure(String id, String what, double value, String goal, String remark) {}

  /**
   * A measurement of so many rounds.
   *
   * @param rounds 3 or more; each takes about five seconds
   */
  public Bench(int rounds) {
    this.rounds = rounds;
  }

  /** Runs and returns the figures in the order of the design's table. */
  public List<Figure> run() {
    BareLoop bare = new BareLoop(1);
    FlatSelfIpi flatSmall = new FlatSelfIpi(SMALL);
    FlatSelfIpi flatMiddle = new FlatSelfIpi(MIDDLE);
    FlatSelfIpi flatLarge = new FlatSelfIpi(LARGE);
    Board ipiSmall = BenchMachines.selfIpi(SMALL);
    Board ipiMiddle = BenchMachines.selfIpi(MIDDLE);
    Board ipiLarge = BenchMachines.selfIpi(LARGE);
    Board msix = BenchMachines.msix(MIDDLE);
    Board nvme = BenchMachines.nvme(SMALL, true);
    Board nvmeBare = BenchMachines.nvme(SMALL, false);
    double[][] samples = new double[10][rounds];
    for (int round = -1; round < rounds; round++) {
      double[] now = {
        rate(() -> bareSlice(bare)),
        rate(() -> flatSlice(flatSmall)),
        rate(() -> flatSlice(flatMiddle)),
        rate(() -> flatSlice(flatLarge)),
        rate(() -> dispatched(ipiSmall, SMALL, 120_000L)),
        rate(() -> dispatched(ipiMiddle, MIDDLE, 120_000L)),
        rate(() -> dispatched(ipiLarge, LARGE, 120_000L)),
        rate(() -> dispatched(msix, MIDDLE, 2_000_000L)),
        rate(() -> counted(nvme)),
        rate(() -> windows(nvmeBare)),
      };
      // The first round warms up.
      for (int i = 0; round >= 0 && i < now.length; i++) {
        samples[i][round] = now[i];
      }
    }
    return figures(samples, ipiMiddle, msix, nvme, nvmeBare);
  }

  private List<Figure> figures(
      double[][] samples, Board ipi, Board msix, Board nvme, Board nvmeBare) {
    double bare = median(samples[0]);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure(
            "D1",
            "Board, real components / the same events by hand, " + MIDDLE + " CPUs",
            ratio(samples[5], samples[2]),
            ">= 0.8",
            eventsPer(ipi, "self-IPI")));
    figures.add(
        figure(
            "D5a",
            "self-IPI cycles, " + SMALL + " CPUs / bare-loop events",
            ratio(samples[4], samples[0]),
            ">= 0.25",
            eventsPer(ipi, "self-IPI")));
    figures.add(
        figure(
            "D5b",
            "MSI-X cycles without OS / bare-loop events",
            ratio(samples[7], samples[0]),
            ">= 0.12",
            eventsPer(msix, "MSI-X")));
    figures.add(
        figure(
            "D5c",
            "NVMe cycles with Linux layer / bare-loop events",
            ratio(samples[8], samples[0]),
            ">= 0.05",
            eventsPer(nvme, "interrupt")));
    double board = ratio(samples[4], samples[6]);
    double flat = ratio(samples[1], samples[3]);
    figures.add(
        figure(
            "S1",
            "growth of cost a self-IPI from 4 to 1024 CPUs / that of the flat loop",
            board / flat,
            "<= 1.5",
            String.format(Locale.ROOT, "Board %.2f, flat %.2f", board, flat)));
    // Both advance the same model time a slice, so rates compare costs.
    double with = perWindow(samples[8], nvme);
    figures.add(
        figure(
            "B2",
            "cost of digest and ledger, NVMe machine",
            median(samples[9]) / with - 1,
            "<= 0.10",
            "digest and books off: "
                + (nvmeBare.events() == nvme.events() ? "same events" : "OTHER EVENTS")));
    figures.add(
        figure(
            "bare",
            "bare loop, million events a CPU second",
            bare / 1e6,
            "-",
            String.format(
                Locale.ROOT,
                "load average %.2f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())));
    return figures;
  }

  private static Figure figure(String id, String what, double value, String goal, String remark) {
    return new Figure(id, what, value, goal, remark);
  }

  private static String eventsPer(Board board, String what) {
    double per = (double) board.events() / board.ledger().counter(Counter.DISPATCHED);
    return String.format(Locale.ROOT, "%.1f events a %s", per, what);
  }

  // How much work, a second of this thread's CPU time.
  private static double rate(DoubleSupplier work) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    double done = work.getAsDouble();
    long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return done * NS_PER_S / (after - before);
  }

  private static double bareSlice(BareLoop loop) {
    loop.run(BARE_EVENTS);
    return BARE_EVENTS;
  }

  private static double flatSlice(FlatSelfIpi flat) {
    flat.run(SLICE_CYCLES);
    return SLICE_CYCLES;
  }

  private static double dispatched(Board board, int cpus, long periodPs) {
    long before = board.ledger().counter(Counter.DISPATCHED);
    board.runBefore(board.nowPs() + SLICE_CYCLES / cpus * periodPs);
    return board.ledger().counter(Counter.DISPATCHED) - before;
  }

  private static final long NVME_WINDOW_PS = 200_000_000_000L;

  private static double counted(Board board) {
    long before = board.ledger().counter(Counter.COUNTED);
    board.runBefore(board.nowPs() + NVME_WINDOW_PS);
    return board.ledger().counter(Counter.COUNTED) - before;
  }

  private static double windows(Board board) {
    board.runBefore(board.nowPs() + NVME_WINDOW_PS);
    return 1;
  }

  // Interrupts a second turned into windows a second: the books tell how many a window has.
  private static double perWindow(double[] rates, Board board) {
    double interrupts = board.ledger().counter(Counter.COUNTED);
    double windows = (double) board.nowPs() / NVME_WINDOW_PS;
    return median(rates) / (interrupts / windows);
  }

  private static double ratio(double[] a, double[] b) {
    double[] ratios = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      ratios[i] = a[i] / b[i];
    }
    return median(ratios);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
