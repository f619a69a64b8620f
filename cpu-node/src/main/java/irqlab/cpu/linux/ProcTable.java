package irqlab.cpu.linux;

import irqlab.topology.ProcFormat.Layout;
import java.util.List;

/**
 * {@code /proc/interrupts} as a table: what {@link ProcInterrupts} prints and reads.
 *
 * <p>Counts are one per CPU of {@link #cpus}, in its order; they print as 32-bit unsigned numbers
 * (PRC-024). Arrays are not copied.
 *
 * @param layout spacing, PRC-004
 * @param precision width of the first column, PRC-002; at least 3
 * @param header whether the line with the CPU names is there
 * @param cpus numbers of the online CPUs, ascending, PRC-001
 * @param rows in the order of the text: numbered rows, then those of the architecture
 */
public record ProcTable(
    Layout layout, int precision, boolean header, List<Integer> cpus, List<Row> rows) {

  /** One line. */
  public sealed interface Row {
    /** What stands before the colon, without blanks. */
    String label();

    /** One number per CPU, or a single one. */
    long[] counts();
  }

  /** The word that Arm prints between hwirq and flow. */
  public enum Trigger {
    /** Nothing, as on x86. */
    NONE(""),
    /** {@code Level}. */
    LEVEL("Level"),
    /** {@code Edge}. */
    EDGE("Edge");

    private final String word;

    Trigger(String word) {
      this.word = word;
    }

    /** The word as printed. */
    public String word() {
      return word;
    }
  }

  /**
   * A numbered row, PRC-005.
   *
   * @param irq the Linux interrupt number
   * @param chip name of the chip; {@code -} if it has none, {@code None} without a chip
   * @param ownName the chip prints its name itself, which leaves out the column (PRC-006; GICv2)
   * @param hwirq number in the chip's domain, {@link #NO_HWIRQ} without a domain
   * @param flow name of the flow ({@code edge}, {@code fasteoi}), null if it has none
   * @param actions names of the handlers in registration order
   */
  public record Device(
      int irq,
      long[] counts,
      String chip,
      boolean ownName,
      long hwirq,
      Trigger trigger,
      String flow,
      List<String> actions)
      implements Row {
    /** A row without a number in a domain, such as one of the 8259A. */
    public static final long NO_HWIRQ = -1;

    @Override
    public String label() {
      return Integer.toString(irq);
    }
  }

  /** A row of the architecture with a number per CPU and a text, PRC-011. */
  public record PerCpu(String label, long[] counts, String text) implements Row {}

  /** A row with a single number and no text: {@code ERR}, {@code MIS}, {@code Err}. */
  public record Single(String label, long count) implements Row {
    @Override
    public long[] counts() {
      return new long[] {count};
    }
  }

  /** A row of Arm for one kind of IPI; its label and spacing differ from the other rows. */
  public record Ipi(int number, long[] counts, String text) implements Row {
    @Override
    public String label() {
      return "IPI" + number;
    }
  }
}
