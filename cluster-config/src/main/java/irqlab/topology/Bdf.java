package irqlab.topology;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a PCI function: domain, bus, device, function.
 *
 * <p>Source: PCI Express Base Specification, "Transaction Descriptor - Transaction ID Field".
 *
 * @param domain 0 to 0xffff
 * @param bus 0 to 255
 * @param device 0 to 31
 * @param function 0 to 7
 */
public record Bdf(int domain, int bus, int device, int function) implements Comparable<Bdf> {
  private static final Pattern TEXT =
      Pattern.compile("(?:([0-9a-fA-F]{4}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");
  private static final Comparator<Bdf> ORDER =
      Comparator.comparingInt(Bdf::domain)
          .thenComparingInt(Bdf::bus)
          .thenComparingInt(Bdf::device)
          .thenComparingInt(Bdf::function);

  /** Rejects parts out of range. */
  public Bdf {
    if (domain >>> 16 != 0 || bus >>> 8 != 0 || device >>> 5 != 0 || function >>> 3 != 0) {
      throw new IllegalArgumentException(
          String.format(
              "no PCI address: domain=0x%x bus=0x%x device=0x%x function=%d",
              domain, bus, device, function));
    }
  }

  /** Reads {@code 00:04.0} or {@code 0000:00:04.0}; empty when the text is no address. */
  public static Optional<Bdf> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(3), 16) > 31) {
      return Optional.empty();
    }
    int domain = parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1), 16);
    return Optional.of(
        new Bdf(
            domain,
            Integer.parseInt(parts.group(2), 16),
            Integer.parseInt(parts.group(3), 16),
            Integer.parseInt(parts.group(4))));
  }

  /** The function behind a 16-bit requester ID. */
  public static Bdf ofRequesterId(int domain, int requesterId) {
    return new Bdf(domain, requesterId >> 8 & 0xff, requesterId >> 3 & 0x1f, requesterId & 0x7);
  }

  /** PRC-008: the function behind the hwirq of the machine-wide PCI-MSI domain. */
  public static Bdf ofHwirq(long hwirq) {
    return ofRequesterId((int) (hwirq >>> 27) & 0xffff, (int) (hwirq >>> 11) & 0xffff);
  }

  /** Bus [15:8], device [7:3], function [2:0]. */
  public int requesterId() {
    return bus << 8 | device << 3 | function;
  }

  /** PRC-008: the hwirq of entry {@code index} in the machine-wide PCI-MSI domain. */
  public long hwirq(int index) {
    return index | (long) requesterId() << 11 | (long) domain << 27;
  }

  /** The address as Linux writes it: {@code 0000:00:04.0}. */
  public String text() {
    return String.format("%04x:%s", domain, shortText());
  }

  /** The address as lspci writes it in domain 0: {@code 00:04.0}. */
  public String shortText() {
    return String.format("%02x:%02x.%d", bus, device, function);
  }

  @Override
  public int compareTo(Bdf other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return text();
  }
}
