package irqlab.i8259;

import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The pair in the words of QEMU's {@code info pic}, one line per chip, and the line counts in those
 * of {@code info irq}. Pure functions of what {@link I8259#inspect} shows.
 */
public final class PicText {
  private static final int LINES = 16;

  private PicText() {}

  /**
   * Both chips, the master first, lines ended by a newline.
   *
   * @param register the value of a name that {@link I8259#inspect} shows
   */
  public static String info(ToLongFunction<String> register) {
    return line(0, "master.", register) + '\n' + line(1, "slave.", register) + '\n';
  }

  private static String line(int chip, String prefix, ToLongFunction<String> register) {
    return String.format(
        Locale.ROOT,
        "pic%d: irr=%02x imr=%02x isr=%02x hprio=%d irq_base=%02x rr_sel=%d elcr=%02x fnm=%d",
        chip,
        register.applyAsLong(prefix + "irr"),
        register.applyAsLong(prefix + "imr"),
        register.applyAsLong(prefix + "isr"),
        register.applyAsLong(prefix + "hprio"),
        register.applyAsLong(prefix + "base"),
        register.applyAsLong(prefix + "readIsr"),
        register.applyAsLong(prefix + "elcr"),
        register.applyAsLong(prefix + "fullyNested"));
  }

  /** How often each line rose, in the words of {@code info irq}. */
  public static String counts(ToLongFunction<String> register) {
    StringBuilder text = new StringBuilder("IRQ statistics for isa-i8259:\n");
    for (int line = 0; line < LINES; line++) {
      long rises = register.applyAsLong("rises[" + line + "]");
      if (rises > 0) {
        text.append(String.format(Locale.ROOT, "%2d: %d", line, rises)).append('\n');
      }
    }
    return text.toString();
  }
}
