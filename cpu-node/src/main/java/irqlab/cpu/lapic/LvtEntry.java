package irqlab.cpu.lapic;

/** The entries of the local vector table and what software may write there (LVT-001). */
enum LvtEntry {
  /** Corrected machine check; only with {@link LapicConfig#cmci}. */
  CMCI(0x2F0, 0x0001_07FF),
  /** Timer: vector, mask, mode. Always fixed and edge (LVT-002). */
  TIMER(0x320, 0x0007_00FF),
  /** Thermal sensor; not on P6. */
  THERMAL(0x330, 0x0001_07FF),
  /** Performance counters; masks itself when it delivers (LVT-004). */
  PERFORMANCE(0x340, 0x0001_07FF),
  /** Pin LINT0: also polarity and trigger. */
  LINT0(0x350, 0x0001_A7FF),
  /** Pin LINT1. */
  LINT1(0x360, 0x0001_A7FF),
  /** Error: vector and mask. Always fixed and edge (LVT-002). */
  ERROR(0x370, 0x0001_00FF);

  private static final LvtEntry[] ALL = values();

  /** Offset in the register page. */
  final int offset;

  /** Bits that software can change; delivery status [12] and remote IRR [14] are not among them. */
  final int writable;

  LvtEntry(int offset, int writable) {
    this.offset = offset;
    this.writable = writable;
  }

  static int count() {
    return ALL.length;
  }

  static LvtEntry of(int index) {
    return ALL[index];
  }

  /** The entry at this offset, or null. */
  static LvtEntry at(int offset) {
    if (offset == CMCI.offset) {
      return CMCI;
    }
    int index = ((offset - TIMER.offset) >> 4) + 1;
    return offset >= TIMER.offset && index < ALL.length && (offset & 15) == 0 ? ALL[index] : null;
  }

  /** The name in inspections, in lower case. */
  String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** True when this part has the entry. */
  boolean present(LapicConfig config) {
    return switch (this) {
      case CMCI -> config.cmci();
      case THERMAL -> config.generation() != Generation.P6;
      default -> true;
    };
  }
}
