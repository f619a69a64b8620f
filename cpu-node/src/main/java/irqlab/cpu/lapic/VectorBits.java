package irqlab.cpu.lapic;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** One bit for each of 256 vectors: IRR, ISR or TMR. */
final class VectorBits {
  /** No bit is set. */
  static final int NONE = -1;

  private final long[] words = new long[4];

  boolean test(int vector) {
    return (words[vector >>> 6] & 1L << vector) != 0;
  }

  void set(int vector) {
    words[vector >>> 6] |= 1L << vector;
  }

  void clear(int vector) {
    words[vector >>> 6] &= ~(1L << vector);
  }

  /** The highest vector whose bit is set, or {@link #NONE}. */
  int highest() {
    if (words[3] != 0) {
      return 255 - Long.numberOfLeadingZeros(words[3]);
    }
    if (words[2] != 0) {
      return 191 - Long.numberOfLeadingZeros(words[2]);
    }
    if (words[1] != 0) {
      return 127 - Long.numberOfLeadingZeros(words[1]);
    }
    return words[0] == 0 ? NONE : 63 - Long.numberOfLeadingZeros(words[0]);
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
    return (words[0] | words[1] | words[2] | words[3]) == 0;
  }

  void clearAll() {
    for (int i = 0; i < 4; i++) {
      words[i] = 0;
    }
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
    for (int i = 0; i < 4; i++) {
      words[i] = in.getLong();
    }
  }
}
