package irqlab.protocol;

/** Bit fields, named as datasheets print them: high bit, then low bit. */
public final class Bits {
  private Bits() {}

  /** Bits {@code high} to {@code low} of the word, moved to bit 0. */
  public static long get(long word, int high, int low) {
    return word >>> low & (-1L >>> (63 - (high - low)));
  }

  /** True when the bit is set. */
  public static boolean test(long word, int bit) {
    return (word >>> bit & 1) != 0;
  }

  /** The word with bits {@code high} to {@code low} replaced. */
  public static long with(long word, int high, int low, long value) {
    long mask = -1L >>> (63 - (high - low)) << low;
    return (word & ~mask) | (value << low & mask);
  }

  /** The word with one bit replaced. */
  public static long with(long word, int bit, boolean value) {
    return value ? word | 1L << bit : word & ~(1L << bit);
  }
}
