package irqlab.report;

import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import irqlab.observe.Fate;
import irqlab.observe.LedgerRow;
import irqlab.topology.EndpointSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where overload shows at one PCIe function: what waited in it, and what collapsed there.
 *
 * <p>Boot alone lets some hundred writes of an NVMe controller wait: the model writes the page that
 * Identify asks for a word at a time. The admin queue, whose completions come behind it, is left
 * out.
 *
 * @param name of the function
 * @param stalls posted TLPs that waited for a credit of the root port
 * @param queueHighest the most TLPs that waited at one time, completions of reads among them
 * @param heldHighest the most completions that the device held back in one of its I/O queues, for
 *     want of credits or of room in memory
 * @param collapsed raises that collapsed in a pending bit, masked or for want of credits
 */
public record FlowRow(
    String name, long stalls, long queueHighest, long heldHighest, long collapsed) {
  /** One row for each function. */
  static List<FlowRow> all(RunResult result) {
    List<FlowRow> rows = new ArrayList<>();
    for (EndpointSpec endpoint : result.scenario().topology().endpoints()) {
      String path = "pcie/" + endpoint.name();
      Snapshot shown = result.component(path);
      long collapsed = 0;
      for (LedgerRow row : result.ledger().rows()) {
        boolean own = result.paths().get(row.component()).equals(path);
        collapsed += own ? row.fate(Fate.COLLAPSED_PBA) : 0;
      }
      long held = 0;
      for (Map.Entry<String, Long> each : shown.values().entrySet()) {
        String key = each.getKey();
        boolean io = key.startsWith("cq[") && !key.startsWith("cq[0]");
        boolean highest = io && key.endsWith("].highest");
        held = highest ? Math.max(held, each.getValue()) : held;
      }
      rows.add(
          new FlowRow(
              endpoint.name(),
              shown.valueOrZero("transmit.stalls"),
              shown.valueOrZero("transmit.highest"),
              held,
              collapsed));
    }
    return rows;
  }

  /** Whether a completion was held back or an interrupt collapsed here. */
  boolean overloaded() {
    return heldHighest != 0 || collapsed != 0;
  }
}
