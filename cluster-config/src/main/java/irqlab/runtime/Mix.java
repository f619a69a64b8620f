package irqlab.runtime;

/**
 * Mixing of words for digests, ties and seeds: the finaliser of SplitMix64.
 *
 * <p>Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
 */
public final class Mix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Mix() {}

  /** A bijection of 64-bit words whose every output bit depends on every input bit. */
  public static long mix(long word) {
    long z = word + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Chains a word onto a hash; order matters. One multiplication: this is on the hot path. */
  public static long chain(long hash, long word) {
    long z = (Long.rotateLeft(hash, 23) ^ word) * 0x9FB21C651E98DF25L;
    return z ^ (z >>> 32);
  }

  /** Folds a kind and one payload word. */
  public static long fold(int kind, long a) {
    return chain(kind, a);
  }

  /** Folds a kind and two payload words. */
  public static long fold(int kind, long a, long b) {
    return chain(chain(kind, a), b);
  }

  /** Folds a kind and three payload words. */
  public static long fold(int kind, long a, long b, long c) {
    return chain(chain(chain(kind, a), b), c);
  }

  /** Folds a kind and four payload words. */
  public static long fold(int kind, long a, long b, long c, long d) {
    return chain(chain(chain(chain(kind, a), b), c), d);
  }

  /** As the fold of any number of words, without an array. */
  public static long fold(int kind, long a, long b, long c, long d, long e) {
    return chain(chain(chain(chain(chain(chain(kind, 5), a), b), c), d), e);
  }

  /** As the fold of any number of words, without an array. */
  public static long fold(int kind, long a, long b, long c, long d, long e, long f) {
    return chain(chain(chain(chain(chain(chain(chain(kind, 6), a), b), c), d), e), f);
  }

  /** Folds a kind and any number of payload words. */
  public static long fold(int kind, long... words) {
    long hash = chain(kind, words.length);
    for (long word : words) {
      hash = chain(hash, word);
    }
    return hash;
  }

  /** A hash of a text over its UTF-16 units; the same in every JVM. */
  public static long text(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = chain(hash, text.charAt(i));
    }
    return mix(hash);
  }
}
