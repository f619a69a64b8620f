package irqlab.cpu.lapic;

import irqlab.protocol.Bits;
import irqlab.protocol.DeliveryMode;

/**
 * Interrupt command register: what to send, and to whom.
 *
 * <p>Source: SDM vol. 3, "Interrupt Command Register (ICR)" and "ICR Operation in x2APIC Mode".
 *
 * @param raw 64 bits; the high half is ICR_HIGH in xAPIC mode, the destination in x2APIC mode
 */
record Icr(long raw) {
  static final Icr RESET = new Icr(0);

  /** No shorthand: the destination field counts. */
  static final int TO_DESTINATION = 0;

  static final int TO_SELF = 1;
  static final int TO_ALL = 2;
  static final int TO_OTHERS = 3;

  /** Delivery status [12] is read-only; it reads idle (ICR-001, ICR-003). */
  private static final long LOW_KEPT = 0xFFFF_EFFFL;

  /** Only the destination [31:24] of ICR_HIGH is kept in xAPIC mode (ICR-003). */
  private static final long HIGH_KEPT = 0xFF00_0000L;

  /** Bits that must be 0 in an x2APIC write: 31:20, 17:16 and 13 (ICR-002). */
  private static final long RESERVED = 0xFFF3_2000L;

  // @formatter:off
  int          vector()      { return (int) Bits.get(raw, 7, 0); }
  DeliveryMode mode()        { return DeliveryMode.of(Bits.get(raw, 10, 8)); }
  boolean      logical()     { return Bits.test(raw, 11); }
  boolean      asserted()    { return Bits.test(raw, 14); }
  boolean      level()       { return Bits.test(raw, 15); }
  int          shorthand()   { return (int) Bits.get(raw, 19, 18); }
  int          low()         { return (int) raw; }
  int          high()        { return (int) (raw >>> 32); }
  // @formatter:on

  /** The destination: 8 bits in xAPIC mode, all 32 in x2APIC mode. */
  int destination(boolean x2Apic) {
    return x2Apic ? (int) (raw >>> 32) : (int) (raw >>> 56);
  }

  /** After a write of the low half. */
  Icr withLow(int value) {
    return new Icr((raw & ~0xFFFF_FFFFL) | (value & LOW_KEPT));
  }

  /** After a write of the high half in xAPIC mode. */
  Icr withHigh(int value) {
    return new Icr((raw & 0xFFFF_FFFFL) | (value & HIGH_KEPT) << 32);
  }

  /** After a write of all 64 bits in x2APIC mode. */
  static Icr ofX2Apic(long value) {
    return new Icr(value & (0xFFFF_FFFF_0000_0000L | LOW_KEPT));
  }

  /** True when an x2APIC write of this value raises #GP. */
  static boolean faults(long value) {
    return (value & RESERVED) != 0;
  }

  /** True for the two modes whose vector must be 16 or more. */
  boolean needsVector() {
    DeliveryMode mode = mode();
    return mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY;
  }
}
