package irqlab.ioapic;

import irqlab.protocol.DeliveryMode;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/**
 * The redirection table in the words of QEMU's {@code info pic}, one line per pin, and the pin
 * counts in those of {@code info irq}. Pure functions of what {@link IoApic#inspect} shows.
 *
 * <p>One difference: a physical destination is printed in full, where QEMU shows 4 bits.
 */
public final class IoApicText {
  private IoApicText() {}

  /**
   * All of a chip, lines ended by a newline.
   *
   * @param chip its place in the machine, from 0
   * @param register the value of a name that {@link IoApic#inspect} shows
   */
  public static String info(int chip, ToLongFunction<String> register) {
    StringBuilder text = new StringBuilder();
    long select = register.applyAsLong("index");
    text.append(
        String.format(
            Locale.ROOT,
            "ioapic%d: ver=0x%x id=0x%02x sel=0x%02x",
            chip,
            register.applyAsLong("version"),
            register.applyAsLong("id"),
            select));
    if (select >= IoApic.REGISTER_TABLE) {
      text.append(" (redir[").append((select - IoApic.REGISTER_TABLE) >> 1).append("])");
    }
    text.append('\n');
    int pins = (int) register.applyAsLong("pins");
    for (int pin = 0; pin < pins; pin++) {
      text.append(line(pin, entry(pin, register))).append('\n');
    }
    IntPredicate requested = pin -> (register.applyAsLong(word("request", pin)) >>> pin & 1) != 0;
    IntPredicate remote = pin -> entry(pin, register).remoteIrr();
    text.append(pins("  IRR", pins, requested)).append(pins("  Remote IRR", pins, remote));
    return text.toString();
  }

  /** One pin, without newline. */
  public static String line(int pin, Rte rte) {
    return String.format(
        Locale.ROOT,
        "  pin %-2d 0x%016x dest=%x vec=%-3d %s %-5s %-6s %-6s %s",
        pin,
        rte.raw(),
        rte.destination(),
        rte.vector(),
        rte.activeLow() ? "active-lo" : "active-hi",
        rte.level() ? "level" : "edge",
        rte.masked() ? "masked" : "",
        mode(rte.deliveryMode()),
        rte.logical() ? "logical" : "physical");
  }

  /**
   * How often each pin rose, in the words of {@code info irq}; pins that never did are left out.
   */
  public static String counts(ToLongFunction<String> register) {
    StringBuilder text = new StringBuilder("IRQ statistics for ioapic:\n");
    int pins = (int) register.applyAsLong("pins");
    for (int pin = 0; pin < pins; pin++) {
      long rises = register.applyAsLong("rises[" + pin + "]");
      if (rises > 0) {
        text.append(String.format(Locale.ROOT, "%2d: %d", pin, rises)).append('\n');
      }
    }
    return text.toString();
  }

  private static String mode(DeliveryMode mode) {
    return switch (mode) {
      case FIXED -> "fixed";
      case LOWEST_PRIORITY -> "lowest";
      case SMI -> "SMI";
      case NMI -> "NMI";
      case INIT -> "INIT";
      case EXT_INT -> "extINT";
      case RESERVED, STARTUP -> "...";
    };
  }

  private static String pins(String name, int pins, IntPredicate set) {
    StringBuilder numbers = new StringBuilder();
    for (int pin = 0; pin < pins; pin++) {
      numbers.append(set.test(pin) ? String.format(Locale.ROOT, "%-2d ", pin) : "");
    }
    String shown = numbers.length() == 0 ? "(none)" : numbers.toString();
    return String.format(Locale.ROOT, "%-10s %s", name, shown) + '\n';
  }

  private static Rte entry(int pin, ToLongFunction<String> register) {
    return new Rte(register.applyAsLong("rte[" + pin + "]"));
  }

  private static String word(String bitmap, int pin) {
    return bitmap + "[" + pin / 64 + "]";
  }
}
