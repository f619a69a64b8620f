package irqlab.runtime;

/**
 * The random stream of one component, keyed by (seed, path), so that a new device leaves the draws
 * of all others alone. xoroshiro128++ seeded by SplitMix64; the same numbers on every JVM.
 *
 * <p>Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021.
 */
public final class Rng {
  private long s0;
  private long s1;

  /** The stream of this seed and this component path. */
  public Rng(long seed, String path) {
    s0 = Mix.mix(seed ^ Mix.text(path));
    s1 = Mix.mix(s0);
  }

  /** The next 64 random bits. */
  public long nextLong() {
    long a = s0;
    long b = s1;
    long result = Long.rotateLeft(a + b, 17) + a;
    b ^= a;
    s0 = Long.rotateLeft(a, 49) ^ b ^ (b << 21);
    s1 = Long.rotateLeft(b, 28);
    return result;
  }

  /** Uniform in [0, 1). */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /**
   * Uniform in [0, bound).
   *
   * @param bound 1 or more
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound=" + bound);
    }
    return (int) ((((nextLong() >>> 32) & 0xFFFF_FFFFL) * bound) >>> 32);
  }

  /** Exponential with this mean, rounded to at least 1: StrictMath, so equal on every CPU. */
  public long exponential(double mean) {
    double value = -mean * StrictMath.log(1.0 - nextDouble());
    return Math.max(1L, (long) (value + 0.5));
  }

  void save(StateWriter out) {
    out.putLong(s0);
    out.putLong(s1);
  }

  void load(StateReader in) {
    s0 = in.getLong();
    s1 = in.getLong();
  }
}
