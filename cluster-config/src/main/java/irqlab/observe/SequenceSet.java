package irqlab.observe;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A set of sequence numbers from 1, a bit each. Numbers come about in order, so the words in front
 * that are full are dropped from time to time, and only the ragged end takes memory. One owner.
 */
final class SequenceSet {
  private static final int DROP = 1024;

  /** Words below this are full, and not kept. */
  private long full;

  private long[] words = new long[16];
  private long max;

  SequenceSet() {
    // There is no 0, but the first word must be able to fill up.
    words[0] = 1;
  }

  /** Adds a number; false when it was there already. */
  boolean add(long sequence) {
    return addWord(sequence >>> 6, 1L << sequence) == 0;
  }

  /** Adds the numbers of a word of bits, and returns those that were there already. */
  long addWord(long index, long bits) {
    if (bits != 0) {
      max = Math.max(max, (index << 6) + 63 - Long.numberOfLeadingZeros(bits));
    }
    if (index < full) {
      return bits;
    }
    int at = Math.toIntExact(index - full);
    if (at >= words.length) {
      at = drop(at);
    }
    long twice = words[at] & bits;
    words[at] |= bits;
    return twice;
  }

  // Makes room for this place, first in front, then behind; returns where it is then.
  private int drop(int at) {
    int filled = 0;
    while (filled < words.length && words[filled] == -1L) {
      filled++;
    }
    if (filled >= Math.min(DROP, words.length)) {
      System.arraycopy(words, filled, words, 0, words.length - filled);
      Arrays.fill(words, words.length - filled, words.length, 0);
      full += filled;
      return at - filled < words.length ? at - filled : drop(at - filled);
    }
    words = Arrays.copyOf(words, Math.max(at + 1, words.length * 2));
    return at;
  }

  /** The largest number, or 0. */
  long max() {
    return max;
  }

  /** Tells the numbers from 1 to this one that are not in the set. */
  void missing(long last, LongConsumer to) {
    for (long index = full; index <= last >>> 6; index++) {
      int at = Math.toIntExact(index - full);
      long absent = ~(at < words.length ? words[at] : 0);
      while (absent != 0) {
        long sequence = (index << 6) + Long.numberOfTrailingZeros(absent);
        if (sequence <= last) {
          to.accept(sequence);
        }
        absent &= absent - 1;
      }
    }
  }
}
