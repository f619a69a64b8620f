package irqlab.topology;

import java.util.List;

/**
 * How {@code /proc/interrupts} looks.
 *
 * @param layout where the blanks go (PRC-004)
 * @param levelColumn prints {@code Level} or {@code Edge} behind the hwirq, and no flow name
 * @param rows the architecture rows, in order; empty prints those of the architecture
 */
public record ProcFormat(Layout layout, boolean levelColumn, List<NamedRow> rows) {
  /** Where the blanks go. */
  public enum Layout {
    /** Linux up to 6.12. */
    OLD("old"),
    /** Linux from 6.13. */
    NEW("new");

    private final String text;

    Layout(String text) {
      this.text = text;
    }

    /** The word in a scenario. */
    public String text() {
      return text;
    }
  }

  /**
   * One architecture row.
   *
   * @param label {@code LOC}, {@code IPI0}
   * @param text behind the counts; empty for {@code ERR} and {@code MIS}, that have one number
   */
  public record NamedRow(String label, String text) {}

  /** Copies the rows. */
  public ProcFormat {
    rows = List.copyOf(rows);
  }
}
