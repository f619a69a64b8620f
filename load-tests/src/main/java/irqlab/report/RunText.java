package irqlab.report;

import irqlab.live.Lateness;
import irqlab.load.RunResult;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.observe.LedgerRow;
import irqlab.observe.OrderBook;
import irqlab.scenario.WallSpec;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The report of a run for the terminal: checks, ledger, latency, order, moves and {@code
 * /proc/interrupts}.
 *
 * <p>Scripts may rely on the line {@code balance: exact} and on {@code /proc/interrupts}; the rest
 * is for people and may change.
 */
public final class RunText {
  private static final int ROWS_MAX = 40;
  private static final int OVERTAKES_SHOWN = 5;

  /** Wider tables of /proc/interrupts are left to the file. */
  private static final int CPUS_MAX = 64;

  private static final List<Fate> ALWAYS =
      List.of(Fate.HANDLED, Fate.COLLAPSED_IRR, Fate.COLLAPSED_PBA, Fate.LOST_MASKED);

  private final RunReport report;
  private final RunResult result;
  private final boolean color;
  private final StringBuilder out = new StringBuilder();

  private RunText(RunReport report, boolean color) {
    this.report = report;
    this.result = report.result();
    this.color = color;
  }

  /**
   * The whole report, each line ended by a newline.
   *
   * @param color with the escape sequences of terminals
   */
  public static String of(RunReport report, boolean color) {
    RunText text = new RunText(report, color);
    text.header();
    text.checks();
    text.ledger();
    text.latency();
    text.lateness();
    text.flow();
    text.order();
    text.moves();
    text.interrupts();
    return text.out.toString();
  }

  private void header() {
    Topology topology = report.topology();
    int sources = topology.endpoints().size() + topology.legacy().size();
    line(
        "%s   %s, %s, %s   kernel %s   seed %d",
        result.scenario().name(),
        many(topology.cpus(), "CPU"),
        many(sources, "device"),
        many(report.irqs().size(), "interrupt"),
        topology.kernelProfile(),
        result.scenario().seed());
    double ratio = result.wallNs() == 0 ? 0 : result.modelPs() / 1000.0 / result.wallNs();
    line(
        "%s time, %s   %s model in %.2f s (x%.2f of real time)   boot %s",
        result.mode(),
        many(result.nodes(), "node"),
        Numbers.ms(result.modelPs()),
        result.wallNs() / 1e9,
        ratio,
        Numbers.ms(Math.max(0, result.bootPs())));
    if (result.lateness().isPresent()) {
      WallSpec wall = result.scenario().wall();
      line(
          "times of a wall-clock run are measures of this host; slowed down %d times, handlers %s",
          wall.slowDown(), wall.handler().text());
    }
    boolean virtual = result.mode().equals("virtual");
    long dispatched = report.counter(Counter.DISPATCHED);
    line(
        "topology %s   digest %s   %s ties   %s events, %.1f per interrupt",
        Numbers.hex(report.topology().hash()),
        virtual ? Numbers.hex(result.digest()) : "none",
        Numbers.count(result.ties()),
        Numbers.count(result.events()),
        dispatched == 0 ? 0.0 : (double) result.events() / dispatched);
    for (Map.Entry<String, String> loss : result.losses().entrySet()) {
      line("%s", bad("NODE LOST: " + loss.getKey() + " " + loss.getValue()));
    }
    if (result.partial()) {
      line("%s", bad("PARTIAL: interrupted before the end; all below is of the part that ran"));
    }
  }

  private void checks() {
    if (report.checks().isEmpty()) {
      return;
    }
    line("");
    long held = report.checks().stream().filter(CheckResult::ok).count();
    line("CHECKS   %d of %d hold", held, report.checks().size());
    for (CheckResult check : report.checks()) {
      String value =
          check.value().map(each -> Numbers.value(each, check.unit())).orElse(check.why());
      String verdict = check.ok() ? good("ok    ") : bad("FAILED");
      line("  %s  %-36s %s", verdict, check.spec().expression(), value);
    }
  }

  private void ledger() {
    line("");
    line("LEDGER   where did every raise go?");
    List<Tally> columns = new ArrayList<>(List.of(report.devices(), report.ipis(), report.local()));
    boolean copies = report.others().raised() != 0;
    String last = copies ? String.format(Locale.ROOT, "%13s", "copies") : "";
    if (copies) {
      columns.add(report.others());
    }
    line("%-26s%12s%9s%12s%13s%s", "", "devices", "", "IPIs", "timers, LVT", last);
    row("  raised", columns, columns.stream().map(Tally::raised).toList(), false);
    for (Fate fate : Fate.values()) {
      boolean any = columns.stream().anyMatch(each -> each.fate(fate) != 0);
      if (any || ALWAYS.contains(fate)) {
        List<Long> values = columns.stream().map(each -> each.fate(fate)).toList();
        row("    " + fate.text(), columns, values, true);
      }
    }
    row("    pending at stop", columns, columns.stream().map(Tally::pending).toList(), true);
    waiting();
    balance();
  }

  // Where what is pending at the end waits; what is on its way is in no component.
  private void waiting() {
    int left = 5;
    for (String path : result.paths()) {
      for (Map.Entry<Long, String> each : result.component(path).pending().entrySet()) {
        if (left-- > 0) {
          long id = each.getKey();
          String raiser = result.paths().get(InterruptId.component(id));
          line(
              "      %s entry %d #%d in %s: %s",
              raiser, InterruptId.entry(id), InterruptId.sequence(id), path, each.getValue());
        }
      }
    }
  }

  private void row(String name, List<Tally> columns, List<Long> values, boolean part) {
    StringBuilder cells = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      cells.append(
          String.format(Locale.ROOT, i > 1 ? "%13s" : "%12s", Numbers.count(values.get(i))));
      if (i == 0) {
        String share = part ? Numbers.percent(values.get(0), columns.get(0).raised()) : "";
        cells.append(String.format(Locale.ROOT, "%9s", share));
      }
    }
    line("%-26s%s", name, cells.toString().stripTrailing());
  }

  private void balance() {
    line("  %s", report.balanced() ? good("balance: exact") : bad("balance: BROKEN"));
    for (LedgerRow row : report.unbalanced().stream().limit(ROWS_MAX).toList()) {
      String source = result.paths().get(row.component()) + " entry " + row.entry();
      String what =
          row.missing() == 0
              ? "closes in number and not in name: one raise has another's fate"
              : row.missing() > 0
                  ? many(row.missing(), "raise") + " without a fate"
                  : many(-row.missing(), "fate") + " too many";
      line("    %s: raised %s, %s", source, Numbers.count(row.raised()), what);
    }
    if (report.unbalanced().size() > ROWS_MAX) {
      line("    and %d more rows: summary.json", report.unbalanced().size() - ROWS_MAX);
    }
    for (Law law : report.laws()) {
      if (law.broken()) {
        line("    %s: %s", law.name(), law.text());
      }
    }
    long skipped = report.laws().stream().filter(law -> !law.skipped().isEmpty()).count();
    long broken = report.laws().stream().filter(Law::broken).count();
    long all = report.laws().size();
    line("  laws of conservation: %d of %d hold", all - skipped - broken, all);
    for (Law law : report.laws()) {
      if (!law.skipped().isEmpty()) {
        line("    not looked at: %s (%s)", law.name(), law.skipped());
      }
    }
    if (report.unassigned() != 0) {
      String raises = many(report.unassigned(), "raise");
      line("  %s at entries that no interrupt of the kernel has", raises);
    }
  }

  private void latency() {
    List<IrqRow> handled =
        report.irqs().stream().filter(row -> row.tally().handled() != 0).toList();
    line("");
    line("LATENCY  raise -> handler, from the intended time (us, machine time)");
    if (handled.isEmpty()) {
      line("  no interrupt was handled");
      return;
    }
    int width = 8;
    for (IrqRow row : handled) {
      width = Math.max(width, Math.min(24, row.name().length()));
    }
    String form = "  %4s  %-" + width + "s  %-8s%12s %9s %9s %9s %9s %10s";
    line(form, "IRQ", "name", "CPU", "handled", "p50", "p90", "p99", "p99.9", "max");
    for (IrqRow row : handled.stream().limit(ROWS_MAX).toList()) {
      String[] cells = percentiles(row.latencyNs());
      line(
          form,
          row.irq(),
          cut(row.name(), width),
          cut(row.cpus(), 8),
          Numbers.count(row.tally().handled()),
          cells[0],
          cells[1],
          cells[2],
          cells[3],
          cells[4]);
    }
    if (handled.size() > ROWS_MAX) {
      line("  and %d more: irqs.csv", handled.size() - ROWS_MAX);
    }
  }

  private static String[] percentiles(Histogram histogram) {
    double[] ranks = {50, 90, 99, 99.9, 100};
    String[] cells = new String[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      // A lost node takes its latencies with it; its counts are known.
      cells[i] = histogram == null ? "-" : Numbers.us(histogram.getValueAtPercentile(ranks[i]));
    }
    return cells;
  }

  private void lateness() {
    Lateness late = result.lateness().orElse(null);
    if (late == null) {
      return;
    }
    line("");
    line("LATENESS of the host (us): raises after their intended time, alarms after they were due");
    line("  %-32s%12s %9s %9s %9s %9s %10s", "", "count", "p50", "p90", "p99", "p99.9", "max");
    late("raises of devices, machine time", late.arrivalsNs());
    late("alarms, wall time", late.alarmsNs());
  }

  private void late(String what, Histogram ns) {
    String[] cells = percentiles(ns);
    line(
        "  %-32s%12s %9s %9s %9s %9s %10s",
        what, Numbers.count(ns.getTotalCount()), cells[0], cells[1], cells[2], cells[3], cells[4]);
  }

  private void flow() {
    List<FlowRow> rows = FlowRow.all(result).stream().filter(FlowRow::overloaded).toList();
    if (rows.isEmpty()) {
      return;
    }
    String form = "  %-16s %15s %15s %15s %15s";
    line("");
    line("QUEUES   of devices that held completions back or collapsed interrupts in their PBA");
    line(form, "", "writes without", "most in", "completions", "collapsed");
    line(form, "", "credit", "transmit queue", "held at most", "in PBA");
    for (FlowRow row : rows.stream().limit(ROWS_MAX).toList()) {
      line(
          form,
          cut(row.name(), 16),
          count(row.stalls()),
          count(row.queueHighest()),
          count(row.heldHighest()),
          count(row.collapsed()));
    }
    if (rows.size() > ROWS_MAX) {
      line("  and %d more: summary.json", rows.size() - ROWS_MAX);
    }
  }

  private void order() {
    line("");
    line(
        "ORDER    per source: %s of %s handled out of raise order",
        Numbers.count(report.outOfOrder()), Numbers.count(report.devices().handled()));
    OrderTable order = report.order();
    OrderTable.Sums devices = order.devices();
    OrderTable.Sums ipis = order.ipis();
    String verdict = order.violations() == 0 ? good("ok    ") : bad("FAILED");
    line("  %s  same sender, same receiver: %s out of order", verdict, count(order.violations()));
    line("%-44s%14s%14s", "", "devices", "IPIs");
    ordered("came to a local APIC", devices.accepted(), ipis.accepted());
    ordered(
        "  after a later one of another sender",
        devices.acceptedOvertaken(),
        ipis.acceptedOvertaken());
    ordered("  before the EOI of the one before it", devices.beforeEoi(), ipis.beforeEoi());
    ordered("given to a core", devices.served(), ipis.served());
    ordered(
        "  after a later one of another sender", devices.servedOvertaken(), ipis.servedOvertaken());
    line("  %-42s%14s", "handled before its own data had come", count(order.beforeData()));
    for (OrderBook.Overtake each : order.overtakes().stream().limit(OVERTAKES_SHOWN).toList()) {
      line(
          "    %s came before %s: %s",
          source(each.component(), each.entry()),
          source(each.overtaken(), each.overtakenEntry()),
          many(each.count(), "time"));
    }
  }

  private void ordered(String what, long devices, long ipis) {
    line("  %-42s%14s%14s", what, count(devices), count(ipis));
  }

  private static String count(long value) {
    return Numbers.count(value);
  }

  private String source(int component, int entry) {
    return result.paths().get(component) + " entry " + entry;
  }

  private void moves() {
    List<AffinityWrite> writes = AffinityWrite.all(result);
    if (writes.isEmpty() && report.counter(Counter.MOVES_DONE) == 0) {
      return;
    }
    line("");
    line(
        "MOVES    asked %s   done %s   given up %s   handled on the old CPU after the move %s",
        Numbers.count(report.counter(Counter.MOVES_REQUESTED)),
        Numbers.count(report.counter(Counter.MOVES_DONE)),
        Numbers.count(report.counter(Counter.MOVES_DROPPED)),
        Numbers.count(report.counter(Counter.MOVES_OLD_CPU)));
    for (AffinityWrite write : writes.stream().limit(ROWS_MAX / 2).toList()) {
      String answer = write.errno() == 0 ? "ok" : write.error() + "  " + write.reason();
      line(
          "  %14s  irq %-4d smp_affinity <- %-8s %s",
          Numbers.ms(write.atPs()), write.irq(), write.mask(), answer);
    }
    if (writes.size() > ROWS_MAX / 2) {
      line("  and %d more: summary.json", writes.size() - ROWS_MAX / 2);
    }
  }

  private void interrupts() {
    line("");
    if (report.topology().cpus() > CPUS_MAX) {
      line("/proc/interrupts is %d CPUs wide: interrupts.txt", report.topology().cpus());
    } else {
      out.append(InterruptsText.of(result));
    }
  }

  private static String many(long count, String what) {
    return Numbers.count(count) + " " + what + (count == 1 ? "" : "s");
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "~";
  }

  private String good(String text) {
    return color ? "\u001b[32m" + text + "\u001b[0m" : text;
  }

  private String bad(String text) {
    return color ? "\u001b[31m" + text + "\u001b[0m" : text;
  }

  private void line(String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values).stripTrailing()).append('\n');
  }
}
