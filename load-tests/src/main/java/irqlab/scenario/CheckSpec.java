package irqlab.scenario;

import irqlab.topology.hocon.Units;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must hold at the end of a run.
 *
 * @param metric name of a {@link Metric}
 * @param op how it is compared
 * @param value with what: a count, per cent, or picoseconds
 * @param text the comparison as it was written, {@code < 5us}
 */
public record CheckSpec(String metric, Op op, BigDecimal value, String text) {
  private static final Pattern COMPARISON = Pattern.compile("(==|!=|<=|>=|<|>)\\s*(\\S.*)");
  private static final Pattern EXPRESSION = Pattern.compile("([^\\s=!<>]+)\\s*(.*)");

  /** How a metric is compared. */
  public enum Op {
    /** Equal. */
    EQUAL("=="),
    /** Not equal. */
    NOT_EQUAL("!="),
    /** Less or equal. */
    AT_MOST("<="),
    /** Greater or equal. */
    AT_LEAST(">="),
    /** Less. */
    LESS("<"),
    /** Greater. */
    GREATER(">"),
    /** Shown, and never fails. */
    REPORT("report");

    private final String text;

    Op(String text) {
      this.text = text;
    }

    /** The sign in a scenario. */
    public String text() {
      return text;
    }
  }

  /** Reads a whole expression, {@code latency.p99 < 50us}; empty when it is none. */
  public static Optional<CheckSpec> parse(String expression) {
    Matcher parts = EXPRESSION.matcher(expression.strip());
    return parts.matches() ? parse(parts.group(1), parts.group(2)) : Optional.empty();
  }

  /**
   * Reads a comparison with a metric.
   *
   * @param metric its name
   * @param comparison {@code < 5us}, {@code == 0} or {@code report}
   * @return empty when there is no such metric, or the value is not of its unit
   */
  public static Optional<CheckSpec> parse(String metric, String comparison) {
    Metric known = Metric.of(metric);
    String text = comparison.strip();
    if (known == null) {
      return Optional.empty();
    }
    if (text.equals("report")) {
      return Optional.of(new CheckSpec(metric, Op.REPORT, BigDecimal.ZERO, text));
    }
    Matcher parts = COMPARISON.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Optional<BigDecimal> value = value(known.unit(), parts.group(2).strip());
    return value.map(number -> new CheckSpec(metric, op(parts.group(1)), number, text));
  }

  private static Op op(String sign) {
    for (Op op : Op.values()) {
      if (op.text().equals(sign)) {
        return op;
      }
    }
    throw new IllegalStateException("sign=" + sign);
  }

  private static Optional<BigDecimal> value(Metric.Unit unit, String text) {
    switch (unit) {
      case TIME:
        OptionalLong time = Units.timePs(text);
        return time.isPresent() && time.getAsLong() >= 0
            ? Optional.of(BigDecimal.valueOf(time.getAsLong()))
            : Optional.empty();
      case PERCENT:
        return Units.number(text.endsWith("%") ? text.substring(0, text.length() - 1) : text)
            .filter(number -> number.signum() >= 0);
      default:
        return Units.number(text.replace("_", "")).filter(number -> number.signum() >= 0);
    }
  }

  /** Whether it holds for a value in the metric's unit. */
  public boolean holds(BigDecimal actual) {
    int order = actual.compareTo(value);
    return switch (op) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case AT_MOST -> order <= 0;
      case AT_LEAST -> order >= 0;
      case LESS -> order < 0;
      case GREATER -> order > 0;
      case REPORT -> true;
    };
  }

  /** The whole expression. */
  public String expression() {
    return metric + " " + text;
  }
}
