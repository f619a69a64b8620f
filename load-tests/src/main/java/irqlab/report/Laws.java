package irqlab.report;

import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.LedgerRow;
import irqlab.report.Law.Term;
import irqlab.topology.EndpointSpec;
import irqlab.topology.MsiKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The conservation laws of experiment E-83, stage by stage, from counters that know nothing of the
 * ledger's rows.
 *
 * <p>A law says nothing while interrupts travel or a core is inside a handler: they have left one
 * stage and are not yet in the next.
 */
final class Laws {
  private final RunReport report;
  private final RunResult result;

  private Laws(RunReport report) {
    this.report = report;
    this.result = report.result();
  }

  static List<Law> of(RunReport report) {
    Laws laws = new Laws(report);
    boolean lost = !report.result().losses().isEmpty();
    String travelling = lost ? "a node was lost with its counters" : laws.travelling();
    String busy = travelling.isEmpty() ? laws.busy() : travelling;
    String reset = laws.reset();
    List<Law> all = new ArrayList<>();
    all.add(laws.functions(travelling));
    all.add(laws.bus(travelling));
    all.add(laws.accepted(travelling));
    all.add(laws.dispatched(reset.isEmpty() ? travelling : reset));
    all.add(laws.served(busy));
    all.add(laws.counted(busy));
    all.add(laws.handlers(busy));
    return all;
  }

  private Law functions(String skipped) {
    long raised = 0;
    long unsent = 0;
    long waiting = 0;
    for (EndpointSpec endpoint : report.topology().endpoints()) {
      if (endpoint.msi() != MsiKind.INTX) {
        String path = "pcie/" + endpoint.name();
        Tally tally = tally(path);
        raised += tally.raised();
        unsent += tally.fate(Fate.LOST_MASKED) + tally.fate(Fate.LOST_NOT_MASTER);
        waiting += result.component(path).pending().size();
      }
    }
    return new Law(
        "raises of MSI functions",
        List.of(new Term("raised", raised)),
        List.of(
            new Term("messages", report.counter(Counter.MESSAGES_SENT) - sentByPins()),
            new Term("collapsed in PBA", report.devices().fate(Fate.COLLAPSED_PBA)),
            new Term("lost before sending", unsent),
            new Term("pending in the function", waiting)),
        skipped);
  }

  private Law bus(String skipped) {
    return new Law(
        "messages on the bus",
        List.of(
            term("messages", Counter.MESSAGES_SENT),
            term("IPIs", Counter.IPIS_SENT),
            term("local events", Counter.LOCAL_EVENTS),
            new Term("copies of broadcasts", tally("root").raised())),
        List.of(
            term("received", Counter.LAPIC_RECEIVED),
            term("without IRR bit", Counter.FORWARDED),
            term("no route", Counter.NO_ROUTE),
            new Term("masked at the CPU", report.local().fate(Fate.LOST_MASKED))),
        skipped);
  }

  private Law accepted(String skipped) {
    return new Law(
        "requests at local APICs",
        List.of(term("received", Counter.LAPIC_RECEIVED)),
        List.of(
            term("IRR set", Counter.IRR_SET),
            term("collapsed in IRR", Counter.IRR_COLLAPSED),
            term("refused", Counter.LAPIC_REFUSED)),
        skipped);
  }

  private Law dispatched(String skipped) {
    return new Law(
        "vectors given to cores",
        List.of(term("IRR set", Counter.IRR_SET), term("ExtINT", Counter.EXT_INT)),
        List.of(term("dispatched", Counter.DISPATCHED), new Term("pending in IRR", inIrr())),
        skipped);
  }

  private Law served(String skipped) {
    return new Law(
        "vectors at the kernel",
        List.of(term("dispatched", Counter.DISPATCHED)),
        List.of(
            term("counted", Counter.COUNTED),
            term("absorbed", Counter.ABSORBED),
            term("no descriptor", Counter.NO_DESCRIPTOR),
            term("system vectors", Counter.SYSTEM_VECTOR)),
        skipped);
  }

  private Law counted(String skipped) {
    long rows = report.irqs().stream().mapToLong(IrqRow::counted).sum();
    return new Law(
        "rows of /proc/interrupts",
        List.of(term("counted", Counter.COUNTED)),
        List.of(new Term("numbered rows", rows)),
        skipped);
  }

  private Law handlers(String skipped) {
    long runs = 0;
    boolean shared = false;
    for (IrqRow row : report.irqs()) {
      runs += row.actions() * row.counted();
      shared |= row.actions() > 1;
    }
    boolean unknown = skipped.isEmpty() && shared && report.counter(Counter.REPLAYS) != 0;
    return new Law(
        "handler runs",
        List.of(term("handler runs", Counter.HANDLER_RUNS)),
        List.of(new Term("actions x counted", runs), term("replays", Counter.REPLAYS)),
        unknown ? "which of the shared interrupts were replayed is not counted" : skipped);
  }

  private Term term(String name, Counter counter) {
    return new Term(name, report.counter(counter));
  }

  private Tally tally(String path) {
    Tally tally = new Tally();
    for (LedgerRow row : result.ledger().rows()) {
      if (result.paths().get(row.component()).equals(path)) {
        tally.add(row);
      }
    }
    return tally;
  }

  private long sentByPins() {
    long sent = 0;
    for (String path : result.paths()) {
      if (path.startsWith("ioapic/")) {
        for (Map.Entry<String, Long> each : result.component(path).values().entrySet()) {
          sent += each.getKey().startsWith("sent[") ? each.getValue() : 0;
        }
      }
    }
    return sent;
  }

  private long inIrr() {
    long bits = 0;
    for (int cpu = 0; cpu < report.topology().cpus(); cpu++) {
      Snapshot lapic = result.component("cpu/" + cpu + "/lapic");
      for (int word = 0; word < 4; word++) {
        bits += Long.bitCount(lapic.valueOrZero("irr[" + word + "]"));
      }
    }
    return bits;
  }

  private String travelling() {
    long pending = result.ledger().rows().stream().mapToLong(LedgerRow::pending).sum();
    for (String path : result.paths()) {
      pending -= result.component(path).pending().size();
    }
    return pending == 0 ? "" : pending + " interrupts were still on their way";
  }

  private String busy() {
    for (int cpu = 0; cpu < report.topology().cpus(); cpu++) {
      String mode = result.component("cpu/" + cpu + "/core").text("mode");
      if (!mode.isEmpty() && !mode.equals("HALTED")) {
        return "CPU " + cpu + " was still at work";
      }
    }
    return "";
  }

  private String reset() {
    for (LedgerRow row : result.ledger().rows()) {
      if (row.fate(Fate.LOST_RESET) != 0) {
        return "a CPU was reset with interrupts pending";
      }
    }
    return "";
  }
}
