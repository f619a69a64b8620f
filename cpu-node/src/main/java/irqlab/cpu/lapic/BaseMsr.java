package irqlab.cpu.lapic;

import irqlab.protocol.ApicMode;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * IA32_APIC_BASE: the page's address, the mode, and whether this is the boot CPU.
 *
 * <pre>
 *  63     N N-1        12   11     10    9   8    7      0
 * +--------+-------------+------+------+---+-----+--------+
 * |   0    |  page / 4K  |  EN  | EXTD | 0 | BSP |   0    |
 * +--------+-------------+------+------+---+-----+--------+
 * </pre>
 *
 * <p>The local APIC keeps the address; the core decides by it which accesses come here. Source: SDM
 * vol. 3, "Local APIC Status and Location" and "x2APIC State Transitions".
 *
 * <p><b>Not modelled:</b> changes of the boot CPU flag; two pages at one address.
 */
final class BaseMsr {
  static final int MSR = 0x01B;

  private static final long DEFAULT_PAGE = 0xFEE0_0000L;
  private static final long BSP = 1L << 8;
  private static final long EXTD = 1L << 10;
  private static final long EN = 1L << 11;

  private final long pageMask;
  private final boolean bootCpu;
  private long page = DEFAULT_PAGE;
  private ApicMode mode = ApicMode.XAPIC;

  BaseMsr(LapicConfig config) {
    pageMask = ((1L << config.addressBits()) - 1) & ~0xFFFL;
    bootCpu = config.cpu() == 0;
  }

  ApicMode mode() {
    return mode;
  }

  void setMode(ApicMode value) {
    mode = value;
  }

  /** As RDMSR shows it. */
  long raw() {
    return page
        | (mode == ApicMode.DISABLED ? 0 : EN)
        | (mode == ApicMode.X2APIC ? EXTD : 0)
        | (bootCpu ? BSP : 0);
  }

  /**
   * A write; BSP is read-only.
   *
   * @return false when it raises #GP: reserved bits, or a transition that is not allowed (X2-001)
   */
  boolean write(long value) {
    if ((value & ~(pageMask | EN | EXTD | BSP)) != 0) {
      return false;
    }
    ApicMode next;
    if ((value & EN) != 0) {
      next = (value & EXTD) != 0 ? ApicMode.X2APIC : ApicMode.XAPIC;
    } else if ((value & EXTD) != 0) {
      return false;
    } else {
      next = ApicMode.DISABLED;
    }
    boolean legal =
        switch (mode) {
          case DISABLED -> next != ApicMode.X2APIC;
          case XAPIC -> true;
          case X2APIC -> next != ApicMode.XAPIC;
        };
    if (legal) {
      mode = next;
      page = value & pageMask;
    }
    return legal;
  }

  /** Power-up: xAPIC at the usual address. */
  void reset() {
    mode = ApicMode.XAPIC;
    page = DEFAULT_PAGE;
  }

  void save(StateWriter out) {
    out.putLong(page);
    out.putByte(mode.code());
  }

  void load(StateReader in) {
    page = in.getLong();
    mode = ApicMode.of(in.getByte());
  }
}
