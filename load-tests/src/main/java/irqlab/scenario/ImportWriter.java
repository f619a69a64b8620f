package irqlab.scenario;

import irqlab.cpu.linux.ProcTable;
import irqlab.topology.Arch;
import irqlab.topology.ProcFormat;
import irqlab.topology.TopologyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes an imported machine as a scenario that a person can go on with. */
final class ImportWriter {
  /** All devices together raise so often; a guess that a laptop can run. */
  private static final double RATE_PER_S = 100_000;

  private static final double IPI_RATE_MAX_PER_S = 10_000;
  private static final Pattern NVME_QUEUE = Pattern.compile("(nvme\\d+)q(\\d+)");

  private final ImportedMachine machine;
  private final String name;
  private final StringBuilder out = new StringBuilder();
  private final Set<String> ids = new TreeSet<>();
  private final List<String> loads = new ArrayList<>();

  ImportWriter(ImportedMachine machine, String name) {
    this.machine = machine;
    this.name = name;
  }

  String text() {
    line("# made from a listing of /proc/interrupts; what the listing does not tell is a # guess");
    line("irqlab.format = 1");
    line("scenario {");
    line("  name = %s", quoted(name));
    line("  about = %s", quoted("imported: " + machine.summary().get(0)));
    line("  stop { after = 1s }                       # guess");
    line("}");
    machine();
    pins();
    functions();
    line("load = [                                    # guess: the shares are those of the counts");
    loads.forEach(load -> line("  %s", load));
    reschedule();
    line("]");
    line("checks {");
    line("  lost = \"== 0\"");
    line("  order-violations = \"== 0\"");
    line("}");
    return out.toString();
  }

  private void machine() {
    line("machine {");
    line("  cpus = %d", machine.cpus());
    line("  arch = %s", machine.arch().text());
    line("  kernel = %s                             # guess", quoted(machine.kernel()));
    line("  timing = typical                          # guess: link delays");
    line("  tick = 4ms                                # guess");
    List<String> chips = new ArrayList<>();
    for (int pins : machine.ioApics()) {
      chips.add("{ id = " + chips.size() + ", pins = " + pins + " }");
    }
    String note = machine.arch() == Arch.X86 ? "pins" : "stands in for the GIC";
    line("  io-apics = [ %s ]          # guess: %s", String.join(", ", chips), note);
    line("  proc {");
    line("    layout = %s", machine.layout().text());
    line("    rows = [");
    for (ProcFormat.NamedRow row : machine.namedRows()) {
      line("      { label = %s, text = %s }", quoted(row.label()), quoted(row.text()));
    }
    line("    ]");
    line("  }");
    line("}");
  }

  private void pins() {
    line("legacy = [");
    for (ImportedMachine.Pin pin : machine.pins()) {
      ProcTable.Device row = pin.row();
      String id = id(row.actions().get(0), "-" + row.irq());
      boolean level = row.trigger() == ProcTable.Trigger.LEVEL || "fasteoi".equals(row.flow());
      List<String> parts = new ArrayList<>();
      parts.add("irq = " + row.irq());
      parts.add("gsi = " + pin.gsi());
      parts.add("id = " + quoted(id));
      parts.add("name = " + quoted(String.join(", ", row.actions())));
      parts.add("trigger = " + (level ? "level" : "edge"));
      machine.busiest(row).ifPresent(cpu -> parts.add("cpu = " + cpu));
      if (!row.chip().equals("IO-APIC")) {
        parts.add("chip = " + quoted(row.chip()));
        parts.add("hwirq = " + row.hwirq());
      }
      line("  { %s }", String.join(", ", parts));
      load(id, "", row);
    }
    line("]");
  }

  private void functions() {
    line("endpoints = [");
    for (ImportedMachine.Function function : machine.functions()) {
      if (nvme(function).isEmpty()) {
        generic(function);
      } else {
        nvme(function, nvme(function));
      }
    }
    line("]");
  }

  /** The name of the controller when every row is a queue of one, in order from the admin queue. */
  private static String nvme(ImportedMachine.Function function) {
    String controller = "";
    for (int entry = 0; entry < function.vectors().size(); entry++) {
      ImportedMachine.Vector vector = function.vectors().get(entry);
      Matcher queue = NVME_QUEUE.matcher(String.join(", ", vector.row().actions()));
      boolean place = vector.index() == entry && queue.matches();
      if (!place || Integer.parseInt(queue.group(2)) != entry) {
        return "";
      }
      controller = queue.group(1);
    }
    return function.vectors().size() >= 2 ? controller : "";
  }

  private void nvme(ImportedMachine.Function function, String controller) {
    String id = id(controller, "@" + function.bdf().shortText());
    int queues = function.vectors().size() - 1;
    line(
        "  { name = %s, bdf = %s, kind = nvme, msi-x = %d, queues = %d",
        quoted(id), quoted(function.bdf().text()), queues + 1, queues);
    line("    affinity = managed                      # guess: what the driver asks for");
    tail(function, false);
    for (int entry = 0; entry <= queues; entry++) {
      load(id, "q" + entry, function.vectors().get(entry).row());
    }
  }

  private void generic(ImportedMachine.Function function) {
    List<String> actions =
        function.vectors().stream().map(each -> String.join(", ", each.row().actions())).toList();
    String stem = stem(actions);
    String id = id(stem, "@" + function.bdf().shortText());
    List<String> labels = new ArrayList<>();
    for (int entry = 0; entry < actions.size(); entry++) {
      String rest =
          actions.get(entry).substring(Math.min(stem.length(), actions.get(entry).length()));
      String label = rest.startsWith("-") ? rest.substring(1) : "";
      boolean good = label.matches("[A-Za-z][\\w.+-]{0,40}") && !labels.contains(label);
      labels.add(good ? label : "q" + entry);
    }
    int size = actions.size();
    String table =
        function.msi()
            ? "msi = " + Math.min(32, Integer.highestOneBit(Math.max(1, 2 * size - 1)))
            : "msi-x = " + size;
    line(
        "  { name = %s, bdf = %s, kind = generic, %s",
        quoted(id), quoted(function.bdf().text()), table);
    line("    vectors = %s", list(labels));
    line("    names = %s", list(actions));
    cpus(function, labels);
    tail(function, true);
    for (int entry = 0; entry < size; entry++) {
      load(id, labels.get(entry), function.vectors().get(entry).row());
    }
  }

  /** What the names of a function have in common before their first dash. */
  private static String stem(List<String> actions) {
    String first = actions.get(0).split(", ")[0];
    String stem = first.contains("-") ? first.substring(0, first.indexOf('-')) : first;
    for (String action : actions) {
      if (!action.startsWith(stem)) {
        return first;
      }
    }
    return stem;
  }

  private void cpus(ImportedMachine.Function function, List<String> labels) {
    List<String> parts = new ArrayList<>();
    for (int entry = 0; entry < labels.size(); entry++) {
      String label = labels.get(entry);
      machine
          .busiest(function.vectors().get(entry).row())
          .ifPresent(cpu -> parts.add(quoted(label) + " = " + cpu));
    }
    if (!parts.isEmpty()) {
      line("    cpu { %s }", String.join(", ", parts));
    }
  }

  /** Numbers, what cannot be derived of the printed row, and the handler. */
  private void tail(ImportedMachine.Function function, boolean mayHaveGaps) {
    List<Integer> irqs = new ArrayList<>();
    List<Long> hwirqs = new ArrayList<>();
    boolean derived = true;
    for (int entry = 0; entry < function.vectors().size(); entry++) {
      ImportedMachine.Vector vector = function.vectors().get(entry);
      irqs.add(vector.row().irq());
      hwirqs.add(vector.row().hwirq());
      derived &= !mayHaveGaps || vector.index() == entry;
    }
    line("    irqs = %s", irqs);
    boolean usual = function.chip().equals(usualChip(function));
    if (!derived || !usual) {
      line("    hwirqs = %s", hwirqs);
    }
    if (!usual) {
      line("    chip = %s", quoted(function.chip()));
    }
    line("    handler { cost = 1us }                  # guess");
    line("  }");
  }

  /** What the kernel of the scenario calls the chip by itself (PRC-008, PRC-009). */
  private String usualChip(ImportedMachine.Function function) {
    String kind = function.msi() ? "PCI-MSI-" : "PCI-MSIX-";
    return machine.kernel().equals("6.1") ? "PCI-MSI" : kind + function.bdf().text();
  }

  private void load(String on, String queue, ProcTable.Device row) {
    long total = ImportedMachine.total(row);
    if (total > 0) {
      long rate = Math.max(1, Math.round(RATE_PER_S * total / machine.deviceCount()));
      String queues = queue.isEmpty() ? "" : ", queues = " + quoted(queue);
      loads.add("{ on = " + quoted(on) + queues + ", arrivals = \"poisson(" + rate + "/s)\" }");
    }
  }

  private void reschedule() {
    long devices = Math.max(1, machine.deviceCount());
    double each = RATE_PER_S * machine.rescheduleCount() / devices / machine.cpus();
    long rate = Math.round(Math.min(IPI_RATE_MAX_PER_S, each));
    if (rate > 0 && machine.cpus() > 1) {
      line("  { ipi = reschedule, from = all, to = random, arrivals = \"poisson(%d/s)\" }", rate);
    }
  }

  /** A name for a path, made unique by what tells it from others. */
  private String id(String action, String apart) {
    String clean = action.replaceAll("[^\\w.:@+-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    String base = clean.isEmpty() ? "device" : clean.substring(0, Math.min(48, clean.length()));
    String id = ids.contains(base) ? base + apart : base;
    for (int n = 2; ids.contains(id); n++) {
      id = base + apart + "+" + n;
    }
    ids.add(id);
    return id;
  }

  private static String list(List<String> texts) {
    return texts.stream().map(ImportWriter::quoted).toList().toString();
  }

  private static String quoted(String text) {
    return TopologyWriter.quoted(text);
  }

  private void line(String format, Object... values) {
    out.append(String.format(format, values)).append('\n');
  }
}
