package irqlab.report;

import irqlab.scenario.Metric;
import irqlab.topology.hocon.Units;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** How the report writes numbers for people. */
final class Numbers {
  private Numbers() {}

  /** Groups of three digits: {@code 1 000 000}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count).replace(',', ' ');
  }

  /** {@code part} of {@code whole}: {@code 84.7 %}; nothing when either is 0. */
  static String percent(long part, long whole) {
    return part == 0 || whole == 0
        ? ""
        : String.format(Locale.ROOT, "%5.1f %%", 100.0 * part / whole);
  }

  /** Nanoseconds as microseconds with two decimals. */
  static String us(long ns) {
    return String.format(Locale.ROOT, "%.2f", ns / 1000.0);
  }

  /** Milliseconds with three decimals. */
  static String ms(long ps) {
    return String.format(Locale.ROOT, "%.3f ms", ps / 1e9);
  }

  /** A value of a metric in the unit in which checks are written. */
  static String value(BigDecimal value, Metric.Unit unit) {
    return switch (unit) {
      case TIME -> Units.timeText(value.longValue());
      case PERCENT -> plain(value.setScale(2, RoundingMode.HALF_UP)) + " %";
      case COUNT -> plain(value);
    };
  }

  /** A number as JSON and CSV have it: no exponent, no zeros behind. */
  static String plain(BigDecimal value) {
    BigDecimal bare = value.stripTrailingZeros();
    return (bare.scale() < 0 ? bare.setScale(0) : bare).toPlainString();
  }

  /** Sixteen hexadecimal digits. */
  static String hex(long value) {
    return String.format(Locale.ROOT, "%016x", value);
  }
}
