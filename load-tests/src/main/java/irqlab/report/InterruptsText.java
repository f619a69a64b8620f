package irqlab.report;

import irqlab.cpu.linux.ArchRow;
import irqlab.cpu.linux.IrqAction;
import irqlab.cpu.linux.IrqSource;
import irqlab.cpu.linux.IrqTable;
import irqlab.cpu.linux.KernelProfile;
import irqlab.cpu.linux.MsiHwirq;
import irqlab.cpu.linux.ProcInterrupts;
import irqlab.cpu.linux.ProcTable;
import irqlab.load.RunResult;
import irqlab.topology.Arch;
import irqlab.topology.Bdf;
import irqlab.topology.EndpointSpec;
import irqlab.topology.IoApicSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.ProcFormat;
import irqlab.topology.Topology;
import irqlab.topology.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * {@code /proc/interrupts} of a machine at the end of a run: the rows that its kernel would print,
 * with the counts that its CPUs kept (PRC-001 to PRC-011).
 *
 * <p>Chip and hwirq are those of the scenario where it names them, else those of the kernel's
 * profile. On arm64 a row of an IPI shows what x86 counts under another name; those that this model
 * has no count for show 0.
 */
public final class InterruptsText {
  private final RunResult result;
  private final Topology topology;
  private final KernelProfile profile;

  private InterruptsText(RunResult result) {
    this.result = result;
    this.topology = result.scenario().topology();
    this.profile = KernelProfile.of(topology.kernelProfile()).orElse(KernelProfile.V6_1);
  }

  /** The whole text, each line ended by a newline. */
  public static String of(RunResult result) {
    return ProcInterrupts.print(table(result));
  }

  /** The table behind the text. */
  public static ProcTable table(RunResult result) {
    return new InterruptsText(result).table();
  }

  private ProcTable table() {
    List<ProcTable.Row> rows = new ArrayList<>();
    for (IrqSource source : new IrqTable(topology).all()) {
      if (result.component("kernel").valueOrZero("irq." + source.irq() + ".requested") != 0
          || counted(source.irq())) {
        rows.add(device(source));
      }
    }
    rows.addAll(named());
    List<Integer> cpus = IntStream.range(0, topology.cpus()).boxed().toList();
    int precision = ProcInterrupts.precision(topology.irqNumbers());
    return new ProcTable(topology.proc().layout(), precision, true, cpus, rows);
  }

  private boolean counted(int irq) {
    for (long count : counts("count.irq." + irq)) {
      if (count != 0) {
        return true;
      }
    }
    return false;
  }

  private long[] counts(String name) {
    long[] counts = new long[topology.cpus()];
    for (int cpu = 0; cpu < counts.length; cpu++) {
      counts[cpu] = result.component("cpu/" + cpu + "/core").valueOrZero(name);
    }
    return counts;
  }

  private ProcTable.Device device(IrqSource source) {
    boolean pin = source.kind() == IrqSource.Kind.PIN;
    String chip = pin ? pinChip(source) : msiChip(source);
    OptionalLong hwirq = pin ? pinHwirq(source) : OptionalLong.of(msiHwirq(source));
    boolean level = source.trigger() == Trigger.LEVEL;
    boolean column = topology.proc().levelColumn();
    boolean flow = !column && !chip.equals("XT-PIC");
    return new ProcTable.Device(
        source.irq(),
        counts("count.irq." + source.irq()),
        chip,
        false,
        hwirq.orElse(ProcTable.Device.NO_HWIRQ),
        !column ? ProcTable.Trigger.NONE : level ? ProcTable.Trigger.LEVEL : ProcTable.Trigger.EDGE,
        flow ? (level ? "fasteoi" : "edge") : null,
        source.actions().stream().map(IrqAction::name).toList());
  }

  private List<LegacySpec> legacyOn(IrqSource source) {
    return topology.legacy().stream().filter(spec -> spec.irq() == source.irq()).toList();
  }

  private String pinChip(IrqSource source) {
    for (LegacySpec spec : legacyOn(source)) {
      if (!spec.chip().isEmpty()) {
        return spec.chip();
      }
    }
    return topology.ioApics().isEmpty() ? "XT-PIC" : "IO-APIC";
  }

  // PRC-007: the pin at its chip. The 8259A pair has no domain.
  private OptionalLong pinHwirq(IrqSource source) {
    for (LegacySpec spec : legacyOn(source)) {
      if (spec.hwirq().isPresent()) {
        return spec.hwirq();
      }
      if (!spec.chip().isEmpty()) {
        return OptionalLong.empty();
      }
    }
    return topology
        .ioApicOf(source.entry())
        .map((IoApicSpec chip) -> OptionalLong.of(source.entry() - chip.gsiBase()))
        .orElse(OptionalLong.empty());
  }

  private String msiChip(IrqSource source) {
    EndpointSpec endpoint = topology.endpoints().get(source.device());
    boolean msix = source.kind() == IrqSource.Kind.MSI_X;
    return endpoint.chip().isEmpty() ? hwirq(source).chip(profile, msix, false) : endpoint.chip();
  }

  private long msiHwirq(IrqSource source) {
    EndpointSpec endpoint = topology.endpoints().get(source.device());
    OptionalLong named = endpoint.vectors().get(source.entry()).hwirq();
    return named.orElseGet(() -> hwirq(source).column(profile));
  }

  private MsiHwirq hwirq(IrqSource source) {
    Bdf bdf = topology.endpoints().get(source.device()).bdf();
    return new MsiHwirq(bdf.domain(), bdf.bus(), bdf.device(), bdf.function(), source.entry());
  }

  private List<ProcTable.Row> named() {
    List<ProcTable.Row> rows = new ArrayList<>();
    if (topology.proc().rows().isEmpty() && topology.arch() == Arch.X86) {
      ArchRow.USUAL.forEach(row -> rows.add(row.of(counts("count." + row.name()))));
    } else if (topology.proc().rows().isEmpty()) {
      List<String> texts = ArchRow.arm64Ipis(profile);
      for (int number = 0; number < texts.size(); number++) {
        rows.add(ipi(number, texts.get(number)));
      }
      rows.add(new ProcTable.Single("Err", sum(counts("count.ERR"))));
    } else {
      topology.proc().rows().forEach(row -> rows.add(named(row)));
    }
    return rows;
  }

  private ProcTable.Row named(ProcFormat.NamedRow row) {
    if (row.label().matches("IPI\\d+")) {
      return ipi(Integer.parseInt(row.label().substring(3)), row.text());
    }
    long[] counts = counts("count." + row.label().toUpperCase(java.util.Locale.ROOT));
    return row.text().isEmpty()
        ? new ProcTable.Single(row.label(), sum(counts))
        : new ProcTable.PerCpu(row.label(), counts, row.text());
  }

  private ProcTable.Row ipi(int number, String text) {
    String counted =
        switch (text) {
          case "Rescheduling interrupts" -> "RES";
          case "Function call interrupts" -> "CAL";
          case "IRQ work interrupts" -> "IWI";
          default -> "none";
        };
    return new ProcTable.Ipi(number, counts("count." + counted), text);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
