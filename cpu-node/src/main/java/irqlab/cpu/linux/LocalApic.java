package irqlab.cpu.linux;

import irqlab.cpu.core.Step;

/** How Linux reaches its local APIC: by the register page, or by MSRs in x2APIC mode. */
final class LocalApic {
  static final int TPR = 0x080;
  static final int LDR = 0x0D0;
  static final int DFR = 0x0E0;
  static final int SVR = 0x0F0;
  static final int TMR = 0x180;
  static final int IRR = 0x200;
  static final int ESR = 0x280;
  static final int ICR = 0x300;
  static final int ICR_HIGH = 0x310;
  static final int LVT_TIMER = 0x320;
  static final int LVT_ERROR = 0x370;
  static final int TIMER_INITIAL = 0x380;
  static final int TIMER_DIVIDE = 0x3E0;

  private static final int X2APIC_MSRS = 0x800;
  private static final Step X2APIC_EOI = Step.of(Step.Op.MSR_WRITE, X2APIC_MSRS + 0x0B, 0);

  private LocalApic() {}

  static Step write(boolean x2Apic, int offset, long value) {
    return x2Apic
        ? Step.of(Step.Op.MSR_WRITE, X2APIC_MSRS + (offset >> 4), value)
        : Step.of(Step.Op.LAPIC_WRITE, offset, value);
  }

  static Step read(boolean x2Apic, int offset) {
    return x2Apic
        ? Step.of(Step.Op.MSR_READ, X2APIC_MSRS + (offset >> 4), 0)
        : Step.of(Step.Op.LAPIC_READ, offset, 0);
  }

  static Step eoi(boolean x2Apic) {
    return x2Apic ? X2APIC_EOI : Step.EOI;
  }

  /**
   * All 64 bits of ICR in x2APIC mode; the low half, which sends, in xAPIC mode.
   *
   * @param low vector, delivery mode and level; for a fixed IPI the vector alone
   */
  static Step send(boolean x2Apic, int apicId, int low) {
    return x2Apic
        ? Step.of(Step.Op.MSR_WRITE, X2APIC_MSRS + (ICR >> 4), (long) apicId << 32 | low)
        : Step.of(Step.Op.LAPIC_WRITE, ICR, low);
  }
}
