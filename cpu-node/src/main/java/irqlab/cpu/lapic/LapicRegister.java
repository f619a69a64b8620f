package irqlab.cpu.lapic;

/**
 * The registers of the page, in the order of their offsets. The MSR of a register is 0x800 plus its
 * offset divided by 16.
 *
 * <p>Source: SDM vol. 3, "Local APIC Register Address Map" and "Local APIC Register Address Map
 * Supported by x2APIC".
 */
enum LapicRegister {
  // @formatter:off
  ID            (0x020, 1, Access.READ_WRITE, Access.READ,       0),
  VERSION       (0x030, 1, Access.READ,       Access.READ,       0),
  TPR           (0x080, 1, Access.READ_WRITE, Access.READ_WRITE, 0xFF),
  APR           (0x090, 1, Access.READ,       Access.NONE,       0),
  PPR           (0x0A0, 1, Access.READ,       Access.READ,       0),
  EOI           (0x0B0, 1, Access.WRITE,      Access.WRITE,      0),
  RRD           (0x0C0, 1, Access.READ,       Access.NONE,       0),
  LDR           (0x0D0, 1, Access.READ_WRITE, Access.READ,       0),
  DFR           (0x0E0, 1, Access.READ_WRITE, Access.NONE,       0),
  SVR           (0x0F0, 1, Access.READ_WRITE, Access.READ_WRITE, 0x1FF),
  ISR           (0x100, 8, Access.READ,       Access.READ,       0),
  TMR           (0x180, 8, Access.READ,       Access.READ,       0),
  IRR           (0x200, 8, Access.READ,       Access.READ,       0),
  ESR           (0x280, 1, Access.READ_WRITE, Access.READ_WRITE, 0),
  LVT_CMCI      (0x2F0, 1, Access.READ_WRITE, Access.READ_WRITE, 0x117FF),
  ICR_LOW       (0x300, 1, Access.READ_WRITE, Access.READ_WRITE, 0),
  ICR_HIGH      (0x310, 1, Access.READ_WRITE, Access.NONE,       0),
  LVT_TIMER     (0x320, 1, Access.READ_WRITE, Access.READ_WRITE, 0x710FF),
  LVT_THERMAL   (0x330, 1, Access.READ_WRITE, Access.READ_WRITE, 0x117FF),
  LVT_PERF      (0x340, 1, Access.READ_WRITE, Access.READ_WRITE, 0x117FF),
  LVT_LINT0     (0x350, 1, Access.READ_WRITE, Access.READ_WRITE, 0x1F7FF),
  LVT_LINT1     (0x360, 1, Access.READ_WRITE, Access.READ_WRITE, 0x1F7FF),
  LVT_ERROR     (0x370, 1, Access.READ_WRITE, Access.READ_WRITE, 0x110FF),
  TIMER_INITIAL (0x380, 1, Access.READ_WRITE, Access.READ_WRITE, 0xFFFF_FFFFL),
  TIMER_CURRENT (0x390, 1, Access.READ,       Access.READ,       0),
  TIMER_DIVIDE  (0x3E0, 1, Access.READ_WRITE, Access.READ_WRITE, 0xB),
  SELF_IPI      (0x3F0, 1, Access.NONE,       Access.WRITE,      0xFF);
  // @formatter:on

  /** What software may do. */
  enum Access {
    NONE(false, false),
    READ(true, false),
    WRITE(false, true),
    READ_WRITE(true, true);

    final boolean read;
    final boolean write;

    Access(boolean read, boolean write) {
      this.read = read;
      this.write = write;
    }
  }

  /** Offset of the register that is written most. */
  static final int EOI_OFFSET = 0x0B0;

  /** First MSR of the range. */
  static final int MSR_BASE = 0x800;

  /** Last MSR of the range. */
  static final int MSR_MAX = 0x8FF;

  private static final LapicRegister[] BY_SLOT = new LapicRegister[256];

  static {
    for (LapicRegister register : values()) {
      for (int i = 0; i < register.count; i++) {
        BY_SLOT[(register.offset >> 4) + i] = register;
      }
    }
  }

  /** First offset in the page. */
  final int offset;

  /** How many 32-bit registers lie in a row. */
  final int count;

  final Access xApic;
  final Access x2Apic;

  /** Bits that an x2APIC write may have set; others raise #GP. ICR has its own rule. */
  final long x2ApicDefined;

  private final LvtEntry entry;

  LapicRegister(int offset, int count, Access xApic, Access x2Apic, long x2ApicDefined) {
    this.offset = offset;
    this.count = count;
    this.xApic = xApic;
    this.x2Apic = x2Apic;
    this.x2ApicDefined = x2ApicDefined;
    entry = LvtEntry.at(offset);
  }

  /** The register of the slot, offset divided by 16, or null when reserved. */
  static LapicRegister ofSlot(int slot) {
    return slot < 0 || slot >= BY_SLOT.length ? null : BY_SLOT[slot];
  }

  /** The entry of the local vector table that it is, or null. */
  LvtEntry lvt() {
    return entry;
  }

  /** True when this part has the register. */
  boolean present(LapicConfig config) {
    return entry == null || entry.present(config);
  }
}
