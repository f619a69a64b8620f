package irqlab.topology;

import irqlab.topology.hocon.Units;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is added to the cost of each handler run, drawn anew for each. */
public sealed interface JitterLaw {
  /** Nothing is added. */
  JitterLaw NONE = new None();

  /** The law as it is written in a scenario. */
  String text();

  /** Nothing is added. */
  record None() implements JitterLaw {
    @Override
    public String text() {
      return "none";
    }
  }

  /**
   * Exponentially distributed.
   *
   * @param meanPs mean, at least 1
   */
  record Exponential(long meanPs) implements JitterLaw {
    @Override
    public String text() {
      return "exp(" + Units.timeText(meanPs) + ")";
    }
  }

  /**
   * Any value of a range, all alike.
   *
   * @param fromPs smallest
   * @param toPs largest, inclusive
   */
  record Uniform(long fromPs, long toPs) implements JitterLaw {
    @Override
    public String text() {
      return "uniform(" + Units.timeText(fromPs) + ", " + Units.timeText(toPs) + ")";
    }
  }

  /** Reads {@code none}, {@code exp(300ns)} or {@code uniform(0ns, 1us)}; empty when it is none. */
  static Optional<JitterLaw> parse(String text) {
    if (text.equals("none")) {
      return Optional.of(NONE);
    }
    Matcher call = Pattern.compile("(exp|uniform)\\(([^,()]+)(?:,([^,()]+))?\\)").matcher(text);
    if (!call.matches()) {
      return Optional.empty();
    }
    OptionalLong first = Units.timePs(call.group(2).strip());
    if (call.group(1).equals("exp")) {
      boolean good = call.group(3) == null && first.orElse(0) >= 1;
      return good ? Optional.of(new Exponential(first.getAsLong())) : Optional.empty();
    }
    OptionalLong last =
        call.group(3) == null ? OptionalLong.empty() : Units.timePs(call.group(3).strip());
    boolean good = first.orElse(-1) >= 0 && last.orElse(-1) >= first.orElse(0);
    return good ? Optional.of(new Uniform(first.getAsLong(), last.getAsLong())) : Optional.empty();
  }
}
