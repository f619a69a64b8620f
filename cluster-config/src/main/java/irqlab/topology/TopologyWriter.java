package irqlab.topology;

import com.typesafe.config.ConfigUtil;
import irqlab.topology.hocon.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Writes a machine with every setting filled in, in one order; the reader turns the text into an
 * equal machine.
 */
public final class TopologyWriter {
  private final StringBuilder out = new StringBuilder();

  private TopologyWriter() {}

  /**
   * The sections {@code machine}, {@code legacy} and {@code endpoints}; the seed is not in them.
   */
  public static String write(Topology topology) {
    TopologyWriter writer = new TopologyWriter();
    writer.machine(topology);
    writer.legacy(topology.legacy());
    writer.endpoints(topology.endpoints());
    return writer.out.toString();
  }

  /** A text in quotes, as HOCON reads it. */
  public static String quoted(String text) {
    return ConfigUtil.quoteString(text);
  }

  private void machine(Topology topology) {
    LapicSpec lapic = topology.lapic();
    line("machine {");
    line("  cpus = " + topology.cpus());
    line("  arch = " + topology.arch().text());
    line("  kernel = " + quoted(topology.kernelProfile()));
    line("  timing = " + topology.timing().text());
    line(
        "  lapic { mode = %s, id-base = %d%s }",
        lapic.mode().text(), lapic.idBase(), unusual(lapic));
    line("  io-apics = [");
    for (IoApicSpec chip : topology.ioApics()) {
      line(
          "    { id = %d, pins = %d, gsi-base = %d, version = %d%s }",
          chip.id(), chip.pins(), chip.gsiBase(), chip.version(), guard(chip));
    }
    line("  ]");
    links(topology.links());
    pcie(topology.pcie());
    line("  tick = " + (topology.tickPs() == 0 ? "off" : time(topology.tickPs())));
    line("  hz = " + topology.hz());
    line("  boot = " + topology.boot().text());
    proc(topology.proc());
    placement(topology.placement());
    line("}");
  }

  private static String guard(IoApicSpec chip) {
    return chip.resendLimit() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", resend-guard { limit = %d, delay = %s }",
            chip.resendLimit(),
            time(chip.resendDelayPs()));
  }

  // Only where they differ from every real part of today, so that hashes of such machines stay.
  private static String unusual(LapicSpec lapic) {
    LapicSpec usual = new LapicSpec(lapic.mode(), lapic.idBase());
    StringBuilder text = new StringBuilder();
    if (lapic.generation() != usual.generation()) {
      text.append(", generation = ").append(lapic.generation().text());
    }
    if (lapic.arbitration() != usual.arbitration()) {
      text.append(", arbitration = ").append(lapic.arbitration().text());
    }
    if (lapic.lowestPriority() != usual.lowestPriority()) {
      text.append(", lowest-priority = ").append(lapic.lowestPriority().text());
    }
    return text.toString();
  }

  private void links(Links links) {
    line(
        "  links { msi = %s, ipi = %s, eoi = %s, intr = %s, dma = %s",
        time(links.msiPs()),
        time(links.ipiPs()),
        time(links.eoiPs()),
        time(links.intrPs()),
        time(links.dmaPs()));
    line(
        "    mmio = %s, kernel = %s, memory = %s, line = %s }",
        time(links.mmioPs()), time(links.kernelPs()), time(links.memoryPs()), time(links.linePs()));
  }

  // Only where it differs from the usual one, so that the hashes of other machines stay.
  private void pcie(PcieSpec pcie) {
    if (!pcie.equals(PcieSpec.DEFAULT)) {
      int credits = pcie.postedCredits();
      String text = credits == PcieSpec.INFINITE ? "infinite" : Integer.toString(credits);
      line("  pcie { posted-credits = %s }", text);
    }
  }

  private void proc(ProcFormat proc) {
    String level = proc.levelColumn() ? "on" : "off";
    if (proc.rows().isEmpty()) {
      line("  proc { layout = %s, level-column = %s }", proc.layout().text(), level);
      return;
    }
    line("  proc {");
    line("    layout = %s, level-column = %s", proc.layout().text(), level);
    line("    rows = [");
    for (ProcFormat.NamedRow row : proc.rows()) {
      line("      { label = %s, text = %s }", quoted(row.label()), quoted(row.text()));
    }
    line("    ]");
    line("  }");
  }

  private void placement(Placement placement) {
    line("  placement {");
    line("    nodes = " + placement.nodes());
    shares("cpu-nodes", placement.cpuNodes());
    shares("pcie-nodes", placement.pcieNodes());
    shares("io-apics", placement.ioApicNodes());
    line("  }");
  }

  private void shares(String key, List<NodeShare> shares) {
    if (!shares.isEmpty()) {
      line(
          "    %s { %s }",
          key,
          shares.stream()
              .map(share -> quoted(share.node()) + " = " + quoted(share.members()))
              .collect(Collectors.joining(", ")));
    }
  }

  private void legacy(List<LegacySpec> sources) {
    line("legacy = [");
    for (LegacySpec source : sources) {
      List<String> shared = source.names().subList(1, source.names().size());
      line(
          "  { irq = %d, gsi = %d, id = %s, name = %s, trigger = %s%s%s%s",
          source.irq(),
          source.gsi(),
          quoted(source.id()),
          quoted(source.names().get(0)),
          source.trigger().text(),
          shared.isEmpty() ? "" : ", shared-with = " + list(shared),
          number(", cpu = ", source.cpu()),
          number(", hwirq = ", source.hwirq()));
      line("    %s%s }", handler(source.handler()), chip(source.chip()));
    }
    line("]");
  }

  private void endpoints(List<EndpointSpec> endpoints) {
    line("endpoints = [");
    for (EndpointSpec endpoint : endpoints) {
      line(
          "  { name = %s, bdf = %s, kind = %s, affinity = %s, queue-depth = %d%s",
          quoted(endpoint.name()),
          quoted(endpoint.bdf().text()),
          endpoint.kind().text(),
          endpoint.affinity().text(),
          endpoint.queueDepth(),
          chip(endpoint.chip()));
      line("    " + interrupts(endpoint));
      vectors(endpoint.vectors());
      line("    %s }", handler(endpoint.handler()));
    }
    line("]");
  }

  private static String interrupts(EndpointSpec endpoint) {
    String table =
        endpoint.msi() == MsiKind.INTX
            ? "intx = " + endpoint.gsi().orElse(0)
            : endpoint.msi().text() + " = " + endpoint.tableSize();
    if (endpoint.kind() == EndpointKind.NVME) {
      return table + ", queues = " + endpoint.queues();
    }
    return endpoint.msi() == MsiKind.INTX
        ? table
        : table
            + ", vectors = "
            + list(endpoint.vectors().stream().map(VectorSpec::label).toList());
  }

  private void vectors(List<VectorSpec> vectors) {
    List<String> names = new ArrayList<>();
    List<Integer> irqs = new ArrayList<>();
    List<Long> hwirqs = new ArrayList<>();
    List<String> cpus = new ArrayList<>();
    for (VectorSpec vector : vectors) {
      names.add(String.join(", ", vector.names()));
      irqs.add(vector.irq().orElse(0));
      hwirqs.add(vector.hwirq().orElse(-1));
      vector.cpu().ifPresent(cpu -> cpus.add(quoted(vector.label()) + " = " + cpu));
    }
    line("    names = " + list(names));
    if (irqs.stream().anyMatch(irq -> irq > 0)) {
      line("    irqs = " + irqs);
    }
    if (hwirqs.stream().anyMatch(hwirq -> hwirq >= 0)) {
      line("    hwirqs = " + hwirqs);
    }
    if (!cpus.isEmpty()) {
      line("    cpu { " + String.join(", ", cpus) + " }");
    }
  }

  private static String handler(HandlerSpec handler) {
    return String.format(
        "handler { cost = %s, jitter = %s, drain = %s, overhead = %s }",
        time(handler.costPs()),
        quoted(handler.jitter().text()),
        time(handler.drainCostPs()),
        time(handler.overheadPs()));
  }

  private static String chip(String chip) {
    return chip.isEmpty() ? "" : ", chip = " + quoted(chip);
  }

  private static String number(String key, OptionalInt value) {
    return value.isPresent() ? key + value.getAsInt() : "";
  }

  private static String number(String key, OptionalLong value) {
    return value.isPresent() ? key + value.getAsLong() : "";
  }

  private static String list(List<String> texts) {
    return texts.stream().map(TopologyWriter::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String time(long ps) {
    return Units.timeText(ps);
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void line(String format, Object... values) {
    line(String.format(format, values));
  }
}
