package irqlab.observe;

/**
 * The name of one raise: who raised it, at which of its entries, and its number there.
 *
 * <pre>
 *  63        44 43      32 31                  0
 * +------------+----------+---------------------+
 * | component  |  entry   |  sequence from 1    |
 * +------------+----------+---------------------+
 * </pre>
 *
 * <p>Kept in a {@code long} because every message of the interrupt path carries it. 0 is no
 * interrupt. The entry is the raiser's own number: an MSI-X entry, a pin, a vector of an IPI.
 */
public final class InterruptId {
  /** The largest component id, 2^20 - 1. */
  public static final int COMPONENT_MAX = (1 << 20) - 1;

  /** The largest entry, 2^12 - 1. */
  public static final int ENTRY_MAX = (1 << 12) - 1;

  private InterruptId() {}

  /**
   * Makes an id.
   *
   * @param component 0 to {@link #COMPONENT_MAX}
   * @param entry 0 to {@link #ENTRY_MAX}
   * @param sequence 1 to 2^32 - 1
   */
  public static long of(int component, int entry, long sequence) {
    if ((component & ~COMPONENT_MAX) != 0
        || (entry & ~ENTRY_MAX) != 0
        || sequence < 1
        || sequence > 0xFFFF_FFFFL) {
      throw new IllegalStateException(
          "component=" + component + " entry=" + entry + " sequence=" + sequence);
    }
    return (long) component << 44 | (long) entry << 32 | sequence;
  }

  /** Component id of the raiser. */
  public static int component(long id) {
    return (int) (id >>> 44);
  }

  /** Entry of the raiser. */
  public static int entry(long id) {
    return (int) (id >>> 32) & ENTRY_MAX;
  }

  /** Number of this raise at its entry, from 1. */
  public static long sequence(long id) {
    return id & 0xFFFF_FFFFL;
  }

  /** Raiser and entry without the number: the key of a ledger row. */
  public static long row(long id) {
    return id >>> 32;
  }

  /** For people: {@code component/entry#sequence}. */
  public static String text(long id) {
    return component(id) + "/" + entry(id) + "#" + sequence(id);
  }
}
