package irqlab.live;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.FateTrail;
import irqlab.observe.Ledger;
import irqlab.observe.Mark;
import irqlab.observe.Probe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * What one actor counts: its part of the ledger, and a few totals that other threads may read at
 * any time. One writer. A total is released after the thing was done, and what was sent is counted
 * before it is sent, so that a reader never sees more processed than sent.
 */
final class Meter implements Probe {
  static final int SENT = 0;
  static final int PROCESSED = 1;
  static final int RAISED = 2;
  static final int CLOSED = 3;
  static final int HANDLED = 4;
  static final int ALARMS = 5;
  static final int FROZEN = 6;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  final Ledger ledger;

  /** Room before and after, so that two actors' totals are on different cache lines. */
  private final long[] totals = new long[24];

  private final LongSupplier nowPs;
  private final FateTrail trail;
  private final Histogram lateNs = new Histogram(2);
  private final Histogram arrivalsLateNs = new Histogram(2);

  /**
   * Counts nothing yet.
   *
   * @param nowPs machine time of the reaction that is counted
   * @param trailed whether {@link #takeTrail} can be asked
   */
  Meter(Ledger.Recorder recorder, LongSupplier nowPs, boolean trailed) {
    ledger = new Ledger(recorder).withOrder().compact();
    this.nowPs = nowPs;
    trail = trailed ? new FateTrail() : null;
  }

  /** The ids that got a fate, or were found pending, since the last time. */
  long[] takeTrail() {
    return trail.take();
  }

  /** An interrupt that has no fate at the end. */
  void pending(long id) {
    ledger.pending(id);
    follow(id);
  }

  private void follow(long id) {
    if (trail != null) {
      trail.add(id);
    }
  }

  void add(int total) {
    LONGS.setRelease(totals, 8 + total, totals[8 + total] + 1);
  }

  long get(int total) {
    return (long) LONGS.getAcquire(totals, 8 + total);
  }

  /** An alarm was so late, in wall time. */
  void late(long ns) {
    lateNs.recordValue(ns);
  }

  /** How late alarms were, in wall time. */
  Histogram lateNs() {
    return lateNs;
  }

  /** How long after its intended time a source raised, in machine time. */
  Histogram arrivalsLateNs() {
    return arrivalsLateNs;
  }

  @Override
  public void raised(long id) {
    ledger.raised(id);
    add(RAISED);
  }

  @Override
  public void closed(long id, Fate fate) {
    ledger.closed(id, fate);
    follow(id);
    add(CLOSED);
  }

  @Override
  public void handled(long id, int cpu, int vector, long latencyPs) {
    ledger.handled(id, cpu, vector, latencyPs);
    follow(id);
    add(CLOSED);
    add(HANDLED);
  }

  @Override
  public void count(Counter counter) {
    ledger.count(counter);
  }

  @Override
  public void count(Counter counter, long more) {
    ledger.count(counter, more);
  }

  @Override
  public void mark(Mark mark, long id, long a, long b) {
    if (mark == Mark.RAISE) {
      arrivalsLateNs.recordValue(Math.max(0, nowPs.getAsLong() - b) / 1000);
    }
    ledger.mark(mark, id, a, b);
  }
}
