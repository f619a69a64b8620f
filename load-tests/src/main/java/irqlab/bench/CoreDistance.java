package irqlab.bench;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a word takes from a thread to another and back: some 50 ns where two cores share a
 * cache, several hundred where they do not.
 *
 * <p>A host moves the processors of a virtual machine about, and what actors tell each other takes
 * twice as long when they lie far apart. So a figure of actors tells how far they lay.
 */
public final class CoreDistance {
  private static final int TRIPS = 20;
  private static final int MEASUREMENTS = 5000;
  private static final long LIMIT_NS = 200_000_000;

  private static final int IDLE = 0;
  private static final int ASKED = 1;
  private static final int OVER = 2;

  private CoreDistance() {}

  /**
   * Nanoseconds there and back: the least of 5000 measurements of twenty, or of what 200 ms are
   * enough for.
   */
  public static double roundTripNs() {
    AtomicInteger word = new AtomicInteger();
    Thread other = new Thread(() -> answer(word), "irqlab-bench-answers");
    other.setDaemon(true);
    other.start();
    long leastNs = Long.MAX_VALUE;
    long startNs = System.nanoTime();
    long nowNs = startNs;
    for (int i = 0; i < MEASUREMENTS && nowNs - startNs < LIMIT_NS; i++) {
      long fromNs = nowNs;
      trips(word);
      nowNs = System.nanoTime();
      leastNs = Math.min(leastNs, nowNs - fromNs);
    }
    word.set(OVER);
    return (double) leastNs / TRIPS;
  }

  private static void trips(AtomicInteger word) {
    for (int i = 0; i < TRIPS; i++) {
      word.set(ASKED);
      while (word.get() != IDLE) {
        Thread.onSpinWait();
      }
    }
  }

  private static void answer(AtomicInteger word) {
    while (true) {
      int now = word.get();
      if (now == OVER) {
        return;
      }
      if (now == ASKED) {
        word.set(IDLE);
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
