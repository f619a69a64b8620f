package irqlab.cpu.lapic;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** One bit for each of 256 vectors: IRR, ISR or TMR. */
final class VectorBits {
  /** No bit is set. */
  static final int NONE = -1;

  private final long[] words = new long[4];

  // Bit n is set while word n is not 0: the highest vector is found without trying words, whose
  // turn no branch predictor can guess.
  private int summary;

  // The highest bit, kept because it is asked for more often than it changes.
  private int highest = NONE;

  boolean test(int vector) {
    return (words[vector >>> 6] & 1L << vector) != 0;
  }

  void set(int vector) {
    words[vector >>> 6] |= 1L << vector;
    summary |= 1 << (vector >>> 6);
    if (vector > highest) {
      highest = vector;
    }
  }

  void clear(int vector) {
    int word = vector >>> 6;
    words[word] &= ~(1L << vector);
    if (words[word] == 0) {
      summary &= ~(1 << word);
    }
    if (vector == highest) {
      highest = find();
    }
  }

  /** The highest vector whose bit is set, or {@link #NONE}. */
  int highest() {
    return highest;
  }

  private int find() {
    if (summary == 0) {
      return NONE;
    }
    int word = 31 - Integer.numberOfLeadingZeros(summary);
    return (word << 6) + 63 - Long.numberOfLeadingZeros(words[word]);
  }

  /** The lowest vector not below {@code from} whose bit is set, or {@link #NONE}. */
  int next(int from) {
    for (int vector = from; vector < 256; vector = (vector | 63) + 1) {
      long left = words[vector >>> 6] >>> vector;
      if (left != 0) {
        return vector + Long.numberOfTrailingZeros(left);
      }
    }
    return NONE;
  }

  /** How many bits of the priority class are set. */
  int countOfClass(int priorityClass) {
    return Long.bitCount(words[priorityClass >>> 2] >>> ((priorityClass & 3) << 4) & 0xFFFF);
  }

  boolean isEmpty() {
    return summary == 0;
  }

  void clearAll() {
    for (int i = 0; i < 4; i++) {
      words[i] = 0;
    }
    summary = 0;
    highest = NONE;
  }

  /** 32 bits as one of the eight registers shows them; register 0 has vectors 31 to 0. */
  int register(int index) {
    return (int) (words[index >>> 1] >>> ((index & 1) << 5));
  }

  /** The four words, vectors 63 to 0 first; a copy. */
  long[] words() {
    return words.clone();
  }

  void save(StateWriter out) {
    for (long word : words) {
      out.putLong(word);
    }
  }

  void load(StateReader in) {
    summary = 0;
    for (int i = 0; i < 4; i++) {
      words[i] = in.getLong();
      summary |= words[i] == 0 ? 0 : 1 << i;
    }
    highest = find();
  }
}
