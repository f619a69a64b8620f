package irqlab.topology;

import irqlab.protocol.LowestPriorityPolicy;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code machine { ... }}. */
final class MachineReader {
  /** Kernels whose recorded behaviour is reproduced. */
  static final List<String> KERNELS = List.of("6.1", "6.12");

  private static final int XAPIC_IDS = 255;
  private static final long SECOND_PS = 1_000_000_000_000L;
  private static final long TICK_MIN_PS = 1_000_000;

  private final Optional<Section> machine;

  MachineReader(Optional<Section> machine) {
    this.machine = machine;
  }

  /** The whole machine around the devices; a small one where the text has none. */
  Topology topology(List<LegacySpec> legacy, List<EndpointSpec> endpoints, long seed) {
    if (machine.isEmpty()) {
      return Topology.parse("machine { cpus = 1 }");
    }
    Section in = machine.get();
    in.only(
        "cpus",
        "arch",
        "kernel",
        "timing",
        "lapic",
        "io-apics",
        "links",
        "pcie",
        "tick",
        "hz",
        "boot",
        "proc",
        "placement",
        "remapping");
    if (!in.has("cpus")) {
      in.missing("cpus", "cpus = 4");
    }
    int cpus = in.integer("cpus", 1, Topology.CPUS_MAX, 4);
    Arch arch = in.choice("arch", List.of(Arch.values()), Arch::text, Arch.X86);
    String kernel = in.choice("kernel", KERNELS, word -> word, KERNELS.get(0));
    Timing timing = in.choice("timing", List.of(Timing.values()), Timing::text, Timing.TYPICAL);
    in.choice("remapping", List.of("off"), word -> word, "off");
    int hz =
        Integer.parseInt(
            in.choice("hz", List.of("100", "250", "300", "1000"), word -> word, "250"));
    return new Topology(
        cpus,
        arch,
        kernel,
        timing,
        lapic(in, cpus),
        ioApics(in),
        links(in, timing),
        pcie(in),
        tick(in, hz),
        hz,
        in.choice("boot", List.of(Boot.values()), Boot::text, Boot.MODERN),
        legacy,
        endpoints,
        proc(in, arch),
        placement(in),
        seed);
  }

  private static LapicSpec lapic(Section in, int cpus) {
    Optional<Section> given = in.section("lapic", "the LAPICs");
    if (given.isEmpty()) {
      return new LapicSpec(fitting(cpus), 0);
    }
    Section lapic = given.get();
    lapic.only("mode", "id-base", "generation", "arbitration", "lowest-priority");
    int base = lapic.integer("id-base", 0, 0xffff, 0);
    LapicSpec.Mode mode =
        lapic.choice(
            "mode", List.of(LapicSpec.Mode.values()), LapicSpec.Mode::text, fitting(base + cpus));
    LapicSpec.Generation generation =
        lapic.choice(
            "generation",
            List.of(LapicSpec.Generation.values()),
            LapicSpec.Generation::text,
            LapicSpec.Generation.XAPIC);
    if (generation == LapicSpec.Generation.P6 && mode == LapicSpec.Mode.X2APIC) {
      lapic.fault(
          FaultCode.E13,
          "generation",
          "parts of generation p6 have no x2APIC mode",
          "write   mode = xapic   or   generation = xapic");
    }
    return new LapicSpec(
        mode,
        base,
        generation,
        lapic.choice(
            "arbitration",
            List.of(LapicSpec.Arbitration.values()),
            LapicSpec.Arbitration::text,
            LapicSpec.Arbitration.PRIORITY),
        lapic.choice(
            "lowest-priority",
            List.of(LowestPriorityPolicy.values()),
            LowestPriorityPolicy::text,
            LowestPriorityPolicy.LOWEST_TPR));
  }

  private static LapicSpec.Mode fitting(int ids) {
    return ids <= XAPIC_IDS ? LapicSpec.Mode.XAPIC : LapicSpec.Mode.X2APIC;
  }

  private static List<IoApicSpec> ioApics(Section in) {
    List<IoApicSpec> chips = new ArrayList<>();
    if (!in.has("io-apics")) {
      return List.of(new IoApicSpec(0, 24, 0, 0x20));
    }
    int gsiBase = 0;
    for (Section each : in.sections("io-apics", "an IO-APIC")) {
      each.only("id", "pins", "gsi-base", "version", "resend-guard");
      Optional<Section> guard = each.section("resend-guard", "a guard against storms");
      guard.ifPresent(section -> section.only("limit", "delay"));
      int limit = IoApicSpec.RESEND_LIMIT;
      long delayPs = IoApicSpec.RESEND_DELAY_PS;
      IoApicSpec chip =
          new IoApicSpec(
              each.integer("id", 0, 254, chips.size()),
              each.integer("pins", 1, 240, 24),
              each.integer("gsi-base", 0, 4096, gsiBase),
              each.integer("version", 0x11, 0x20, 0x20),
              guard.map(section -> section.integer("limit", 1, 1_000_000, limit)).orElse(0),
              guard
                  .map(section -> section.timePs("delay", 1, 10 * SECOND_PS, delayPs))
                  .orElse(delayPs));
      gsiBase = chip.gsiBase() + chip.pins();
      chips.add(chip);
    }
    return chips;
  }

  private static Links links(Section in, Timing timing) {
    Links from = Links.of(timing);
    Optional<Section> given = in.section("links", "the links");
    if (given.isEmpty()) {
      return from;
    }
    Section links = given.get();
    links.only("msi", "ipi", "eoi", "intr", "dma", "mmio", "kernel", "memory", "line");
    return new Links(
        link(links, "msi", from.msiPs()),
        link(links, "ipi", from.ipiPs()),
        link(links, "eoi", from.eoiPs()),
        link(links, "intr", from.intrPs()),
        link(links, "dma", from.dmaPs()),
        link(links, "mmio", from.mmioPs()),
        links.timePs("kernel", Links.KERNEL_MIN_PS, SECOND_PS, from.kernelPs()),
        link(links, "memory", from.memoryPs()),
        link(links, "line", from.linePs()));
  }

  private static long link(Section links, String key, long otherwise) {
    return links.timePs(key, 1, SECOND_PS, otherwise);
  }

  private static PcieSpec pcie(Section in) {
    Optional<Section> given = in.section("pcie", "PCIe");
    if (given.isEmpty()) {
      return PcieSpec.DEFAULT;
    }
    Section pcie = given.get();
    pcie.only("posted-credits");
    int usual = PcieSpec.DEFAULT.postedCredits();
    String text = pcie.text("posted-credits", Integer.toString(usual));
    if (text.equals("infinite")) {
      return new PcieSpec(PcieSpec.INFINITE);
    }
    if (!text.matches("-?[0-9.]+[kMG]?")) {
      pcie.fault(
          FaultCode.E07,
          "posted-credits",
          "\"" + text + "\", but a whole number from 1 to " + PcieSpec.POSTED_MAX + " is needed",
          "write   posted-credits = " + usual + "   or   posted-credits = infinite");
      return PcieSpec.DEFAULT;
    }
    return new PcieSpec(pcie.integer("posted-credits", 1, PcieSpec.POSTED_MAX, usual));
  }

  private static long tick(Section in, int hz) {
    return in.text("tick", "").equals("off")
        ? 0
        : in.timePs("tick", TICK_MIN_PS, 10 * SECOND_PS, SECOND_PS / hz);
  }

  private static ProcFormat proc(Section in, Arch arch) {
    Optional<Section> given = in.section("proc", "/proc/interrupts");
    boolean level = arch == Arch.ARM64;
    if (given.isEmpty()) {
      return new ProcFormat(ProcFormat.Layout.OLD, level, List.of());
    }
    Section proc = given.get();
    proc.only("layout", "level-column", "rows");
    List<ProcFormat.NamedRow> rows = new ArrayList<>();
    for (Section row : proc.sections("rows", "a row")) {
      row.only("label", "text");
      String label = row.required("label", "label = LOC");
      if (!label.matches("[A-Za-z][A-Za-z0-9]{0,7}")) {
        row.fault(FaultCode.E08, "label", "a label is one to eight letters and digits", "");
      }
      rows.add(new ProcFormat.NamedRow(label, row.text("text", "")));
    }
    List<ProcFormat.Layout> layouts = List.of(ProcFormat.Layout.values());
    return new ProcFormat(
        proc.choice("layout", layouts, ProcFormat.Layout::text, ProcFormat.Layout.OLD),
        proc.flag("level-column", level),
        rows);
  }

  private static Placement placement(Section in) {
    Optional<Section> given = in.section("placement", "the placement");
    if (given.isEmpty()) {
      return Placement.SINGLE;
    }
    Section placement = given.get();
    placement.only("nodes", "cpu-nodes", "pcie-nodes", "io-apics");
    return new Placement(
        placement.integer("nodes", 1, 64, 1),
        shares(placement, "cpu-nodes"),
        shares(placement, "pcie-nodes"),
        shares(placement, "io-apics"));
  }

  private static List<NodeShare> shares(Section placement, String key) {
    List<NodeShare> shares = new ArrayList<>();
    Optional<Section> given = placement.section(key, "a share for each node");
    if (given.isPresent()) {
      for (String node : given.get().keys()) {
        shares.add(new NodeShare(node, given.get().text(node, "*")));
      }
    }
    return shares;
  }

  /** Reads {@code handler { ... }}; the default where there is none. */
  static HandlerSpec handler(Section device) {
    Optional<Section> given = device.section("handler", "a handler");
    if (given.isEmpty()) {
      return HandlerSpec.DEFAULT;
    }
    Section handler = given.get();
    handler.only("cost", "jitter", "drain", "overhead");
    return new HandlerSpec(
        handler.timePs("cost", 0, SECOND_PS, HandlerSpec.DEFAULT.costPs()),
        jitter(handler),
        handler.timePs("drain", 0, SECOND_PS, 0),
        handler.timePs("overhead", 0, SECOND_PS, 0));
  }

  private static JitterLaw jitter(Section handler) {
    String text = handler.text("jitter", "none").strip();
    Optional<JitterLaw> law = JitterLaw.parse(text);
    if (law.isEmpty()) {
      handler.fault(
          FaultCode.E13,
          "jitter",
          "\"" + text + "\" is no law of jitter",
          "write   jitter = \"exp(300ns)\"   or   \"uniform(0ns, 1us)\"   or   none");
    }
    return law.orElse(JitterLaw.NONE);
  }
}
