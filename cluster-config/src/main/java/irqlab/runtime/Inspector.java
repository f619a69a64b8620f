package irqlab.runtime;

/** Receives what a component shows of itself: for the monitor, conformance and the ledger. */
public interface Inspector {
  /** One register or counter. */
  void value(String name, long value);

  /** A bitmap, least significant word first; bit n of the register is bit n % 64 of word n / 64. */
  default void bits(String name, long... words) {
    for (int i = 0; i < words.length; i++) {
      value(name + "[" + i + "]", words[i]);
    }
  }

  /** A line of text, such as a name. */
  default void text(String name, String text) {}

  /**
   * An interrupt that has no fate yet and waits in this component.
   *
   * @param id as in {@link irqlab.observe.InterruptId}
   * @param where the register that holds it: IRR, PBA, line
   */
  default void pending(long id, String where) {}
}
