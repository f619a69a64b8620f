package irqlab.cpu.linux;

import irqlab.topology.ProcFormat.Layout;
import java.util.List;

/**
 * Prints {@code /proc/interrupts} byte for byte.
 *
 * <p>Source: {@code kernel/irq/proc.c}, {@code arch/x86/kernel/irq.c} and {@code
 * arch/arm64/kernel/smp.c} of Linux 6.1, 6.12 and 6.13; PRC-001 to PRC-011. {@link
 * ProcInterruptsReader} reads the text back.
 *
 * <p>Model-specific: the rows of Arm's IPIs were not read in 6.13 and later; they print as before.
 */
public final class ProcInterrupts {
  private static final int COUNT_WIDTH = 10;
  private static final int CHIP_WIDTH = 8;
  private static final String IPI_GAP = " ".repeat(6);

  private final ProcTable table;
  private final StringBuilder out = new StringBuilder();

  private ProcInterrupts(ProcTable table) {
    this.table = table;
  }

  /** The whole text, each line ended by a newline. */
  public static String print(ProcTable table) {
    ProcInterrupts printer = new ProcInterrupts(table);
    if (table.header()) {
      printer.out.append(header(table.precision(), table.cpus())).append('\n');
    }
    for (ProcTable.Row row : table.rows()) {
      printer.row(row);
      printer.out.append('\n');
    }
    return printer.out.toString();
  }

  /** One row without its newline. */
  public static String print(ProcTable table, ProcTable.Row row) {
    ProcInterrupts printer = new ProcInterrupts(table);
    printer.row(row);
    return printer.out.toString();
  }

  /** PRC-003: the line with the CPU names, trailing blanks included, without its newline. */
  public static String header(int precision, List<Integer> cpus) {
    StringBuilder line = new StringBuilder(" ".repeat(precision + 8));
    for (int cpu : cpus) {
      line.append("CPU");
      left(line, Integer.toString(cpu), 8);
    }
    return line.toString();
  }

  /** PRC-002: the width of the first column for so many possible interrupt numbers. */
  public static int precision(int nrIrqs) {
    int precision = 3;
    for (long limit = 1000; precision < 10 && limit <= nrIrqs; limit *= 10) {
      precision++;
    }
    return precision;
  }

  private void row(ProcTable.Row row) {
    if (row instanceof ProcTable.Device device) {
      numbers(device.label(), device.counts());
      device(device);
    } else if (row instanceof ProcTable.PerCpu perCpu) {
      numbers(perCpu.label(), perCpu.counts());
      gap();
      out.append("  ").append(perCpu.text());
    } else if (row instanceof ProcTable.Single single) {
      numbers(single.label(), single.counts());
    } else {
      ipi((ProcTable.Ipi) row);
    }
  }

  private void numbers(String label, long[] counts) {
    right(out, label, table.precision());
    out.append(':');
    for (long count : counts) {
      out.append(' ');
      right(out, Long.toString(count & 0xFFFF_FFFFL), COUNT_WIDTH);
    }
  }

  // PRC-004: the old format has its blank after the count, which shows behind the last one.
  private void gap() {
    if (table.layout() == Layout.OLD) {
      out.append(' ');
    }
  }

  private void device(ProcTable.Device device) {
    gap();
    if (device.ownName()) {
      out.append(device.chip());
    } else {
      out.append(' ');
      right(out, device.chip(), CHIP_WIDTH);
    }
    out.append(' ');
    boolean numbered = device.hwirq() != ProcTable.Device.NO_HWIRQ;
    right(out, numbered ? Long.toString(device.hwirq()) : "", table.precision());
    if (device.trigger() != ProcTable.Trigger.NONE) {
      out.append(' ');
      left(out, device.trigger().word(), 8);
    }
    if (device.flow() != null) {
      out.append('-');
      left(out, device.flow(), 8);
    }
    if (!device.actions().isEmpty()) {
      out.append("  ").append(String.join(", ", device.actions()));
    }
  }

  private void ipi(ProcTable.Ipi ipi) {
    right(out, "IPI", table.precision() - 1);
    out.append(ipi.number()).append(':').append(table.precision() >= 4 ? " " : "");
    for (long count : ipi.counts()) {
      right(out, Long.toString(count & 0xFFFF_FFFFL), COUNT_WIDTH);
      out.append(' ');
    }
    out.append(IPI_GAP).append(ipi.text());
  }

  private static void right(StringBuilder out, String text, int width) {
    out.append(" ".repeat(Math.max(0, width - text.length()))).append(text);
  }

  private static void left(StringBuilder out, String text, int width) {
    out.append(text).append(" ".repeat(Math.max(0, width - text.length())));
  }
}
