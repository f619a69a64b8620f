package irqlab.observe;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * The books of one group of components: raised = handled + collapsed + lost + pending, per raiser
 * and entry, with a checksum over ids. One owner; parts of several groups are merged at the end.
 *
 * <p>Ids are added up after mixing, so that a raise which is closed twice, or under another's name,
 * does not balance even when the counts do.
 */
public final class Ledger implements Probe {
  // By component and then by entry: found without a search, for it happens twice a raise.
  private LedgerRow[][] table = new LedgerRow[64][];
  private int rows;
  private final long[] counters = new long[Counter.values().length];
  private final Recorder recorder;
  private OrderBook order;
  private boolean compact;

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
    row.closed(fate, 1);
    row.open -= spread(id);
    if (recorder != null) {
      recorder.fate(id, fate, -1, -1, 0);
    }
  }

  @Override
  public void handled(long id, int cpu, int vector, long latencyPs) {
    LedgerRow row = row(id);
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
    if (order != null) {
      order.mark(mark, id, a, b);
    }
    if (recorder != null) {
      recorder.mark(mark, id, a, b);
    }
  }

  /** Keeps the order of arrivals and services from now on; returns this. */
  public Ledger withOrder() {
    order = new OrderBook();
    return this;
  }

  /**
   * Keeps latencies in little memory from now on, for books of which there are as many as CPUs;
   * returns this.
   */
  public Ledger compact() {
    compact = true;
    return this;
  }

  /** What overtook what; empty when nobody asked for it. */
  public Optional<OrderBook> order() {
    return Optional.ofNullable(order);
  }

  /** The value of a counter. */
  public long counter(Counter counter) {
    return counters[counter.ordinal()];
  }

  /** All rows in ascending order of raiser and entry. */
  public List<LedgerRow> rows() {
    List<LedgerRow> all = new ArrayList<>(rows);
    for (LedgerRow[] entries : table) {
      for (int entry = 0; entries != null && entry < entries.length; entry++) {
        if (entries[entry] != null) {
          all.add(entries[entry]);
        }
      }
    }
    return all;
  }

  /** The row of this raiser and entry, or null when it never raised. */
  public LedgerRow find(int component, int entry) {
    LedgerRow[] entries = component < table.length ? table[component] : null;
    return entries != null && entry < entries.length ? entries[entry] : null;
  }

  /** Raises so far. */
  public long raised() {
    long sum = 0;
    for (LedgerRow row : rows()) {
      sum += row.raised;
    }
    return sum;
  }

  /** Raises with this fate so far. */
  public long fate(Fate fate) {
    long sum = 0;
    for (LedgerRow row : rows()) {
      sum += row.fate(fate);
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
    for (LedgerRow row : other.rows()) {
      row(row.key << 32).add(row);
    }
    for (int i = 0; i < counters.length; i++) {
      counters[i] += other.counters[i];
    }
    if (other.order != null) {
      order = order == null ? new OrderBook() : order;
      order.add(other.order);
    }
  }

  /** A copy of what is counted, without latencies: small, and soon made. */
  public Ledger counts() {
    Ledger copy = new Ledger();
    for (LedgerRow row : rows()) {
      copy.row(row.key << 32).addCounts(row);
    }
    System.arraycopy(counters, 0, copy.counters, 0, counters.length);
    return copy;
  }

  /** True when every row closes: in number and in name. Call after all pending were told. */
  public boolean balanced() {
    for (LedgerRow row : rows()) {
      if (!row.balanced()) {
        return false;
      }
    }
    return true;
  }

  /** All latencies of one kind of row merged; nanoseconds. */
  public Histogram latencyNs() {
    Histogram all = LedgerRow.newHistogram();
    for (LedgerRow row : rows()) {
      if (row.latency() != null) {
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
    out.putBoolean(order != null);
    if (order != null) {
      order.write(out);
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
    if (in.getBoolean()) {
      books.order = OrderBook.read(in);
    }
    return books;
  }

  private static long spread(long id) {
    long z = (id ^ (id >>> 29)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 32);
  }

  private LedgerRow row(long id) {
    int component = InterruptId.component(id);
    if (component < table.length) {
      LedgerRow[] entries = table[component];
      int entry = InterruptId.entry(id);
      if (entries != null && entry < entries.length) {
        LedgerRow row = entries[entry];
        if (row != null) {
          return row;
        }
      }
    }
    return newRow(component, InterruptId.entry(id));
  }

  private LedgerRow newRow(int component, int entry) {
    if (component >= table.length) {
      table = Arrays.copyOf(table, Math.max(component + 1, table.length * 2));
    }
    LedgerRow[] entries = table[component];
    if (entries == null) {
      entries = new LedgerRow[entry + 1];
    } else if (entry >= entries.length) {
      entries = Arrays.copyOf(entries, Math.max(entry + 1, entries.length * 2));
    }
    table[component] = entries;
    rows++;
    entries[entry] = new LedgerRow((long) component << 12 | entry, compact);
    return entries[entry];
  }
}
