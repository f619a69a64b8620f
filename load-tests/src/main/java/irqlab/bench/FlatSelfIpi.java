package irqlab.bench;

import irqlab.runtime.Mix;

/**
 * The self-IPI machine by hand: the same events as cores and local APICs exchange, at the same
 * times, on flat arrays and with a digest chained per receiver. No ledger, no messages, no objects.
 *
 * <p>One cycle: end of pause, ICR write, INTR, INTA, vector, EOI, end of pause again.
 */
final class FlatSelfIpi {
  /** Any vector would do. */
  static final int VECTOR = 0x41;

  static final long INTR_PS = 10_000;

  private static final int PAUSE = 0;
  private static final int ICR = 1;
  private static final int INTR = 2;
  private static final int INTA = 3;
  private static final int DELIVERED = 4;
  private static final int EOI = 5;

  private final FlatQueue queue;
  private final int cpus;
  private final long[] irr;
  private final long[] isr;
  private final long[] remaining;
  private final long[] pauseEnd;
  private final boolean[] cancelled;
  private final long[] digest;
  private long sequence;
  private long events;
  private long cycles;

  FlatSelfIpi(int cpus) {
    this.cpus = cpus;
    // About one event a bucket: 1.5 pending events a CPU in the next 100 ns.
    int shift = 63 - Long.numberOfLeadingZeros(100_000L / cpus);
    queue = new FlatQueue(8 * cpus + 8, Math.max(16, Integer.highestOneBit(4 * cpus)), shift);
    irr = new long[4 * cpus];
    isr = new long[4 * cpus];
    remaining = new long[cpus];
    pauseEnd = new long[cpus];
    cancelled = new boolean[cpus];
    digest = new long[2 * cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      send(pausePs(cpu), PAUSE, cpu);
    }
  }

  /** Each CPU's own distance of IPIs: about 100 ns, so that CPUs do not run in step. */
  static long pausePs(int cpu) {
    return 100_000 + 37L * cpu;
  }

  long cycles() {
    return cycles;
  }

  /** Runs so many cycles more. */
  void run(long more) {
    long until = cycles + more;
    while (cycles < until) {
      queue.pop();
      events++;
      react(queue.poppedData & 7, queue.poppedData >>> 3, queue.poppedTime);
    }
  }

  private void react(int what, int cpu, long now) {
    int receiver = what == ICR || what == INTA || what == EOI ? cpu : cpus + cpu;
    digest[receiver] =
        Mix.chain(
            Mix.chain(Mix.chain(digest[receiver], now), queue.poppedKey), Mix.fold(what, VECTOR));
    int word = 4 * cpu + (VECTOR >> 6);
    long bit = 1L << VECTOR;
    switch (what) {
      case PAUSE:
        if (cancelled[cpu]) {
          cancelled[cpu] = false;
          events--;
          return;
        }
        send(now + INTR_PS, ICR, cpu);
        pauseEnd[cpu] = now + pausePs(cpu);
        send(pauseEnd[cpu], PAUSE, cpu);
        return;
      case ICR:
        irr[word] |= bit;
        send(now + INTR_PS, INTR, cpu);
        return;
      case INTR:
        remaining[cpu] = pauseEnd[cpu] - now;
        cancelled[cpu] = true;
        send(now + INTR_PS, INTA, cpu);
        return;
      case INTA:
        irr[word] &= ~bit;
        isr[word] |= bit;
        send(now + INTR_PS, DELIVERED, cpu);
        return;
      case DELIVERED:
        send(now + INTR_PS, EOI, cpu);
        pauseEnd[cpu] = now + remaining[cpu];
        send(pauseEnd[cpu], PAUSE, cpu);
        cycles++;
        return;
      default:
        isr[word] &= ~bit;
    }
  }

  long events() {
    return events;
  }

  long digest() {
    long sum = 0;
    for (int i = 0; i < digest.length; i++) {
      sum += Mix.mix(digest[i] ^ i);
    }
    return sum;
  }

  private void send(long at, int what, int cpu) {
    queue.push(at, (long) cpu << 44 | ++sequence, cpu << 3 | what);
  }
}
