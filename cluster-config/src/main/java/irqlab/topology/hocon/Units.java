package irqlab.topology.hocon;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times, counts and rates as people write them. All exact: what was written comes back. */
public final class Units {
  /** Longest time: 30 days. */
  public static final long TIME_MAX_PS = 30L * 24 * 3600 * 1_000_000_000_000L;

  private static final String NUMBER = "(-?\\d{1,18}(?:\\.\\d{1,12})?)";
  private static final Pattern TIME = Pattern.compile(NUMBER + "\\s*(ps|ns|us|ms|s)");
  private static final Pattern COUNT = Pattern.compile(NUMBER + "([kMG]?)");
  private static final String[] TIME_UNITS = {"s", "ms", "us", "ns", "ps"};

  private Units() {}

  /** Reads {@code 1.2us} as picoseconds; empty when it is no time or not a whole number of ps. */
  public static OptionalLong timePs(String text) {
    Matcher parts = TIME.matcher(text);
    if (!parts.matches()) {
      return OptionalLong.empty();
    }
    return whole(new BigDecimal(parts.group(1)).multiply(picoseconds(parts.group(2))));
  }

  /** Reads {@code 250k}, {@code 1.5M} or {@code 1000}; empty when it is no whole number. */
  public static OptionalLong count(String text) {
    Optional<BigDecimal> number = number(text);
    return number.isPresent() ? whole(number.get()) : OptionalLong.empty();
  }

  /** Reads {@code 350k/s} as events per second; empty when it is no rate. */
  public static OptionalDouble ratePerS(String text) {
    String trimmed = text.strip();
    if (!trimmed.endsWith("/s")) {
      return OptionalDouble.empty();
    }
    Optional<BigDecimal> number = number(trimmed.substring(0, trimmed.length() - 2).strip());
    return number.isPresent()
        ? OptionalDouble.of(number.get().doubleValue())
        : OptionalDouble.empty();
  }

  /** Reads a number with an optional k, M or G. */
  public static Optional<BigDecimal> number(String text) {
    Matcher parts = COUNT.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    int power = " kMG".indexOf(parts.group(2).isEmpty() ? ' ' : parts.group(2).charAt(0));
    return Optional.of(new BigDecimal(parts.group(1)).scaleByPowerOfTen(3 * power));
  }

  /** Writes a time in the largest unit that needs at most three decimals: {@code 1.2us}. */
  public static String timeText(long ps) {
    if (ps == 0) {
      return "0ns";
    }
    for (String unit : TIME_UNITS) {
      BigDecimal value = BigDecimal.valueOf(ps).divide(picoseconds(unit));
      boolean large = value.abs().compareTo(BigDecimal.ONE) >= 0;
      if (large && value.stripTrailingZeros().scale() <= 3) {
        return value.stripTrailingZeros().toPlainString() + unit;
      }
    }
    return ps + "ps";
  }

  /** Writes a rate: {@code 350k/s}. */
  public static String rateText(double ratePerS) {
    BigDecimal rate = new BigDecimal(Double.toString(ratePerS));
    BigDecimal thousands = rate.movePointLeft(3);
    boolean whole = thousands.stripTrailingZeros().scale() <= 0 && rate.signum() > 0;
    return whole
        ? thousands.toBigInteger() + "k/s"
        : rate.stripTrailingZeros().toPlainString() + "/s";
  }

  private static BigDecimal picoseconds(String unit) {
    int power =
        unit.equals("ps") ? 0 : unit.equals("s") ? 12 : "num".indexOf(unit.charAt(0)) * 3 + 3;
    return BigDecimal.ONE.scaleByPowerOfTen(power);
  }

  private static OptionalLong whole(BigDecimal value) {
    try {
      return OptionalLong.of(value.longValueExact());
    } catch (ArithmeticException fractionOrOverflow) {
      return OptionalLong.empty();
    }
  }
}
