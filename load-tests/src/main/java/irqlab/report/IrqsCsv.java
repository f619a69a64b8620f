package irqlab.report;

import irqlab.cpu.linux.ProcTable;
import irqlab.observe.Fate;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * {@code irqs.csv}: a line per interrupt of a device.
 *
 * <p>Source: RFC 4180, but lines end in a newline alone, as tools on Linux expect. Columns are
 * found by name; more may come.
 */
public final class IrqsCsv {
  /** The columns, in order. */
  public static final List<String> COLUMNS =
      List.of(
          "irq",
          "name",
          "kind",
          "chip",
          "hwirq",
          "trigger",
          "cpu",
          "counted",
          "raised",
          "handled",
          "collapsed_irr",
          "collapsed_pba",
          "collapsed_pir",
          "collapsed_descriptor",
          "collapsed_line",
          "lost_masked",
          "dropped",
          "pending",
          "out_of_order",
          "lat_p50_ns",
          "lat_p90_ns",
          "lat_p99_ns",
          "lat_p999_ns",
          "lat_max_ns");

  private IrqsCsv() {}

  /** The whole file. */
  public static String of(RunReport report) {
    StringBuilder out = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (IrqRow row : report.irqs()) {
      out.append(String.join(",", line(row))).append('\n');
    }
    return out.toString();
  }

  private static List<String> line(IrqRow row) {
    Tally tally = row.tally();
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(row.irq()));
    cells.add(cell(row.name()));
    cells.add(row.kind());
    cells.add(cell(row.printed().chip()));
    long hwirq = row.printed().hwirq();
    cells.add(hwirq == ProcTable.Device.NO_HWIRQ ? "" : Long.toString(hwirq));
    cells.add(row.trigger());
    cells.add(cell(row.cpus().equals("-") ? "" : row.cpus()));
    number(cells, row.counted(), tally.raised(), tally.handled());
    number(cells, tally.fate(Fate.COLLAPSED_IRR), tally.fate(Fate.COLLAPSED_PBA));
    number(cells, tally.fate(Fate.COLLAPSED_PIR), tally.fate(Fate.COLLAPSED_DESCRIPTOR));
    number(cells, tally.fate(Fate.COLLAPSED_LINE), tally.fate(Fate.LOST_MASKED));
    number(cells, tally.lost() - tally.fate(Fate.LOST_MASKED), tally.pending(), row.outOfOrder());
    Histogram latency = row.latencyNs();
    for (double rank : new double[] {50, 90, 99, 99.9, 100}) {
      cells.add(latency == null ? "" : Long.toString(latency.getValueAtPercentile(rank)));
    }
    return cells;
  }

  private static void number(List<String> cells, long... values) {
    for (long value : values) {
      cells.add(Long.toString(value));
    }
  }

  /** A text, in quotes where it needs them. */
  static String cell(String text) {
    boolean plain = text.chars().noneMatch(each -> each == ',' || each == '"' || each < ' ');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
