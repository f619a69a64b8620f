package irqlab.cpu.linux;

/**
 * Reads what people write into {@code smp_affinity} and {@code smp_affinity_list}.
 *
 * <p>Source: {@code bitmap_parse} and {@code bitmap_parselist} of {@code lib/bitmap.c}, Linux 5.12
 * to 6.12; the error codes are the recorded ones. An empty mask is legal here; that a write of one
 * is refused with EINVAL is a rule of the writer (AFF-032).
 */
public final class CpuMaskParser {
  private final String text;
  private final int cpus;
  private int at;
  private long number;

  private CpuMaskParser(String text, int cpus) {
    this.text = text;
    this.cpus = cpus;
  }

  /**
   * A mask that was read, or why it could not be.
   *
   * @param mask null on failure
   * @param errno null on success
   */
  public record Parsed(CpuMask mask, Errno errno) {
    /** Whether a mask was read. */
    public boolean ok() {
      return errno == null;
    }
  }

  /**
   * Reads groups of up to eight hexadecimal digits, separated by commas or blanks, up to a newline.
   *
   * <p>EINVAL for anything else, EOVERFLOW for a bit at or past {@code cpus} or a ninth digit.
   *
   * @param cpus number of possible CPUs
   */
  public static Parsed hex(String text, int cpus) {
    long[] words = new long[(cpus + 63) >> 6];
    int end = text.indexOf('\n') < 0 ? text.length() : text.indexOf('\n');
    int group = 0;
    // From the right, as the kernel does: the least significant group is the last one.
    for (int at = end - 1; ; group++) {
      while (at >= 0 && separator(text.charAt(at))) {
        at--;
      }
      if (at < 0) {
        break;
      }
      if (group > (cpus - 1) >> 5) {
        return new Parsed(null, Errno.EOVERFLOW);
      }
      long value = 0;
      for (int digit = 0; at >= 0 && !separator(text.charAt(at)); digit++, at--) {
        int nibble = nibble(text.charAt(at));
        if (digit == 8 && nibble >= 0) {
          return new Parsed(null, Errno.EOVERFLOW);
        }
        if (nibble < 0) {
          return new Parsed(null, Errno.EINVAL);
        }
        value |= (long) nibble << (4 * digit);
      }
      if (32 * group + 64 - Long.numberOfLeadingZeros(value) > cpus) {
        return new Parsed(null, Errno.EOVERFLOW);
      }
      words[group >> 1] |= value << (32 * (group & 1));
    }
    return new Parsed(CpuMask.ofWords(words), null);
  }

  /**
   * Reads numbers, ranges {@code a-b}, strides {@code a-b:used/group}, {@code all} and {@code N}
   * (the last CPU), separated by commas or blanks.
   *
   * <p>EINVAL for anything else and for a reversed range, ERANGE for a CPU at or past {@code cpus},
   * EOVERFLOW for a number that does not fit 32 bits.
   *
   * @param cpus number of possible CPUs
   */
  public static Parsed list(String text, int cpus) {
    CpuMaskParser parser = new CpuMaskParser(text, cpus);
    long[] words = new long[(cpus + 63) >> 6];
    while (parser.findRegion()) {
      Errno errno = parser.region(words);
      if (errno != null) {
        return new Parsed(null, errno);
      }
    }
    return new Parsed(CpuMask.ofWords(words), null);
  }

  private boolean findRegion() {
    while (at < text.length() && text.charAt(at) != '\n' && separator(text.charAt(at))) {
      at++;
    }
    return !endOfText();
  }

  private Errno region(long[] words) {
    long start = 0;
    long last = cpus - 1L;
    if (text.regionMatches(true, at, "all", 0, 3)) {
      at += 3;
    } else {
      Errno errno = number();
      if (errno != null) {
        return errno;
      }
      start = number;
      last = start;
      if (!endOfRegion()) {
        if (text.charAt(at++) != '-') {
          return Errno.EINVAL;
        }
        errno = number();
        if (errno != null) {
          return errno;
        }
        last = number;
      }
    }
    long used = last + 1;
    long group = last + 1;
    if (!endOfRegion()) {
      Errno errno = text.charAt(at++) == ':' ? number() : Errno.EINVAL;
      used = number;
      if (errno == null) {
        errno = !endOfText() && text.charAt(at++) == '/' ? number() : Errno.EINVAL;
      }
      if (errno != null) {
        return errno;
      }
      group = number;
    }
    return set(words, start, last, used, group);
  }

  private Errno set(long[] words, long start, long last, long used, long group) {
    if (start > last || group == 0 || used > group) {
      return Errno.EINVAL;
    }
    if (last >= cpus) {
      return Errno.ERANGE;
    }
    for (long from = start; from <= last; from += group) {
      for (long cpu = from; cpu <= Math.min(last, from + used - 1); cpu++) {
        words[(int) cpu >> 6] |= 1L << cpu;
      }
    }
    return null;
  }

  private Errno number() {
    if (!endOfText() && text.charAt(at) == 'N') {
      at++;
      number = cpus - 1L;
      return null;
    }
    int from = at;
    number = 0;
    boolean overflow = false;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      number = number * 10 + text.charAt(at++) - '0';
      overflow |= number > 0xFFFF_FFFFL;
      number = Math.min(number, 1L << 32);
    }
    if (at == from) {
      return Errno.EINVAL;
    }
    return overflow ? Errno.EOVERFLOW : null;
  }

  private boolean endOfText() {
    return at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == 0;
  }

  private boolean endOfRegion() {
    return endOfText() || separator(text.charAt(at));
  }

  private static boolean separator(char c) {
    return c == ',' || c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static int nibble(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
