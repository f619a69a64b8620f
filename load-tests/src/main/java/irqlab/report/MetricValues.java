package irqlab.report;

import irqlab.cpu.linux.ProcTable;
import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.LedgerRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** The figures of {@link irqlab.scenario.Metric} for one run. */
final class MetricValues {
  private static final Pattern PERCENTILE = Pattern.compile("p([\\d.]+)");
  private static final Pattern IRQ = Pattern.compile("irq\\.(\\d+)(?:\\.(.+))?");
  private static final Pattern ROW = Pattern.compile("row\\.([A-Za-z0-9]+)(?:\\.cpu(\\d+))?");
  private static final Pattern BUSY = Pattern.compile("busy%(?:\\.cpu(\\d+))?");

  private final RunReport report;
  private final RunResult result;

  /** A value in the unit of its metric, or why there is none. */
  record Figure(Optional<BigDecimal> value, String why) {
    static Figure of(long value) {
      return of(BigDecimal.valueOf(value));
    }

    static Figure of(BigDecimal value) {
      return new Figure(Optional.of(value), "");
    }

    static Figure none(String why) {
      return new Figure(Optional.empty(), why);
    }

    /** {@code part} of {@code whole} in per cent. */
    static Figure percent(long part, long whole) {
      if (whole == 0) {
        return none("there is nothing to take per cent of");
      }
      BigDecimal hundredfold = BigDecimal.valueOf(part).movePointRight(2);
      return of(hundredfold.divide(BigDecimal.valueOf(whole), 9, RoundingMode.HALF_UP));
    }
  }

  MetricValues(RunReport report) {
    this.report = report;
    this.result = report.result();
  }

  Figure of(String metric) {
    Tally devices = report.devices();
    return switch (metric) {
      case "raised" -> Figure.of(devices.raised());
      case "handled" -> Figure.of(devices.handled());
      case "handled%" -> Figure.percent(devices.handled(), devices.raised());
      case "collapsed" -> Figure.of(devices.collapsed());
      case "collapsed%" -> Figure.percent(devices.collapsed(), devices.raised());
      case "collapsed-irr" -> Figure.of(devices.fate(Fate.COLLAPSED_IRR));
      case "collapsed-pba" -> Figure.of(devices.fate(Fate.COLLAPSED_PBA));
      case "collapsed-descriptor" -> Figure.of(devices.fate(Fate.COLLAPSED_DESCRIPTOR));
      case "collapsed-line" -> Figure.of(devices.fate(Fate.COLLAPSED_LINE));
      case "lost" -> Figure.of(devices.lost());
      case "lost%" -> Figure.percent(devices.lost(), devices.raised());
      case "pending" -> Figure.of(devices.pending());
      case "duplicated" -> duplicated();
      case "order-violations" -> Figure.of(report.outOfOrder());
      case "order.same-receiver" -> Figure.of(report.order().violations());
      case "order.across" -> Figure.of(report.order().devices().acceptedOvertaken());
      case "order.before-eoi" -> Figure.of(report.order().devices().beforeEoi());
      case "order.before-data" -> Figure.of(report.order().beforeData());
      case "messages" -> counter(Counter.MESSAGES_SENT);
      case "runs" -> counter(Counter.HANDLER_RUNS);
      case "none" -> counter(Counter.HANDLER_NONE);
      case "none%" ->
          Figure.percent(
              report.counter(Counter.HANDLER_NONE), report.counter(Counter.HANDLER_RUNS));
      case "spurious" -> counter(Counter.SPURIOUS);
      case "ticks" -> counter(Counter.TICKS);
      case "ipis" -> counter(Counter.IPIS_SENT);
      case "level.re-fires" -> counter(Counter.LEVEL_RESENT);
      case "moves" -> counter(Counter.MOVES_DONE);
      case "moves.requested" -> counter(Counter.MOVES_REQUESTED);
      case "moves.dropped" -> counter(Counter.MOVES_DROPPED);
      case "moves.delivered-to-old-cpu" -> counter(Counter.MOVES_OLD_CPU);
      case "end" -> end();
      default -> patterned(metric);
    };
  }

  private Figure patterned(String metric) {
    if (metric.startsWith("latency.")) {
      return latency(report.latencyNs(), metric.substring("latency.".length()));
    }
    Matcher irq = IRQ.matcher(metric);
    if (irq.matches()) {
      return irq(Integer.parseInt(irq.group(1)), irq.group(2));
    }
    Matcher row = ROW.matcher(metric);
    if (row.matches()) {
      return row(row.group(1), row.group(2));
    }
    Matcher busy = BUSY.matcher(metric);
    if (busy.matches()) {
      return busy(busy.group(1));
    }
    return Figure.none("there is no figure of this name");
  }

  private Figure counter(Counter counter) {
    return Figure.of(report.counter(counter));
  }

  // A raise that is closed once too often leaves its row with more fates than raises.
  private Figure duplicated() {
    long twice = 0;
    for (LedgerRow row : result.ledger().rows()) {
      if (!row.balanced() && row.missing() == 0) {
        return Figure.none("a row of the ledger closes in number and not in name");
      }
      twice += Math.max(0, -row.missing());
    }
    return Figure.of(twice);
  }

  private Figure latency(Histogram latency, String which) {
    if (latency == null || latency.getTotalCount() == 0) {
      return Figure.none("no interrupt was handled");
    }
    Matcher percentile = PERCENTILE.matcher(which);
    if (percentile.matches()) {
      double rank = Double.parseDouble(percentile.group(1));
      return ns(latency.getValueAtPercentile(rank));
    }
    return switch (which) {
      case "min" -> ns(latency.getMinValue());
      case "max" -> ns(latency.getMaxValue());
      case "mean" -> Figure.of(BigDecimal.valueOf(Math.round(latency.getMean() * 1000)));
      default -> Figure.none("there is no figure of this name");
    };
  }

  private static Figure ns(long ns) {
    return Figure.of(ns * 1000);
  }

  private Figure irq(int number, String part) {
    Optional<IrqRow> row = report.irq(number);
    if (row.isEmpty()) {
      return Figure.none("irq " + number + " is not in /proc/interrupts");
    }
    if (part == null) {
      return Figure.of(row.get().counted());
    }
    return part.startsWith("latency.")
        ? latency(row.get().latencyNs(), part.substring("latency.".length()))
        : ofCpu(row.get().printed().counts(), part.substring("cpu".length()));
  }

  private Figure row(String label, String cpu) {
    for (ProcTable.Row row : report.interrupts().rows()) {
      if (row.label().equals(label) && !(row instanceof ProcTable.Device)) {
        return cpu == null ? Figure.of(sum(row.counts())) : ofCpu(row.counts(), cpu);
      }
    }
    return Figure.none("/proc/interrupts has no row " + label);
  }

  private static Figure ofCpu(long[] counts, String cpu) {
    int index = Integer.parseInt(cpu);
    return index < counts.length
        ? Figure.of(counts[index])
        : Figure.none("there is no CPU " + index + " in this row");
  }

  private Figure busy(String cpu) {
    int from = cpu == null ? 0 : Integer.parseInt(cpu);
    int cpus = report.topology().cpus();
    int last = cpu == null ? cpus - 1 : from;
    if (last >= cpus) {
      return Figure.none("there is no CPU " + last);
    }
    long busy = 0;
    for (int each = from; each <= last; each++) {
      OptionalLong time = core(each).value("interrupts.ps");
      if (time.isEmpty()) {
        return Figure.none("CPU " + each + " did not tell how long it was in handlers");
      }
      busy += time.getAsLong();
    }
    long sinceBoot = result.modelPs() - Math.max(0, result.bootPs());
    return Figure.percent(busy / (last - from + 1), sinceBoot);
  }

  private Figure end() {
    LongUnaryOperator lastOf = cpu -> core((int) cpu).value("interrupts.last_ps").orElse(-1);
    long last = -1;
    for (int cpu = 0; cpu < report.topology().cpus(); cpu++) {
      last = Math.max(last, lastOf.applyAsLong(cpu));
    }
    return last < 0
        ? Figure.none("no handler ended")
        : Figure.of(Math.max(0, last - Math.max(0, result.bootPs())));
  }

  private Snapshot core(int cpu) {
    return result.component("cpu/" + cpu + "/core");
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
