package irqlab.live;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * How late a live run was against its own times: a machine on the wall clock keeps the times that
 * were intended, and what comes after them is counted here.
 */
public final class Lateness {
  private static final long NS_MAX = 1L << 60;

  private final Histogram alarmsNs = new Histogram(2);
  private final Histogram arrivalsNs = new Histogram(2);

  /** Alarms of all components, from when they were due, nanoseconds of wall time. */
  public Histogram alarmsNs() {
    return alarmsNs;
  }

  /** Raises of devices, from when they were intended, nanoseconds of machine time. */
  public Histogram arrivalsNs() {
    return arrivalsNs;
  }

  void add(Meter meter) {
    alarmsNs.add(meter.lateNs());
    arrivalsNs.add(meter.arrivalsLateNs());
  }

  void add(Lateness other) {
    alarmsNs.add(other.alarmsNs);
    arrivalsNs.add(other.arrivalsNs);
  }

  void write(StateWriter out) {
    write(alarmsNs, out);
    write(arrivalsNs, out);
  }

  static Lateness read(StateReader in) {
    Lateness read = new Lateness();
    read(read.alarmsNs, in);
    read(read.arrivalsNs, in);
    return read;
  }

  private static void write(Histogram histogram, StateWriter out) {
    int at = out.length();
    out.putInt(0);
    int values = 0;
    for (HistogramIterationValue each : histogram.recordedValues()) {
      out.putLong(each.getValueIteratedTo());
      out.putLong(each.getCountAtValueIteratedTo());
      values++;
    }
    out.setInt(at, values);
  }

  private static void read(Histogram into, StateReader in) {
    for (int left = in.count(16); left > 0; left--) {
      long ns = in.getLong();
      long count = in.getLong();
      if (ns < 0 || ns > NS_MAX || count < 1) {
        throw new MalformedStateException("lateNs=" + ns + " count=" + count);
      }
      into.recordValueWithCount(ns, count);
    }
  }
}
