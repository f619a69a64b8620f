package irqlab.bench;

import irqlab.observe.Counter;
import irqlab.observe.Ledger;
import irqlab.runtime.Board;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Runs a whole machine for very long and looks, ten times, whether its heap grows and its books
 * close. Each CPU has a queue of one NVMe controller and 200 000 interrupts a second.
 */
public final class Soak {
  private static final int PARTS = 10;
  private static final long STEP_PS = 100_000_000L;
  private static final double MIB = 1 << 20;

  private final int cpus;
  private final long interrupts;
  private final long events;

  /**
   * A soak that ends when both are reached.
   *
   * @param cpus 1 to 1 024
   * @param interrupts handler runs counted by the Linux layer
   * @param events events executed
   */
  public Soak(int cpus, long interrupts, long events) {
    this.cpus = cpus;
    this.interrupts = interrupts;
    this.events = events;
  }

  /** True when the books closed ten times and the heap held. A line for each tenth. */
  public boolean run(PrintStream out) {
    Board board = BenchMachines.nvme(cpus, true);
    long from = System.nanoTime();
    HeapWatch heap = new HeapWatch();
    boolean held = true;
    for (int part = 1; part <= PARTS; part++) {
      while (counted(board) < interrupts / PARTS * part || board.events() < events / PARTS * part) {
        board.runBefore(board.nowPs() + STEP_PS);
      }
      boolean exact = board.closedBooks().balanced();
      long used = HeapWatch.usedBytes();
      boolean grown = heap.grown(used);
      held &= exact && !grown;
      out.println(line(board, (System.nanoTime() - from) / 1e9, used, exact, grown));
      out.flush();
    }
    return held;
  }

  private String line(Board board, double seconds, long used, boolean exact, boolean grown) {
    return String.format(
        Locale.ROOT,
        "%,d interrupts, %,d events, %.0f s, heap %.1f of %.0f MiB%s, balance: %s,"
            + " digest %016x, load average %.2f",
        counted(board),
        board.events(),
        seconds,
        used / MIB,
        Runtime.getRuntime().maxMemory() / MIB,
        grown ? " GROWN" : "",
        exact ? "exact" : "OPEN",
        board.digest(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static long counted(Board board) {
    Ledger books = board.ledger();
    return books.counter(Counter.COUNTED);
  }
}
