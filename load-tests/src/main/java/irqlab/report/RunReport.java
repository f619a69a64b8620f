package irqlab.report;

import irqlab.cpu.linux.IrqSource;
import irqlab.cpu.linux.IrqTable;
import irqlab.cpu.linux.ProcTable;
import irqlab.load.RunBooks;
import irqlab.load.RunResult;
import irqlab.observe.Counter;
import irqlab.observe.InterruptId;
import irqlab.observe.LedgerRow;
import irqlab.topology.EndpointSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.Topology;
import irqlab.topology.Trigger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * A run in numbers that agree: each table of the report is made from these.
 *
 * <p>Raises of devices are apart from what CPUs raise themselves: IPIs, and the sources of the
 * local vector table. Immutable once made.
 */
public final class RunReport {
  /** Entries of a local APIC's raises from which on they are no IPIs but its own sources. */
  private static final int LOCAL_SOURCES = 264;

  private final RunResult result;
  private final IrqTable table;
  private final ProcTable interrupts;
  private final Map<Integer, IrqRow> irqs = new TreeMap<>();
  private final Tally devices = new Tally();
  private final Tally ipis = new Tally();
  private final Tally local = new Tally();
  private final Tally others = new Tally();
  private final List<LedgerRow> unbalanced = new ArrayList<>();
  private final Histogram latencyNs = new Histogram(3);
  private final OrderTable order;
  private final List<Law> laws;
  private final List<CheckResult> checks;
  private long outOfOrder;
  private long unassigned;

  private RunReport(RunResult result) {
    this.result = result;
    this.table = new IrqTable(result.scenario().topology());
    this.interrupts = InterruptsText.table(result);
    Map<Integer, List<LedgerRow>> byIrq = sort();
    for (ProcTable.Row row : interrupts.rows()) {
      if (row instanceof ProcTable.Device) {
        ProcTable.Device device = (ProcTable.Device) row;
        irqs.put(device.irq(), irq(device, byIrq.getOrDefault(device.irq(), List.of())));
        byIrq.remove(device.irq());
      }
    }
    byIrq.values().forEach(rows -> rows.forEach(row -> unassigned += row.raised()));
    order = new OrderTable(result);
    laws = Laws.of(this);
    checks = CheckResult.all(this);
  }

  /** Everything that a run is reported by. */
  public static RunReport of(RunResult result) {
    return new RunReport(result);
  }

  private Map<Integer, List<LedgerRow>> sort() {
    Map<Long, Integer> irqOf = irqsBySource();
    Map<Integer, List<LedgerRow>> byIrq = new TreeMap<>();
    for (LedgerRow row : result.ledger().rows()) {
      if (!row.balanced()) {
        unbalanced.add(row);
      }
      String path = result.paths().get(row.component());
      if (RunBooks.ofDevice(path)) {
        devices.add(row);
        outOfOrder += row.outOfOrder();
        if (row.latency() != null) {
          latencyNs.add(row.latency());
        }
        int irq = irqOf.getOrDefault(key(row.component(), row.entry()), -1);
        byIrq.computeIfAbsent(irq, any -> new ArrayList<>()).add(row);
      } else if (!path.endsWith("/lapic")) {
        others.add(row);
      } else if (row.entry() < LOCAL_SOURCES) {
        ipis.add(row);
      } else {
        local.add(row);
      }
    }
    return byIrq;
  }

  private Map<Long, Integer> irqsBySource() {
    Topology topology = topology();
    Map<String, Integer> components = new HashMap<>();
    for (int id = 0; id < result.paths().size(); id++) {
      components.put(result.paths().get(id), id);
    }
    Map<Long, Integer> irqs = new HashMap<>();
    for (LegacySpec spec : topology.legacy()) {
      irqs.put(key(components.getOrDefault("legacy/" + spec.id(), -1), 0), spec.irq());
    }
    for (int device = 0; device < topology.endpoints().size(); device++) {
      EndpointSpec spec = topology.endpoints().get(device);
      int[] numbers = table.ofEndpoint(device);
      for (int entry = 0; entry < numbers.length; entry++) {
        irqs.put(key(components.getOrDefault("pcie/" + spec.name(), -1), entry), numbers[entry]);
      }
    }
    return irqs;
  }

  private static long key(int component, int entry) {
    return component * (InterruptId.ENTRY_MAX + 1L) + entry;
  }

  private IrqRow irq(ProcTable.Device printed, List<LedgerRow> rows) {
    IrqSource source = table.find(printed.irq());
    Tally tally = new Tally();
    Histogram latency = null;
    long late = 0;
    for (LedgerRow row : rows) {
      tally.add(row);
      late += row.outOfOrder();
      if (row.latency() != null) {
        latency = latency == null ? new Histogram(3) : latency;
        latency.add(row.latency());
      }
    }
    String trigger = source.trigger() == Trigger.LEVEL ? "level" : "edge";
    return new IrqRow(
        printed.irq(),
        kind(source),
        trigger,
        printed,
        source.actions().size(),
        tally,
        late,
        latency);
  }

  private String kind(IrqSource source) {
    return switch (source.kind()) {
      case MSI -> "msi";
      case MSI_X -> "msix";
      case PIN -> topology().ioApics().isEmpty() ? "pic" : "ioapic";
    };
  }

  /** What the run left. */
  public RunResult result() {
    return result;
  }

  /** The machine that ran. */
  public Topology topology() {
    return result.scenario().topology();
  }

  /** The table of {@code /proc/interrupts}. */
  public ProcTable interrupts() {
    return interrupts;
  }

  /** The interrupts of devices in order of number. */
  public Collection<IrqRow> irqs() {
    return irqs.values();
  }

  /** The interrupt of this number. */
  public Optional<IrqRow> irq(int irq) {
    return Optional.ofNullable(irqs.get(irq));
  }

  /** Raises of endpoints and legacy sources. */
  public Tally devices() {
    return devices;
  }

  /** IPIs, one for each destination. */
  public Tally ipis() {
    return ipis;
  }

  /** Raises of the local vector tables: timers, errors, pins of CPUs. */
  public Tally local() {
    return local;
  }

  /** Raises of anything else. */
  public Tally others() {
    return others;
  }

  /** Latency of all raises of devices, nanoseconds from the intended time. */
  public Histogram latencyNs() {
    return latencyNs;
  }

  /** Raises of devices handled after a later one of the same source. */
  public long outOfOrder() {
    return outOfOrder;
  }

  /** Raises of devices at entries that belong to no interrupt of the kernel. */
  public long unassigned() {
    return unassigned;
  }

  /** Rows of the ledger that do not close, in number or in name. */
  public List<LedgerRow> unbalanced() {
    return unbalanced;
  }

  /** What overtook what. */
  public OrderTable order() {
    return order;
  }

  /** The laws of E-83. */
  public List<Law> laws() {
    return laws;
  }

  /** True when every row closes and no law is broken. */
  public boolean balanced() {
    return unbalanced.isEmpty() && laws.stream().noneMatch(Law::broken);
  }

  /** What the scenario and the command line expect. */
  public List<CheckResult> checks() {
    return checks;
  }

  /** True when every check holds, the books balance and no port has broken its order. */
  public boolean passed() {
    return balanced() && order.violations() == 0 && checks.stream().allMatch(CheckResult::ok);
  }

  long counter(Counter counter) {
    return result.ledger().counter(counter);
  }
}
