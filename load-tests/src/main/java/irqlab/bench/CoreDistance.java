package irqlab.bench;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a word takes from a thread to another and back: some 50 ns where two cores share a
 * cache, several hundred where they do not.
 *
 * <p>A host moves the processors of a virtual machine about, and what actors tell each other takes
 * twice as long when they lie far apart. So a figure of actors tells how far they lay.
 */
final class CoreDistance {
  private static final int TRIPS = 100;
  private static final long MEASURE_NS = 10_000_000;

  private static final int IDLE = 0;
  private static final int ASKED = 1;
  private static final int OVER = 2;

  private CoreDistance() {}

  /** Nanoseconds there and back, measured for 10 ms. */
  static double roundTripNs() {
    AtomicInteger word = new AtomicInteger();
    Thread other = new Thread(() -> answer(word), "irqlab-bench-answers");
    other.setDaemon(true);
    other.start();
    trips(word);
    long trips = 0;
    long fromNs = System.nanoTime();
    long tookNs = 0;
    while (tookNs < MEASURE_NS) {
      trips(word);
      trips += TRIPS;
      tookNs = System.nanoTime() - fromNs;
    }
    word.set(OVER);
    return (double) tookNs / trips;
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
