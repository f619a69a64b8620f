package irqlab.scenario;

import irqlab.cpu.linux.ProcTable;
import irqlab.topology.Arch;
import irqlab.topology.Bdf;
import irqlab.topology.ProcFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a listing tells about its machine, sorted into pins and PCIe functions. */
final class ImportedMachine {
  /** Global MSI domains: the hwirq has the address. */
  private static final Pattern GLOBAL = Pattern.compile("(?:IR-|ITS-)?PCI-MSIX?|ITS-MSI");

  /** Domains of one function: the chip has the address. */
  private static final Pattern OF_FUNCTION =
      Pattern.compile("(?:IR-|ITS-)?PCI-(MSIX?)-(\\p{XDigit}{4}:\\S+)");

  private static final int IO_APIC_PINS = 24;

  /** One row with its place in a function's table. */
  record Vector(ProcTable.Device row, int index) {}

  /** The rows of one PCIe function, by place in its table. */
  record Function(Bdf bdf, boolean msi, String chip, List<Vector> vectors) {}

  /** A row on a pin; its GSI is a stand-in where the machine has no IO-APIC. */
  record Pin(ProcTable.Device row, int gsi) {}

  private final ProcTable table;
  private final Arch arch;
  private final List<ProcTable.Device> onPins = new ArrayList<>();
  private final Map<Bdf, Function> functions = new TreeMap<>();
  private final List<String> skipped = new ArrayList<>();
  private boolean perFunction;

  ImportedMachine(ProcTable table) {
    this.table = table;
    boolean arm = false;
    for (ProcTable.Row row : table.rows()) {
      arm |= row instanceof ProcTable.Ipi;
      if (row instanceof ProcTable.Device device) {
        arm |= device.trigger() != ProcTable.Trigger.NONE;
        place(device);
      }
    }
    this.arch = arm ? Arch.ARM64 : Arch.X86;
    functions.replaceAll((bdf, function) -> sorted(function));
  }

  private void place(ProcTable.Device row) {
    if (row.actions().isEmpty()) {
      skipped.add(row.label());
      return;
    }
    Matcher function = OF_FUNCTION.matcher(row.chip());
    Optional<Bdf> named = function.matches() ? Bdf.parse(function.group(2)) : Optional.empty();
    if (named.isPresent()) {
      perFunction = true;
      boolean msi = function.group(1).equals("MSI");
      add(named.get(), msi, row, (int) Math.max(0, row.hwirq()));
    } else if (GLOBAL.matcher(row.chip()).matches() && row.hwirq() >= 0) {
      add(Bdf.ofHwirq(row.hwirq()), false, row, (int) (row.hwirq() & 0x7ff));
    } else {
      onPins.add(row);
    }
  }

  private void add(Bdf bdf, boolean msi, ProcTable.Device row, int index) {
    Function function =
        functions.computeIfAbsent(
            bdf, address -> new Function(address, msi, row.chip(), new ArrayList<>()));
    function.vectors().add(new Vector(row, index));
  }

  private static Function sorted(Function function) {
    List<Vector> vectors = new ArrayList<>(function.vectors());
    vectors.sort((a, b) -> Integer.compare(a.index(), b.index()));
    return new Function(function.bdf(), function.msi(), function.chip(), List.copyOf(vectors));
  }

  Arch arch() {
    return arch;
  }

  int cpus() {
    return table.cpus().get(table.cpus().size() - 1) + 1;
  }

  ProcFormat.Layout layout() {
    return table.layout();
  }

  /** The recorded kernel that names MSI chips as this listing does. */
  String kernel() {
    return perFunction || table.layout() == ProcFormat.Layout.NEW ? "6.12" : "6.1";
  }

  Collection<Function> functions() {
    return functions.values();
  }

  /** The architecture rows, as they stand. */
  List<ProcFormat.NamedRow> namedRows() {
    List<ProcFormat.NamedRow> rows = new ArrayList<>();
    for (ProcTable.Row row : table.rows()) {
      if (row instanceof ProcTable.PerCpu named) {
        rows.add(new ProcFormat.NamedRow(named.label(), named.text()));
      } else if (row instanceof ProcTable.Ipi ipi) {
        rows.add(new ProcFormat.NamedRow(ipi.label(), ipi.text()));
      } else if (row instanceof ProcTable.Single single) {
        rows.add(new ProcFormat.NamedRow(single.label(), ""));
      }
    }
    return rows;
  }

  /**
   * The rows that are no MSI, each on a pin.
   *
   * <p>On x86 the GSI is the irq, but that of irq 0 is 2. On arm64 there is no IO-APIC; the pins
   * are stand-ins, given out in order from 3 so that none is the timer's or the cascade's.
   */
  List<Pin> pins() {
    Set<Integer> taken = new TreeSet<>();
    onPins.stream().filter(ImportedMachine::hasPin).forEach(row -> taken.add(gsi(row)));
    List<Pin> pins = new ArrayList<>();
    int standIn = 3;
    for (ProcTable.Device row : onPins) {
      while (!hasPin(row) && !taken.add(standIn)) {
        standIn++;
      }
      pins.add(new Pin(row, hasPin(row) ? gsi(row) : standIn));
    }
    return pins;
  }

  private static boolean hasPin(ProcTable.Device row) {
    return row.chip().endsWith("IO-APIC") || row.chip().equals("XT-PIC");
  }

  private static int gsi(ProcTable.Device row) {
    return row.irq() == 0 && row.chip().endsWith("IO-APIC") ? 2 : row.irq();
  }

  /**
   * Pins of each IO-APIC, in the order of their GSIs.
   *
   * <p>The difference of GSI and pin number is where a chip begins; the last ends where MSI
   * interrupts are numbered from (IRQ-005).
   */
  List<Integer> ioApics() {
    TreeSet<Integer> bases = new TreeSet<>(List.of(0));
    int top = IO_APIC_PINS;
    for (Pin pin : pins()) {
      top = Math.max(top, pin.gsi() + 1);
      long base = pin.gsi() - pin.row().hwirq();
      if (pin.row().chip().endsWith("IO-APIC") && base > 0 && pin.row().hwirq() >= 0) {
        bases.add((int) base);
      }
    }
    int first = firstMsi().orElse(0);
    if (arch == Arch.X86 && first > 0) {
      top = first >= top || first == 16 ? first : top;
    }
    List<Integer> starts = new ArrayList<>(bases);
    List<Integer> pins = new ArrayList<>();
    for (int index = 0; index < starts.size(); index++) {
      int end = index + 1 < starts.size() ? starts.get(index + 1) : top;
      for (int left = end - starts.get(index); left > 0; left -= 240) {
        pins.add(Math.min(left, 240));
      }
    }
    return pins;
  }

  private OptionalInt firstMsi() {
    return functions.values().stream()
        .flatMap(function -> function.vectors().stream())
        .mapToInt(vector -> vector.row().irq())
        .min();
  }

  /** Interrupts of devices in all. */
  long deviceCount() {
    long sum = 0;
    for (ProcTable.Row row : table.rows()) {
      sum += row instanceof ProcTable.Device ? total(row) : 0;
    }
    return sum;
  }

  /** Reschedule IPIs in all. */
  long rescheduleCount() {
    for (ProcTable.Row row : table.rows()) {
      if (row.label().equals("RES") || row.label().equals("IPI0")) {
        return total(row);
      }
    }
    return 0;
  }

  static long total(ProcTable.Row row) {
    return Arrays.stream(row.counts()).sum();
  }

  /** The CPU that served most of a row; empty when none served any. */
  OptionalInt busiest(ProcTable.Row row) {
    int best = 0;
    for (int slot = 1; slot < row.counts().length; slot++) {
      best = row.counts()[slot] > row.counts()[best] ? slot : best;
    }
    return row.counts()[best] == 0 ? OptionalInt.empty() : OptionalInt.of(table.cpus().get(best));
  }

  /** What was found, guessed and left out. */
  List<String> summary() {
    List<String> lines = new ArrayList<>();
    int vectors = functions.values().stream().mapToInt(each -> each.vectors().size()).sum();
    String where = perFunction ? "the name of the chip" : "the MSI column";
    lines.add(
        String.format(
            "%s, %s, %s with %s%s",
            many(cpus(), "CPU"),
            many(onPins.size(), arch == Arch.X86 ? "IO-APIC pin" : "interrupt without MSI"),
            many(functions.size(), "PCIe function"),
            many(vectors, "MSI vector"),
            functions.isEmpty() ? "" : " (BDF from " + where + ")"));
    loudest(lines);
    lines.add(
        "not known from this file, defaults written and marked \"# guess\": kernel, handler cost,"
            + " link delays, rates, table sizes");
    notModelled(lines);
    if (!skipped.isEmpty()) {
      lines.add("left out, for they have no handler: irq " + String.join(" ", skipped));
    }
    if (table.cpus().size() < cpus()) {
      lines.add("CPUs without a column were offline there; here they are online and counted");
    }
    return lines;
  }

  private static String many(int count, String what) {
    String plural = what.contains(" without") ? what.replace(" without", "s without") : what + "s";
    return count + " " + (count == 1 ? what : plural);
  }

  private void loudest(List<String> lines) {
    ProcTable.Row loudest = null;
    for (ProcTable.Row row : table.rows()) {
      boolean device = row instanceof ProcTable.Device;
      if (device && (loudest == null || total(row) > total(loudest))) {
        loudest = row;
      }
    }
    if (loudest != null && total(loudest) > 0) {
      lines.add(
          String.format(
              "%s, mostly on CPU%d, is %s of %s device interrupts; the loads keep these shares",
              String.join(", ", ((ProcTable.Device) loudest).actions()),
              busiest(loudest).orElse(0),
              Importer.count(total(loudest)),
              Importer.count(deviceCount())));
    } else {
      lines.add("nothing has counted there, so no load is written; add your own");
    }
  }

  private void notModelled(List<String> lines) {
    if (arch == Arch.ARM64) {
      lines.add(
          "modelled: numbers, chips, hwirqs, names, counts, the arm64 format; MSI and its order");
      lines.add(
          "not modelled yet: GIC distributor, redistributors and ITS; their rows are generic"
              + " sources on an IO-APIC and a root complex");
    }
    TreeSet<String> others = new TreeSet<>();
    for (ProcTable.Row row : table.rows()) {
      if (row instanceof ProcTable.Device device && !usual(device.chip())) {
        others.add(device.chip().replaceFirst("-\\p{XDigit}{4}:.*", "-*"));
      }
    }
    if (arch == Arch.X86 && !others.isEmpty()) {
      lines.add(
          "not modelled yet, generic sources under their own name: " + String.join(" ", others));
    }
  }

  private static boolean usual(String chip) {
    return chip.equals("IO-APIC") || chip.matches("PCI-MSIX?(-\\p{XDigit}{4}:\\S+)?");
  }
}
