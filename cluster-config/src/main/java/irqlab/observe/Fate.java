package irqlab.observe;

/**
 * What became of a raise. Each raise has exactly one of these, or is pending at the end.
 *
 * <p>Never reorder: {@link #code} is on disk and on the wire.
 */
public enum Fate {
  /** A handler ran for it. */
  HANDLED(1, "handled"),
  /** Its IRR bit was already set: one run serves both (LAPIC-003). */
  COLLAPSED_IRR(2, "collapsed in IRR"),
  /** Its pending bit was already set while the entry was masked (MSX-003). */
  COLLAPSED_PBA(3, "collapsed in PBA"),
  /** Its posted-interrupt request was already set (PI-004). */
  COLLAPSED_PIR(4, "collapsed in PIR"),
  /** Remembered as PENDING of a descriptor that already was pending (FLW-005). */
  COLLAPSED_DESCRIPTOR(5, "collapsed in descriptor"),
  /** Added to an eventfd that was not yet read. */
  COLLAPSED_EVENTFD(6, "collapsed in eventfd"),
  /** The line was already high, or the request latch of the pin was already set. */
  COLLAPSED_LINE(7, "collapsed on the line"),
  /** An edge at a masked pin or LVT entry, or a trigger while MSI is off (IOA-004, LVT-003). */
  LOST_MASKED(8, "lost while masked"),
  /** No local APIC matches the destination. */
  LOST_NO_ROUTE(9, "lost: no route"),
  /** The remapping unit blocked it. */
  LOST_REMAP_FAULT(10, "lost: remapping fault"),
  /** The local APIC is disabled (LAPIC-006). */
  LOST_DISABLED_LAPIC(11, "lost: local APIC disabled"),
  /** No handler for this vector on this CPU (IRQ-003). */
  LOST_NO_HANDLER(12, "lost: no handler"),
  /** The vector was just given up: SHUTDOWN or RETRIGGERED (IRQ-003). */
  LOST_STALE_VECTOR(13, "lost: stale vector"),
  /** It arrived at a local APIC that is no longer meant. */
  LOST_STALE_DIRECTORY(14, "lost: stale directory"),
  /** It was on a node that is gone. */
  LOST_NODE(15, "node lost"),
  /** Vectors 0 to 15 (LAPIC-005). */
  LOST_ILLEGAL_VECTOR(16, "lost: illegal vector"),
  /** The line dropped before anybody took the request. */
  WITHDRAWN(17, "withdrawn"),
  /** The CPU was reset, or its local APIC was, with the request pending. */
  LOST_RESET(18, "lost: reset"),
  /** A latch of the core that holds one was already set: NMI, SMI, INIT (CPU-005). */
  COLLAPSED_LATCH(19, "collapsed in latch"),
  /** Bus master enable is off (PCI-009). */
  LOST_NOT_MASTER(20, "lost: not bus master"),
  /** The CPU was not waiting for it: a STARTUP to a running CPU (CPU-014). */
  IGNORED(21, "ignored"),
  /** Pending at a CPU that went offline, which sent an IPI to the new one for it (MOV-030). */
  COLLAPSED_RETRIGGER(22, "collapsed in retrigger");

  private static final Fate[] BY_CODE = new Fate[64];

  static {
    for (Fate fate : values()) {
      BY_CODE[fate.code] = fate;
    }
  }

  private final int code;
  private final String text;

  Fate(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The stable number, 1 to 63. */
  public int code() {
    return code;
  }

  /** The words of the ledger table. */
  public String text() {
    return text;
  }

  /** True for the fates that lose an event which nobody serves. */
  public boolean lost() {
    return name().startsWith("LOST");
  }

  /** True where another raise's handler run serves this one. */
  public boolean collapsed() {
    return name().startsWith("COLLAPSED");
  }

  /** The fate of this number, or null. */
  public static Fate ofCode(int code) {
    return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
  }
}
