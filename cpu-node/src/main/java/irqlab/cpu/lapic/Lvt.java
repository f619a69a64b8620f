package irqlab.cpu.lapic;

import irqlab.protocol.Bits;
import irqlab.protocol.DeliveryMode;

/**
 * One entry of the local vector table.
 *
 * <p>Source: SDM vol. 3, "Local Vector Table".
 *
 * @param raw the 32 bits as software reads them
 */
record Lvt(int raw) {
  /** Masked, fixed, edge, vector 0 (LVT-001). */
  static final int RESET = 0x0001_0000;

  static final int MASK = 1 << 16;
  static final int REMOTE_IRR = 1 << 14;

  /** Timer modes, bits 18:17. */
  static final int ONE_SHOT = 0;

  static final int PERIODIC = 1;
  static final int TSC_DEADLINE = 2;

  // @formatter:off
  int          vector()      { return raw & 0xFF; }
  DeliveryMode mode()        { return DeliveryMode.of(raw >>> 8); }
  boolean      level()       { return Bits.test(raw, 15); }
  boolean      masked()      { return (raw & MASK) != 0; }
  boolean      remoteIrr()   { return (raw & REMOTE_IRR) != 0; }
  int          timerMode()   { return raw >>> 17 & 3; }
  // @formatter:on

  /** LVT-005: only a fixed LINT interrupt looks at the trigger bit. */
  boolean levelTriggered() {
    return level() && mode() == DeliveryMode.FIXED;
  }
}
