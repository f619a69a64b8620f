package irqlab.load;

import irqlab.observe.Fate;
import irqlab.observe.Ledger;
import irqlab.observe.LedgerRow;
import irqlab.runtime.Plan;

/**
 * The sums of a ledger over raises of devices: endpoints and legacy sources. IPIs and what local
 * APICs raise themselves have rows of their own.
 */
public record RunBooks(long raised, long handled, long collapsed) {
  /** True for a component whose raises are device interrupts. */
  public static boolean ofDevice(String path) {
    return path.startsWith("pcie/") || path.startsWith("legacy/");
  }

  /** The sums so far. */
  public static RunBooks of(Ledger ledger, Plan plan) {
    long raised = 0;
    long handled = 0;
    long collapsed = 0;
    for (LedgerRow row : ledger.rows()) {
      if (ofDevice(plan.path(row.component()))) {
        raised += row.raised();
        handled += row.fate(Fate.HANDLED);
        for (Fate fate : Fate.values()) {
          collapsed += fate.collapsed() ? row.fate(fate) : 0;
        }
      }
    }
    return new RunBooks(raised, handled, collapsed);
  }
}
