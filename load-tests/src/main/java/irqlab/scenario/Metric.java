package irqlab.scenario;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A figure that checks can look at.
 *
 * @param form how it is written; N, M and LABEL stand for a number or a label
 * @param unit of its value
 * @param about what it is
 */
public record Metric(String form, Unit unit, String about) {
  /** What a value is measured in. */
  public enum Unit {
    /** A whole number. */
    COUNT,
    /** Per cent, 0 to 100. */
    PERCENT,
    /** Picoseconds. */
    TIME
  }

  /** Every metric there is. */
  public static final List<Metric> ALL =
      List.of(
          new Metric("raised", Unit.COUNT, "raises by devices"),
          new Metric("handled", Unit.COUNT, "raises of devices for which a handler ran"),
          new Metric("handled%", Unit.PERCENT, "of the raises by devices"),
          new Metric("collapsed", Unit.COUNT, "raises merged into another one"),
          new Metric("collapsed%", Unit.PERCENT, "of the raises by devices"),
          new Metric("collapsed-irr", Unit.COUNT, "merged into a pending bit of a LAPIC"),
          new Metric("collapsed-pba", Unit.COUNT, "merged into a pending bit of a function"),
          new Metric("collapsed-descriptor", Unit.COUNT, "merged into PENDING of a descriptor"),
          new Metric("collapsed-line", Unit.COUNT, "raised while the line was up"),
          new Metric("lost", Unit.COUNT, "raises that nobody serves, for whatever reason"),
          new Metric("lost%", Unit.PERCENT, "of the raises by devices"),
          new Metric("pending", Unit.COUNT, "raises without a fate at the end"),
          new Metric("duplicated", Unit.COUNT, "raises that were handled twice"),
          new Metric("order-violations", Unit.COUNT, "handled out of order within one source"),
          new Metric("order.same-receiver", Unit.COUNT, "out of order from a sender to a CPU"),
          new Metric("order.across", Unit.COUNT, "came after a later raise of another source"),
          new Metric("order.before-eoi", Unit.COUNT, "came before the EOI of the one before"),
          new Metric("order.before-data", Unit.COUNT, "handled before their data had come"),
          new Metric("messages", Unit.COUNT, "interrupt messages handed to the root complex"),
          new Metric("runs", Unit.COUNT, "handler runs"),
          new Metric("none", Unit.COUNT, "handler runs that found nothing to do"),
          new Metric("none%", Unit.PERCENT, "of the handler runs"),
          new Metric("spurious", Unit.COUNT, "spurious vectors given to cores"),
          new Metric("ticks", Unit.COUNT, "local timer ticks handled"),
          new Metric("ipis", Unit.COUNT, "IPIs handed to the bus"),
          new Metric("level.re-fires", Unit.COUNT, "level lines sent again at EOI"),
          new Metric("moves", Unit.COUNT, "affinity moves done"),
          new Metric("moves.requested", Unit.COUNT, "affinity writes accepted"),
          new Metric("moves.dropped", Unit.COUNT, "affinity moves refused for good"),
          new Metric("moves.delivered-to-old-cpu", Unit.COUNT, "handled there after the move"),
          new Metric("latency.min", Unit.TIME, "from the intended raise to its handler"),
          new Metric("latency.mean", Unit.TIME, "from the intended raise to its handler"),
          new Metric("latency.max", Unit.TIME, "from the intended raise to its handler"),
          new Metric("latency.pN", Unit.TIME, "percentile N, such as p50 or p99.9"),
          new Metric("irq.N", Unit.COUNT, "the row of irq N, all CPUs"),
          new Metric("irq.N.cpuM", Unit.COUNT, "the row of irq N, CPU M"),
          new Metric("irq.N.latency.pN", Unit.TIME, "a percentile of irq N alone"),
          new Metric("row.LABEL", Unit.COUNT, "a named row such as LOC or RES, all CPUs"),
          new Metric("row.LABEL.cpuM", Unit.COUNT, "a named row, CPU M"),
          new Metric("busy%", Unit.PERCENT, "time in interrupt handlers, all CPUs"),
          new Metric("busy%.cpuM", Unit.PERCENT, "time in interrupt handlers, CPU M"),
          new Metric("end", Unit.TIME, "when the last handler ended, from the end of boot"));

  /** The one that a name is of, or null. */
  public static Metric of(String name) {
    for (Metric metric : ALL) {
      if (metric.matches(name)) {
        return metric;
      }
    }
    return null;
  }

  private boolean matches(String name) {
    String regex = Pattern.quote(form);
    regex = regex.replace(".pN", ".p\\E(\\d{1,2}(\\.\\d{1,4})?|100)\\Q");
    regex = regex.replace("irq.N", "irq.\\E\\d{1,5}\\Q").replace("cpuM", "cpu\\E\\d{1,4}\\Q");
    regex = regex.replace("LABEL", "\\E[A-Za-z0-9]{1,8}\\Q");
    return name.matches(regex);
  }
}
