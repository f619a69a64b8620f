package irqlab.protocol;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;

/**
 * How an interrupt message is to be delivered, bits 10:8 of ICR, LVT, RTE and MSI data. Decoding is
 * total.
 *
 * <p>Source: SDM vol. 3, "Interrupt Command Register (ICR)" and "Message Data Register Format".
 */
public enum DeliveryMode {
  /** To all CPUs of the destination. */
  FIXED,
  /** To one of them. */
  LOWEST_PRIORITY,
  /** System management interrupt. */
  SMI,
  /** Reserved; an ICR write with it sends nothing. */
  RESERVED,
  /** Non-maskable interrupt; the vector is ignored. */
  NMI,
  /** INIT. */
  INIT,
  /** STARTUP; only in ICR. */
  STARTUP,
  /** The vector comes from the 8259A. */
  EXT_INT;

  private static final DeliveryMode[] BY_CODE = values();

  /** The field's value, 0 to 7. */
  public int code() {
    return ordinal();
  }

  /** The mode of this field; only the low 3 bits count. */
  public static DeliveryMode of(long code) {
    return BY_CODE[(int) code & 7];
  }

  static DeliveryMode read(StateReader in) {
    int code = in.getByte();
    if (code > 7) {
      throw new MalformedStateException("deliveryMode=" + code + ": 0 to 7");
    }
    return BY_CODE[code];
  }
}
