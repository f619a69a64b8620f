package irqlab.runtime;

import irqlab.observe.Ledger;
import irqlab.protocol.ProtocolCodecs;

/**
 * Runs a toy machine for very many events and fails when the heap grows. Not part of the build;
 * after {@code mvn -pl cluster-config test-compile}:
 *
 * <pre>
 * java -Xmx64m -cp cluster-config/target/classes:cluster-config/target/test-classes:\
 *   $HOME/.m2/repository/org/hdrhistogram/HdrHistogram/2.2.2/HdrHistogram-2.2.2.jar \
 *   irqlab.runtime.Soak 1000000000
 * </pre>
 */
public final class Soak {
  private Soak() {}

  /** First argument: how many events, 10^9 when left out. */
  public static void main(String[] arguments) {
    long wanted = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000_000L;
    Ledger ledger = new Ledger();
    Plan plan = ToyMachine.of(1, 8, 32).plan();
    Board board = new Board(plan, ProtocolCodecs.all(), 1, TiePolicy.FAIR, ledger);
    board.start();
    long from = System.nanoTime();
    long early = 0;
    for (int tenth = 1; tenth <= 10; tenth++) {
      while (board.events() < wanted / 10 * tenth) {
        board.runBefore(board.nowPs() + 1_000_000_000L);
      }
      long usedBytes = usedBytes();
      early = tenth == 2 ? usedBytes : early;
      System.out.printf(
          "events=%d usedKiB=%d eventsPerS=%d digest=%016x%n",
          board.events(),
          usedBytes / 1024,
          (long) (board.events() / ((System.nanoTime() - from) / 1e9)),
          board.digest());
      if (tenth > 2 && usedBytes > early * 1.1 + 262_144) {
        throw new IllegalStateException("usedBytes=" + usedBytes + " early=" + early);
      }
    }
    board.closeBooks();
    if (!ledger.balanced()) {
      throw new IllegalStateException("the books do not balance");
    }
    System.out.println("balance: exact, raised=" + ledger.raised());
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
