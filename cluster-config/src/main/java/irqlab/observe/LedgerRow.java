package irqlab.observe;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.PackedHistogram;

/** The books of one raiser and entry. */
public final class LedgerRow {
  /** Latencies are kept up to this many nanoseconds (one hour); longer ones count as this. */
  public static final long LATENCY_MAX_NS = 3_600_000_000_000L;

  /** A row that counts nothing. */
  static final int BYTES_MIN = 60;

  private static final int CPU_MAX = 1 << 20;
  private static final int CPU_SHIFT = 42;
  private static final int FATES = 64;

  final long key;
  long raised;
  long pending;
  long open;
  private long handled;
  private long outOfOrder;
  private long lastHandled;

  // Handler runs not yet in the table of CPUs and in the histogram, which lie far apart in memory:
  // CPU from bit 42, latency in nanoseconds below.
  private final long[] recent = new long[32];
  private int recents;

  // All fates but HANDLED, by code; null while there are none.
  private long[] fates;
  private long[] cpus = new long[4];
  private Histogram latency;
  private final boolean compact;

  LedgerRow(long key, boolean compact) {
    this.key = key;
    this.compact = compact;
  }

  static Histogram newHistogram() {
    return new Histogram(3);
  }

  // A packed one has room for the values that it has met, and takes longer for each.
  private Histogram ownHistogram() {
    return compact ? new PackedHistogram(3) : newHistogram();
  }

  void handled(long sequence, int cpu, long latencyPs) {
    if (sequence < lastHandled) {
      outOfOrder++;
    } else {
      lastHandled = sequence;
    }
    handled++;
    long ns = (latencyPs + 500) / 1000;
    recent[recents++] = (long) cpu << CPU_SHIFT | (ns < 0 ? 0 : Math.min(ns, LATENCY_MAX_NS));
    if (recents == recent.length) {
      settle();
    }
  }

  private void settle() {
    for (int i = 0; i < recents; i++) {
      countOn((int) (recent[i] >>> CPU_SHIFT), 1);
      if (latency == null) {
        latency = ownHistogram();
      }
      latency.recordValue(recent[i] & (1L << CPU_SHIFT) - 1);
    }
    recents = 0;
  }

  private void countOn(int cpu, long more) {
    if (cpu >= cpus.length) {
      cpus = Arrays.copyOf(cpus, Math.max(cpu + 1, cpus.length * 2));
    }
    cpus[cpu] += more;
  }

  void closed(Fate fate, long more) {
    if (fate == Fate.HANDLED) {
      handled += more;
      return;
    }
    if (fates == null) {
      fates = new long[FATES];
    }
    fates[fate.code()] += more;
  }

  void add(LedgerRow other) {
    addCounts(other);
    if (other.latency != null) {
      if (latency == null) {
        latency = ownHistogram();
      }
      latency.add(other.latency);
    }
  }

  /** Adds all but the latencies. */
  void addCounts(LedgerRow other) {
    raised += other.raised;
    pending += other.pending;
    open += other.open;
    other.settle();
    for (Fate fate : Fate.values()) {
      if (other.fate(fate) != 0) {
        closed(fate, other.fate(fate));
      }
    }
    outOfOrder += other.outOfOrder;
    for (int cpu = 0; cpu < other.cpus.length; cpu++) {
      if (other.cpus[cpu] != 0) {
        countOn(cpu, other.cpus[cpu]);
      }
    }
  }

  /**
   * Writes the row: what it counts, the fates and CPUs that have a count, and the latencies as
   * pairs of a nanosecond value and how often it was met.
   */
  void write(StateWriter out) {
    settle();
    out.putLong(key);
    out.putLong(raised);
    out.putLong(pending);
    out.putLong(open);
    out.putLong(outOfOrder);
    out.putLong(lastHandled);
    long[] all = fates == null ? new long[FATES] : fates.clone();
    all[Fate.HANDLED.code()] = handled;
    putSparse(all, out);
    putSparse(cpus, out);
    int at = out.length();
    out.putInt(0);
    int values = 0;
    if (latency != null) {
      for (HistogramIterationValue each : latency.recordedValues()) {
        out.putLong(each.getValueIteratedTo());
        out.putLong(each.getCountAtValueIteratedTo());
        values++;
      }
    }
    out.setInt(at, values);
  }

  /** Reads what {@link #write} wrote after the key. */
  void read(StateReader in) {
    raised = in.getLong();
    pending = in.getLong();
    open = in.getLong();
    outOfOrder = in.getLong();
    lastHandled = in.getLong();
    for (int left = in.count(12); left > 0; left--) {
      Fate fate = Fate.ofCode(index(in, FATES));
      if (fate == null) {
        throw new MalformedStateException("a fate that this version does not know");
      }
      closed(fate, in.getLong());
    }
    for (int left = in.count(12); left > 0; left--) {
      countOn(index(in, CPU_MAX), in.getLong());
    }
    for (int left = in.count(16); left > 0; left--) {
      if (latency == null) {
        latency = ownHistogram();
      }
      long ns = in.getLong();
      long count = in.getLong();
      if (ns < 0 || ns > 2 * LATENCY_MAX_NS || count < 1) {
        throw new MalformedStateException("latencyNs=" + ns + " count=" + count);
      }
      latency.recordValueWithCount(ns, count);
    }
  }

  private static void putSparse(long[] counts, StateWriter out) {
    int at = out.length();
    out.putInt(0);
    int used = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        out.putInt(i);
        out.putLong(counts[i]);
        used++;
      }
    }
    out.setInt(at, used);
  }

  private static int index(StateReader in, int limit) {
    int index = in.getInt();
    if (index < 0 || index >= limit) {
      throw new MalformedStateException("index=" + index + ": 0 to " + (limit - 1));
    }
    return index;
  }

  /** Component id of the raiser. */
  public int component() {
    return (int) (key >>> 12);
  }

  /** Entry of the raiser. */
  public int entry() {
    return (int) key & InterruptId.ENTRY_MAX;
  }

  /** Raises. */
  public long raised() {
    return raised;
  }

  /** Raises with this fate. */
  public long fate(Fate fate) {
    return fate == Fate.HANDLED ? handled : fates == null ? 0 : fates[fate.code()];
  }

  /** Raises without a fate at the end. */
  public long pending() {
    return pending;
  }

  /** Handler runs on this CPU for raises of this row. */
  public long handledOn(int cpu) {
    settle();
    return cpu < cpus.length ? cpus[cpu] : 0;
  }

  /** Raises handled after a later raise of the same row (seen by one group). */
  public long outOfOrder() {
    return outOfOrder;
  }

  /** Latency from the intended raise in nanoseconds, or null when none was handled. */
  public Histogram latency() {
    settle();
    return latency;
  }

  /** Raises minus those with a fate or pending; 0 in a closed book. */
  public long missing() {
    long closed = pending + handled;
    for (int code = 0; fates != null && code < FATES; code++) {
      closed += fates[code];
    }
    return raised - closed;
  }

  /** True when number and names close. */
  public boolean balanced() {
    return missing() == 0 && open == 0;
  }
}
