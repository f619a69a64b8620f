package irqlab.bench;

import irqlab.runtime.Mix;

/**
 * PHOLD by hand: 1 024 processes, 1 024 pending events, a quarter of them remote, distance 0.1 +
 * Exp(0.9), a digest chained per process. What one core can do at best with events in time order.
 *
 * <p>Source: Fujimoto, "Performance of Time Warp under Synthetic Workloads", 1990.
 */
final class BareLoop {
  private static final int PROCESSES = 1024;
  private static final double UNIT_PS = 1_000_000;

  private final FlatQueue queue = new FlatQueue(PROCESSES + 1, 256, 12);
  private final long[] random = new long[PROCESSES];
  private final long[] digest = new long[PROCESSES];
  private long sequence;

  BareLoop(long seed) {
    for (int i = 0; i < PROCESSES; i++) {
      random[i] = Mix.mix(seed + i) | 1;
      queue.push((long) (UNIT_PS * i / PROCESSES) + 1, ++sequence, i);
    }
  }

  /** Runs so many events. */
  void run(long events) {
    for (long i = 0; i < events; i++) {
      queue.pop();
      int process = queue.poppedData;
      long at = queue.poppedTime;
      digest[process] = Mix.chain(Mix.chain(digest[process], at), queue.poppedKey);
      long a = draw(process);
      double uniform = (a >>> 11) * 0x1.0p-53;
      long delay = (long) (UNIT_PS * (0.1 - 0.9 * Math.log(1 - uniform)));
      int to = process;
      if ((a & 3) == 0) {
        to = (int) (draw(process) >>> 54);
      }
      queue.push(at + delay, ++sequence, to);
    }
  }

  long digest() {
    long sum = 0;
    for (int i = 0; i < PROCESSES; i++) {
      sum += Mix.mix(digest[i] ^ i);
    }
    return sum;
  }

  private long draw(int process) {
    long x = random[process];
    x ^= x << 13;
    x ^= x >>> 7;
    x ^= x << 17;
    random[process] = x;
    return x * 0x9E3779B97F4A7C15L;
  }
}
