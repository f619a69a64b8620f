package irqlab.protocol;

/**
 * Ordering attributes of a posted write (PCI-007).
 *
 * <pre>
 *   7      5   4     3    2      0
 * +---------+-----+-----+--------+
 * |    0    | IDO | RO  |   TC   |
 * +---------+-----+-----+--------+
 * </pre>
 */
public final class PostedAttributes {
  /** Strongly ordered, traffic class 0: what an MSI must use. */
  public static final int NONE = 0;

  /** Relaxed ordering. */
  public static final int RELAXED = 1 << 3;

  /** ID-based ordering. */
  public static final int ID_BASED = 1 << 4;

  private PostedAttributes() {}

  /** Traffic class, 0 to 7. */
  public static int trafficClass(int attributes) {
    return attributes & 7;
  }
}
