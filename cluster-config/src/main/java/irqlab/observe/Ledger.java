package irqlab.observe;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The books of one group of components: raised = handled + collapsed + lost + pending, per raiser
 * and entry, with a checksum over ids. One owner; parts of several groups are merged at the end.
 *
 * <p>Ids are added up after mixing, so that a raise which is closed twice, or under another's name,
 * does not balance even when the counts do.
 */
public final class Ledger implements Probe {
  private LedgerRow[] table = new LedgerRow[64];
  // Keys of the rows plus 1, so that a search touches no row but the one it wants; 0 is empty.
  private long[] keys = new long[64];
  private int rows;
  private LedgerRow last;
  private final long[] counters = new long[Counter.values().length];
  private final Recorder recorder;

  /** Receives every event, for recordings; the books themselves need none. */
  public interface Recorder {
    /** A fate. {@link Fate#HANDLED} has cpu, vector and latency. */
    void fate(long id, Fate fate, int cpu, int vector, long latencyPs);

    /** A raise. */
    void raised(long id);

    /** A mark. */
    void mark(Mark mark, long id, long a, long b);
  }

  /** Books without a recording. */
  public Ledger() {
    this(null);
  }

  /** Books that also tell a recorder, which may be null. */
  public Ledger(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void raised(long id) {
    LedgerRow row = row(id);
    row.raised++;
    row.open += spread(id);
    if (recorder != null) {
      recorder.raised(id);
    }
  }

  @Override
  public void closed(long id, Fate fate) {
    LedgerRow row = row(id);
    row.fates[fate.code()]++;
    row.open -= spread(id);
    if (recorder != null) {
      recorder.fate(id, fate, -1, -1, 0);
    }
  }

  @Override
  public void handled(long id, int cpu, int vector, long latencyPs) {
    LedgerRow row = row(id);
    row.fates[Fate.HANDLED.code()]++;
    row.open -= spread(id);
    row.handled(InterruptId.sequence(id), cpu, latencyPs);
    if (recorder != null) {
      recorder.fate(id, Fate.HANDLED, cpu, vector, latencyPs);
    }
  }

  @Override
  public void count(Counter counter) {
    counters[counter.ordinal()]++;
  }

  @Override
  public void count(Counter counter, long more) {
    counters[counter.ordinal()] += more;
  }

  @Override
  public void mark(Mark mark, long id, long a, long b) {
    if (recorder != null) {
      recorder.mark(mark, id, a, b);
    }
  }

  /** The value of a counter. */
  public long counter(Counter counter) {
    return counters[counter.ordinal()];
  }

  /** All rows in ascending order of raiser and entry. */
  public List<LedgerRow> rows() {
    List<LedgerRow> all = new ArrayList<>(rows);
    for (LedgerRow row : table) {
      if (row != null) {
        all.add(row);
      }
    }
    all.sort((a, b) -> Long.compareUnsigned(a.key, b.key));
    return all;
  }

  /** The row of this raiser and entry, or null when it never raised. */
  public LedgerRow find(int component, int entry) {
    long key = (long) component << 12 | entry;
    return table[slot(key, keys)];
  }

  /** Raises so far. */
  public long raised() {
    long sum = 0;
    for (LedgerRow row : table) {
      sum += row == null ? 0 : row.raised;
    }
    return sum;
  }

  /** Raises with this fate so far. */
  public long fate(Fate fate) {
    long sum = 0;
    for (LedgerRow row : table) {
      sum += row == null ? 0 : row.fates[fate.code()];
    }
    return sum;
  }

  /** A raise that is known to be pending at the end; each is told once. */
  public void pending(long id) {
    LedgerRow row = row(id);
    row.pending++;
    row.open -= spread(id);
  }

  /** Adds another group's books to these. */
  public void add(Ledger other) {
    for (LedgerRow row : other.table) {
      if (row != null) {
        row(row.key << 32).add(row);
      }
    }
    for (int i = 0; i < counters.length; i++) {
      counters[i] += other.counters[i];
    }
  }

  /** True when every row closes: in number and in name. Call after all pending were told. */
  public boolean balanced() {
    for (LedgerRow row : table) {
      if (row != null && !row.balanced()) {
        return false;
      }
    }
    return true;
  }

  /** All latencies of one kind of row merged; nanoseconds. */
  public Histogram latencyNs() {
    Histogram all = LedgerRow.newHistogram();
    for (LedgerRow row : table) {
      if (row != null && row.latency() != null) {
        all.add(row.latency());
      }
    }
    return all;
  }

  /** Writes the books, without the recorder; equal books give equal bytes. */
  public void write(StateWriter out) {
    out.putLongs(counters);
    out.putInt(rows);
    for (LedgerRow row : rows()) {
      row.write(out);
    }
  }

  /** Reads what {@link #write} wrote, of this version or an older one with fewer counters. */
  public static Ledger read(StateReader in) {
    Ledger books = new Ledger();
    long[] counts = in.getLongs();
    if (counts.length > books.counters.length) {
      throw new MalformedStateException("counters=" + counts.length);
    }
    System.arraycopy(counts, 0, books.counters, 0, counts.length);
    for (int left = in.count(LedgerRow.BYTES_MIN); left > 0; left--) {
      books.row(in.getLong() << 32).read(in);
    }
    return books;
  }

  private static long spread(long id) {
    long z = (id ^ (id >>> 29)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 32);
  }

  private LedgerRow row(long id) {
    long key = id >>> 32;
    if (last != null && last.key == key) {
      return last;
    }
    int at = slot(key, keys);
    if (keys[at] == 0) {
      if (rows * 2 >= table.length) {
        grow();
        at = slot(key, keys);
      }
      keys[at] = key + 1;
      table[at] = new LedgerRow(key);
      rows++;
    }
    last = table[at];
    return last;
  }

  private void grow() {
    long[] widerKeys = new long[table.length * 2];
    LedgerRow[] wider = new LedgerRow[table.length * 2];
    for (LedgerRow row : table) {
      if (row != null) {
        int at = slot(row.key, widerKeys);
        widerKeys[at] = row.key + 1;
        wider[at] = row;
      }
    }
    keys = widerKeys;
    table = wider;
  }

  private static int slot(long key, long[] in) {
    int mask = in.length - 1;
    int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    while (in[at] != 0 && in[at] != key + 1) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
