package irqlab.observe;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.TreeMap;

/**
 * Which interrupts have a fate, or are known to be pending, by name: a bitmap for each row of the
 * ledger. With it the books of a run close although a part of them was lost with a node.
 *
 * <p>One owner.
 */
public final class Closings {
  /** Words between the ends of one row that a message may claim: 4 million interrupts. */
  private static final long SPAN_MAX = 1L << 16;

  private final TreeMap<Long, SequenceSet> rows = new TreeMap<>();
  private long twice;

  /** Adds these ids. */
  public void add(long[] ids) {
    for (long id : ids) {
      if (!row(InterruptId.row(id)).add(InterruptId.sequence(id))) {
        twice++;
      }
    }
  }

  private SequenceSet row(long key) {
    return rows.computeIfAbsent(key, each -> new SequenceSet());
  }

  /** How many ids were added that had been added before; 0 in a right run. */
  public long twice() {
    return twice;
  }

  /**
   * Writes ids as words of bits, row by row. They should be of a short time, and so near to each
   * other.
   */
  public static void write(Iterable<long[]> ids, StateWriter out) {
    TreeMap<Long, TreeMap<Long, Long>> words = new TreeMap<>();
    for (long[] each : ids) {
      for (long id : each) {
        words
            .computeIfAbsent(InterruptId.row(id), key -> new TreeMap<>())
            .merge(InterruptId.sequence(id) >>> 6, 1L << id, (a, b) -> a | b);
      }
    }
    out.putInt(words.size());
    words.forEach(
        (key, row) -> {
          out.putLong(key);
          out.putInt(row.size());
          row.forEach(
              (index, bits) -> {
                out.putLong(index);
                out.putLong(bits);
              });
        });
  }

  /** Adds what {@link #write} wrote. */
  public void read(StateReader in) {
    for (int left = in.count(12); left > 0; left--) {
      long key = in.getLong();
      if (key < 0 || key > 0xFFFF_FFFFL) {
        throw new MalformedStateException("row=" + key);
      }
      SequenceSet row = row(key);
      for (int words = in.count(16); words > 0; words--) {
        long index = in.getLong();
        if (index < 0 || index > (row.max() >>> 6) + SPAN_MAX) {
          throw new MalformedStateException("row=" + key + " word=" + index);
        }
        twice += Long.bitCount(row.addWord(index, in.getLong()));
      }
    }
  }

  /**
   * Closes the books of a run of which a part was lost: what was raised and has no fate anywhere is
   * {@link Fate#LOST_NODE}. A raise that only its fate tells of counts as raised, and so do those
   * of its row before it: a row counts its raises from 1.
   *
   * @param books the sum of all parts that are known
   */
  public void close(Ledger books) {
    for (LedgerRow row : books.rows()) {
      row(row.key);
    }
    rows.forEach(
        (key, closed) -> {
          LedgerRow known = books.find((int) (key >>> 12), (int) (key & InterruptId.ENTRY_MAX));
          long raised = known == null ? 0 : known.raised();
          for (long sequence = raised + 1; sequence <= closed.max(); sequence++) {
            books.raised(key << 32 | sequence);
          }
          closed.missing(
              Math.max(raised, closed.max()),
              sequence -> books.closed(key << 32 | sequence, Fate.LOST_NODE));
        });
  }
}
