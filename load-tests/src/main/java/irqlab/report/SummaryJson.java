package irqlab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import irqlab.cpu.linux.ProcTable;
import irqlab.live.Lateness;
import irqlab.load.RunResult;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.LedgerRow;
import irqlab.observe.OrderBook;
import irqlab.scenario.Metric;
import irqlab.scenario.ScenarioWriter;
import irqlab.wire.IrqlabSerializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * {@code summary.json}, schema {@value #SCHEMA}: the file {@code irqlab/summary-1.schema.json} on
 * the class path describes it.
 *
 * <p>Times are whole nanoseconds unless their name says otherwise, names are in snake case. Fields
 * may be added within a schema number and never change their meaning. Equal runs in virtual time
 * give equal files except for {@code time.wall_ns}, {@code version} and {@code host}.
 */
public final class SummaryJson {
  /** What the field {@code schema} says. */
  public static final String SCHEMA = "irqlab.summary/1";

  private static final int OVERTAKES_MAX = 200;
  private static final List<String> RANKS = List.of("50", "90", "99", "99.9");

  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final RunReport report;
  private final RunResult result;

  private SummaryJson(RunReport report) {
    this.report = report;
    this.result = report.result();
  }

  /** The whole file. */
  public static String of(RunReport report) {
    return new SummaryJson(report).text();
  }

  private String text() {
    ObjectNode root = json.createObjectNode();
    root.put("schema", SCHEMA);
    scenario(root.putObject("scenario"));
    ObjectNode version = root.putObject("version");
    version
        .put("irqlab", Version.irqlab())
        .put("wire", IrqlabSerializer.WIRE_VERSION)
        .put("java", Version.java());
    time(root.putObject("time"));
    ObjectNode host = root.putObject("host");
    host.put("cores", Runtime.getRuntime().availableProcessors()).put("nodes", result.nodes());
    if (!result.losses().isEmpty()) {
      ObjectNode losses = host.putObject("lost");
      result.losses().forEach(losses::put);
    }
    if (!result.unrecorded().nothing()) {
      ArrayNode lacking = root.putArray("unrecorded");
      result.unrecorded().sentences().forEach(lacking::add);
    }
    boolean virtual = result.mode().equals("virtual");
    root.put("digest", virtual ? Numbers.hex(result.digest()) : null);
    root.put("events", result.events()).put("ties", result.ties());
    ArrayNode checks = root.putArray("checks");
    report.checks().forEach(check -> check(check, checks.addObject()));
    ledger(root.putObject("ledger"));
    order(root.putObject("order"));
    ArrayNode flow = root.putArray("flow");
    for (FlowRow row : FlowRow.all(result)) {
      ObjectNode node = flow.addObject();
      node.put("device", row.name()).put("credit_stalls", row.stalls());
      node.put("transmit_highest", row.queueHighest()).put("held_highest", row.heldHighest());
      node.put("collapsed_pba", row.collapsed());
    }
    moves(root.putObject("moves"));
    ArrayNode irqs = root.putArray("irqs");
    report.irqs().forEach(row -> irq(row, irqs.addObject()));
    ObjectNode rows = root.putObject("rows");
    for (ProcTable.Row row : report.interrupts().rows()) {
      if (!(row instanceof ProcTable.Device)) {
        counts(row.counts(), rows.putArray(row.label()));
      }
    }
    ObjectNode counters = root.putObject("counters");
    for (Counter counter : Counter.values()) {
      counters.put(counter.name().toLowerCase(Locale.ROOT), report.counter(counter));
    }
    try {
      return json.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of plain values could not be written", impossible);
    }
  }

  private void scenario(ObjectNode out) {
    String text = ScenarioWriter.write(result.scenario());
    out.put("name", result.scenario().name());
    out.put("sha256", sha256(text));
    out.put("seed", result.scenario().seed());
    out.put("topology", Numbers.hex(report.topology().hash()));
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private void time(ObjectNode out) {
    out.put("mode", result.mode());
    out.put("model_ns", result.modelPs() / 1000);
    out.put("boot_ns", Math.max(0, result.bootPs()) / 1000);
    out.put("wall_ns", result.wallNs());
    out.put("partial", result.partial());
    if (result.lateness().isPresent()) {
      Lateness late = result.lateness().get();
      out.put("slow_down", result.scenario().wall().slowDown());
      out.put("handler_cost", result.scenario().wall().handler().text());
      lateness(late.arrivalsNs(), out.putObject("late_raises_ns"));
      lateness(late.alarmsNs(), out.putObject("late_alarms_wall_ns"));
    }
  }

  private static void lateness(Histogram histogram, ObjectNode out) {
    out.put("count", histogram.getTotalCount());
    for (String rank : RANKS) {
      out.put("p" + rank, histogram.getValueAtPercentile(Double.parseDouble(rank)));
    }
    out.put("max", histogram.getMaxValue());
  }

  private static void check(CheckResult check, ObjectNode out) {
    out.put("expr", check.spec().expression());
    if (check.value().isPresent()) {
      // Nanoseconds and per cent may have a fraction.
      boolean time = check.unit() == Metric.Unit.TIME;
      out.put("value", time ? check.value().get().movePointLeft(3) : check.value().get());
    } else {
      out.putNull("value");
      out.put("why", check.why());
    }
    out.put("ok", check.ok());
  }

  private void ledger(ObjectNode out) {
    tally(report.devices(), out);
    out.put("balanced", report.balanced());
    ArrayNode broken = out.putArray("unbalanced");
    for (LedgerRow row : report.unbalanced()) {
      ObjectNode node = broken.addObject();
      node.put("source", result.paths().get(row.component())).put("entry", row.entry());
      node.put("raised", row.raised()).put("missing", row.missing());
    }
    ArrayNode laws = out.putArray("laws");
    for (Law law : report.laws()) {
      ObjectNode node = laws.addObject();
      node.put("name", law.name()).put("equation", law.text());
      node.put("difference", law.difference()).put("skipped", law.skipped());
      node.put("ok", !law.broken());
    }
    tally(report.ipis(), out.putObject("ipis"));
    tally(report.local(), out.putObject("local"));
    tally(report.others(), out.putObject("copies"));
  }

  private static void tally(Tally tally, ObjectNode out) {
    out.put("raised", tally.raised());
    ObjectNode dropped = null;
    for (Fate fate : Fate.values()) {
      String name = fate.name().toLowerCase(Locale.ROOT);
      if (!fate.lost() || fate == Fate.LOST_MASKED) {
        out.put(name, tally.fate(fate));
      } else {
        dropped = dropped == null ? out.putObject("dropped") : dropped;
        if (tally.fate(fate) != 0) {
          dropped.put(name.replaceFirst("^lost_", ""), tally.fate(fate));
        }
      }
    }
    out.put("pending", tally.pending());
  }

  private void order(ObjectNode out) {
    OrderTable order = report.order();
    out.put("same_source", report.outOfOrder());
    out.put("same_receiver", order.violations());
    out.put("before_data", order.beforeData());
    sums(order.devices(), out.putObject("devices"));
    sums(order.ipis(), out.putObject("ipis"));
    ArrayNode overtakes = out.putArray("overtakes");
    for (OrderBook.Overtake each : order.overtakes().stream().limit(OVERTAKES_MAX).toList()) {
      ObjectNode node = overtakes.addObject();
      node.put("source", result.paths().get(each.component())).put("entry", each.entry());
      node.put("before", result.paths().get(each.overtaken()));
      node.put("before_entry", each.overtakenEntry()).put("count", each.count());
    }
  }

  private static void sums(OrderTable.Sums sums, ObjectNode out) {
    out.put("accepted", sums.accepted()).put("accepted_out_of_order", sums.acceptedOutOfOrder());
    out.put("accepted_overtaken", sums.acceptedOvertaken()).put("before_eoi", sums.beforeEoi());
    out.put("served", sums.served()).put("served_out_of_order", sums.servedOutOfOrder());
    out.put("served_overtaken", sums.servedOvertaken());
  }

  private void moves(ObjectNode out) {
    out.put("requested", report.counter(Counter.MOVES_REQUESTED));
    out.put("done", report.counter(Counter.MOVES_DONE));
    out.put("refused_for_good", report.counter(Counter.MOVES_DROPPED));
    out.put("handled_on_old_cpu", report.counter(Counter.MOVES_OLD_CPU));
    ArrayNode writes = out.putArray("writes");
    for (AffinityWrite write : AffinityWrite.all(result)) {
      ObjectNode node = writes.addObject();
      node.put("irq", write.irq()).put("mask", write.mask()).put("at_ns", write.atPs() / 1000);
      node.put("errno", write.errno()).put("error", write.error());
    }
  }

  private void irq(IrqRow row, ObjectNode out) {
    ProcTable.Device printed = row.printed();
    out.put("irq", row.irq()).put("name", row.name()).put("kind", row.kind());
    out.put("chip", printed.chip());
    if (printed.hwirq() == ProcTable.Device.NO_HWIRQ) {
      out.putNull("hwirq");
    } else {
      out.put("hwirq", printed.hwirq());
    }
    out.put("trigger", row.trigger());
    ObjectNode cpus = out.putObject("cpus");
    for (int cpu = 0; cpu < printed.counts().length; cpu++) {
      if (printed.counts()[cpu] != 0) {
        cpus.put(Integer.toString(cpu), printed.counts()[cpu]);
      }
    }
    tally(row.tally(), out);
    out.put("out_of_order", row.outOfOrder());
    if (row.latencyNs() == null) {
      out.putNull("latency_ns");
    } else {
      latency(row.latencyNs(), out.putObject("latency_ns"));
    }
  }

  private static void latency(Histogram histogram, ObjectNode out) {
    out.put("basis", "intended").put("count", histogram.getTotalCount());
    out.put("min", histogram.getMinValue());
    for (String rank : RANKS) {
      out.put("p" + rank, histogram.getValueAtPercentile(Double.parseDouble(rank)));
    }
    out.put("max", histogram.getMaxValue());
    out.put("hdr", hdr(histogram));
  }

  /** HdrHistogram's compressed encoding, in base64. */
  private static String hdr(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    byte[] bytes = new byte[length];
    System.arraycopy(buffer.array(), 0, bytes, 0, length);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static void counts(long[] counts, ArrayNode out) {
    for (long count : counts) {
      out.add(count);
    }
  }
}
