package irqlab.ioapic;

/**
 * A policy against storms, not hardware: a level pin that was sent again at its EOI so many times
 * in a row waits before the next (IOA-017).
 *
 * @param limit how many in a row; 0 for never waiting
 * @param delayPs how long it waits
 */
public record ResendGuard(int limit, long delayPs) {
  /** What hardware does. */
  public static final ResendGuard OFF = new ResendGuard(0, 1);

  /** Errors: {@link IllegalArgumentException} when a value is out of its range. */
  public ResendGuard {
    if (limit < 0 || delayPs < 1) {
      throw new IllegalArgumentException("limit=" + limit + " delayPs=" + delayPs);
    }
  }
}
