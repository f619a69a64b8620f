package irqlab.report;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * {@code latency.hlog}: the histograms of all interrupts in HdrHistogram's log format 1.3, which
 * its plotters read. Values are nanoseconds, the column of maxima is microseconds.
 *
 * <p>One interval, the whole run from the end of boot in machine time; the tag names the interrupt,
 * {@code irq24}. Times count from 0, so that equal runs leave equal files.
 */
public final class LatencyLog {
  private static final double PS_PER_S = 1e12;
  private static final double NS_PER_US = 1000.0;

  private LatencyLog() {}

  /** The whole file. */
  public static String of(RunReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HistogramLogWriter log =
        new HistogramLogWriter(new PrintStream(bytes, false, StandardCharsets.UTF_8));
    log.outputLogFormatVersion();
    log.outputComment("[latency in ns from the intended raise to its handler, machine time]");
    log.outputLegend();
    long modelPs = report.result().modelPs() - Math.max(0, report.result().bootPs());
    for (IrqRow row : report.irqs()) {
      if (row.latencyNs() != null) {
        Histogram histogram = row.latencyNs().copy();
        histogram.setTag("irq" + row.irq());
        log.outputIntervalHistogram(0, modelPs / PS_PER_S, histogram, NS_PER_US);
      }
    }
    log.close();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
