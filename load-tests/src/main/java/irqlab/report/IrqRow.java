package irqlab.report;

import irqlab.cpu.linux.ProcTable;
import org.HdrHistogram.Histogram;

/**
 * One interrupt of a device over a whole run.
 *
 * @param irq Linux's number
 * @param kind {@code ioapic}, {@code pic}, {@code msi} or {@code msix}
 * @param trigger {@code edge} or {@code level}
 * @param printed its row of {@code /proc/interrupts}, whose counts are by CPU
 * @param actions how many handlers run for it
 * @param tally fates of the raises of its sources
 * @param outOfOrder raises handled after a later one of the same source
 * @param latencyNs from the intended raise to the handler; empty when none was handled
 */
public record IrqRow(
    int irq,
    String kind,
    String trigger,
    ProcTable.Device printed,
    int actions,
    Tally tally,
    long outOfOrder,
    Histogram latencyNs) {
  /** Names of the handlers as the kernel prints them. */
  public String name() {
    return String.join(", ", printed.actions());
  }

  /** How often the kernel counted it, on all CPUs. */
  public long counted() {
    long sum = 0;
    for (long count : printed.counts()) {
      sum += count;
    }
    return sum;
  }

  /** The CPUs that counted it, as a list of Linux; {@code -} when none did. */
  public String cpus() {
    java.util.List<Integer> cpus = new java.util.ArrayList<>();
    for (int cpu = 0; cpu < printed.counts().length; cpu++) {
      if (printed.counts()[cpu] != 0) {
        cpus.add(cpu);
      }
    }
    return cpus.isEmpty() ? "-" : irqlab.topology.CpuList.format(cpus);
  }
}
