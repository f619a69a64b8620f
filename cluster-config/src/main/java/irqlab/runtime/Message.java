package irqlab.runtime;

/**
 * What one component sends to another, or to itself when an alarm expires: an immutable record.
 *
 * <p>Messages carry what a wire carries. Each record has one hand-numbered {@link Codec}, used on
 * the wire and in checkpoints alike.
 */
public interface Message {
  /** The number of this record's codec, 1 to 4095; never reused for another record. */
  int kind();

  /**
   * The kind and every payload word mixed into one word for the digest.
   *
   * <p>Made with {@link Mix}, never with {@code hashCode}: enums hash by identity.
   */
  long fold();

  /** The interrupt that travels in this message, or 0; the ledger finds what is in flight by it. */
  default long interruptId() {
    return 0;
  }
}
