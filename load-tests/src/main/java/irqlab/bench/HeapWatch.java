package irqlab.bench;

/**
 * Whether a heap grows from look to look: against the second look, since the first ones see what
 * warms up.
 */
final class HeapWatch {
  /** Growth that a histogram which meets a new range may cause, and no leak of many events. */
  private static final double GROWTH = 1.1;

  private static final double SLACK_BYTES = 4 << 20;

  private int looks;
  private long early;

  /** What is used after a collection, in bytes. */
  static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Takes a look; true when more is used than at the second look, and some slack. */
  boolean grown(long usedBytes) {
    looks++;
    early = looks == 2 ? usedBytes : early;
    return looks > 2 && usedBytes > early * GROWTH + SLACK_BYTES;
  }
}
