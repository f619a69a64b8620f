package irqlab.cpu.core;

import irqlab.protocol.ApicMode;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Which page of memory is the local APIC's: what a CPU loads and stores there goes no further than
 * its own local APIC. The page follows IA32_APIC_BASE, and is ordinary while that is not in xAPIC
 * mode (X2-002, X2-005, CPU-020).
 *
 * <p>Source: SDM vol. 3, "Local APIC Status and Location", "Relocating the Local APIC Registers".
 *
 * <p><b>Not modelled:</b> accesses of other sizes than the register's; memory types; a page on top
 * of RAM.
 */
final class ApicPage {
  private static final int BASE_MSR = 0x1B;
  private static final long RESET = 0xFEE0_0000L;
  private static final long NOWHERE = -1;
  private static final long OFFSET = 0xFFF;
  private static final int MODE = 0xC00;
  private static final int ENABLED = 0x800;

  private long page;
  // The base after the WRMSR that is under way, if it is one of the base and does not fault.
  private long next;
  private boolean writing;

  ApicPage(ApicMode mode) {
    page = mode == ApicMode.XAPIC ? RESET : NOWHERE;
  }

  boolean has(long address) {
    return (address & ~OFFSET) == page;
  }

  /** A step that is answered begins. */
  void asked(Step step) {
    writing = step.op == Step.Op.MSR_WRITE && step.a == BASE_MSR;
    next = step.b;
  }

  /** It ended without a fault. */
  void done() {
    if (writing) {
      page = (next & MODE) == ENABLED ? next & ~OFFSET : NOWHERE;
      writing = false;
    }
  }

  void save(StateWriter out) {
    out.putLong(page);
    out.putLong(next);
    out.putBoolean(writing);
  }

  void load(StateReader in) {
    page = in.getLong();
    next = in.getLong();
    writing = in.getBoolean();
  }
}
