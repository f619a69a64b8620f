package irqlab.cpu.linux;

import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * An immutable set of CPU numbers with the two texts that Linux prints and reads for it.
 *
 * <p>A mask has no width of its own; printing and reading take the number of possible CPUs. Source:
 * {@code lib/bitmap.c} and {@code lib/bitmap-str.c}, AFF-031.
 */
public final class CpuMask {
  /** No CPU. */
  public static final CpuMask EMPTY = new CpuMask(new long[0]);

  // Trimmed: the last word is never zero, so that equal sets have equal arrays.
  private final long[] words;

  private CpuMask(long[] words) {
    this.words = words;
  }

  /** The mask of these CPUs, in any order. */
  public static CpuMask of(int... cpus) {
    int max = -1;
    for (int cpu : cpus) {
      max = Math.max(max, cpu);
    }
    long[] words = new long[(max >> 6) + 1];
    for (int cpu : cpus) {
      words[cpu >> 6] |= 1L << cpu;
    }
    return new CpuMask(words);
  }

  /** CPUs {@code first} to {@code last}, both included; empty when {@code last < first}. */
  public static CpuMask range(int first, int last) {
    if (last < first) {
      return EMPTY;
    }
    long[] words = new long[(last >> 6) + 1];
    for (int cpu = first; cpu <= last; cpu++) {
      words[cpu >> 6] |= 1L << cpu;
    }
    return new CpuMask(words);
  }

  /** CPUs 0 to {@code count - 1}. */
  public static CpuMask first(int count) {
    return range(0, count - 1);
  }

  /** The mask whose bits are these words, lowest CPUs first. The array is copied. */
  public static CpuMask ofWords(long... words) {
    int length = words.length;
    while (length > 0 && words[length - 1] == 0) {
      length--;
    }
    return length == 0 ? EMPTY : new CpuMask(Arrays.copyOf(words, length));
  }

  /** The 64 CPUs from {@code 64 * index} on, lowest in bit 0; 0 past the end. */
  public long word(int index) {
    return index < words.length ? words[index] : 0;
  }

  /** How many 64-bit words hold a CPU. */
  public int wordCount() {
    return words.length;
  }

  /** Whether the CPU is in the mask. */
  public boolean contains(int cpu) {
    return cpu >= 0 && (word(cpu >> 6) >>> cpu & 1) != 0;
  }

  /** Whether no CPU is in the mask. */
  public boolean isEmpty() {
    return words.length == 0;
  }

  /** How many CPUs are in the mask. */
  public int count() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The lowest CPU of the mask, -1 if there is none. */
  public int first() {
    return next(0);
  }

  /** The lowest CPU of the mask that is not below {@code from}, -1 if there is none. */
  public int next(int from) {
    for (int index = from >> 6; index < words.length; index++) {
      long word = words[index];
      if (index == from >> 6) {
        word &= -1L << from;
      }
      if (word != 0) {
        return (index << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return -1;
  }

  /** The CPUs in both masks. */
  public CpuMask and(CpuMask other) {
    long[] result = new long[Math.min(words.length, other.words.length)];
    for (int index = 0; index < result.length; index++) {
      result[index] = words[index] & other.words[index];
    }
    return ofWords(result);
  }

  /** The CPUs in either mask. */
  public CpuMask or(CpuMask other) {
    long[] result = new long[Math.max(words.length, other.words.length)];
    for (int index = 0; index < result.length; index++) {
      result[index] = word(index) | other.word(index);
    }
    return ofWords(result);
  }

  /** The CPUs of this mask that are not in the other. */
  public CpuMask andNot(CpuMask other) {
    long[] result = words.clone();
    for (int index = 0; index < result.length; index++) {
      result[index] &= ~other.word(index);
    }
    return ofWords(result);
  }

  /** This mask and one CPU more. */
  public CpuMask with(int cpu) {
    return contains(cpu) ? this : or(of(cpu));
  }

  /** This mask without one CPU. */
  public CpuMask without(int cpu) {
    return contains(cpu) ? andNot(of(cpu)) : this;
  }

  /** Whether the two masks share a CPU. */
  public boolean intersects(CpuMask other) {
    for (int index = 0; index < words.length; index++) {
      if ((words[index] & other.word(index)) != 0) {
        return true;
      }
    }
    return false;
  }

  /** The CPU numbers, ascending. */
  public int[] toArray() {
    int[] cpus = new int[count()];
    int at = 0;
    for (int cpu = first(); cpu >= 0; cpu = next(cpu + 1)) {
      cpus[at++] = cpu;
    }
    return cpus;
  }

  /**
   * The text of {@code smp_affinity}: groups of 32 CPUs, most significant first, AFF-031.
   *
   * @param cpus number of possible CPUs, at least 1; it fixes the number of digits
   */
  public String hex(int cpus) {
    StringBuilder text = new StringBuilder();
    for (int group = (cpus - 1) >> 5; group >= 0; group--) {
      int bits = Math.min(32, cpus - 32 * group);
      long value = word(group >> 1) >>> (32 * (group & 1)) & 0xFFFF_FFFFL;
      String digits = Long.toHexString(bits == 32 ? value : value & ((1L << bits) - 1));
      text.append(text.length() == 0 ? "" : ",");
      text.append("0".repeat((bits + 3) / 4 - digits.length())).append(digits);
    }
    return text.toString();
  }

  /** The text of {@code smp_affinity_list}: ascending ranges such as {@code 0-3,8}. */
  public String list() {
    StringBuilder text = new StringBuilder();
    for (int cpu = first(); cpu >= 0; ) {
      int last = cpu;
      while (contains(last + 1)) {
        last++;
      }
      text.append(text.length() == 0 ? "" : ",").append(cpu);
      if (last > cpu) {
        text.append('-').append(last);
      }
      cpu = next(last + 1);
    }
    return text.toString();
  }

  /** Writes the mask; {@link #load} reads it back. */
  public void save(LongConsumer out) {
    out.accept(words.length);
    for (long word : words) {
      out.accept(word);
    }
  }

  /** The mask that {@link #save} wrote. */
  public static CpuMask load(LongSupplier in) {
    long[] words = new long[(int) in.getAsLong()];
    for (int index = 0; index < words.length; index++) {
      words[index] = in.getAsLong();
    }
    return ofWords(words);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CpuMask && Arrays.equals(words, ((CpuMask) other).words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return "{" + list() + "}";
  }
}
