package irqlab.scenario;

import irqlab.protocol.ArrivalLaw;
import irqlab.topology.hocon.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** When a source raises. Open loops go by the clock, closed loops by completions. */
public sealed interface LoadLaw {
  /** What may be written, for people. */
  String FORMS =
      "every(1us)  poisson(350k/s)  burst(64 every 1ms)  times(0ns, 3us)  queue-depth(8)  saturate";

  /** The law as it is written in a scenario. */
  String text();

  /** Whether completions start it, and not the clock. */
  default boolean closed() {
    return false;
  }

  /**
   * The law as it travels to a device.
   *
   * @param count raises in all, or -1 for no end
   * @param queueDepth of the device, for {@link Saturate}
   * @return empty for {@link Times}, whose raises are sent one by one
   */
  Optional<ArrivalLaw> law(long count, int queueDepth);

  /**
   * One every period, the first at once.
   *
   * @param periodPs at least 1
   */
  record Every(long periodPs) implements LoadLaw {
    @Override
    public String text() {
      return "every(" + Units.timeText(periodPs) + ")";
    }

    @Override
    public Optional<ArrivalLaw> law(long count, int queueDepth) {
      return Optional.of(new ArrivalLaw(ArrivalLaw.Kind.EVERY, periodPs, 0, count));
    }
  }

  /**
   * A Poisson process, the first after one distance.
   *
   * @param ratePerS mean rate; the mean distance is rounded to a whole picosecond
   */
  record Poisson(double ratePerS) implements LoadLaw {
    @Override
    public String text() {
      return "poisson(" + Units.rateText(ratePerS) + ")";
    }

    @Override
    public Optional<ArrivalLaw> law(long count, int queueDepth) {
      long meanPs = Math.max(1, Math.round(1e12 / ratePerS));
      return Optional.of(new ArrivalLaw(ArrivalLaw.Kind.POISSON, meanPs, 0, count));
    }
  }

  /**
   * Several at the same time every period, the first at once.
   *
   * @param size at least 1
   * @param periodPs at least 1
   */
  record Burst(long size, long periodPs) implements LoadLaw {
    @Override
    public String text() {
      return "burst(" + size + " every " + Units.timeText(periodPs) + ")";
    }

    @Override
    public Optional<ArrivalLaw> law(long count, int queueDepth) {
      return Optional.of(new ArrivalLaw(ArrivalLaw.Kind.BURST, periodPs, size, count));
    }
  }

  /** A closed loop as deep as the queue of the device. */
  record Saturate() implements LoadLaw {
    @Override
    public String text() {
      return "saturate";
    }

    @Override
    public boolean closed() {
      return true;
    }

    @Override
    public Optional<ArrivalLaw> law(long count, int queueDepth) {
      return Optional.of(new ArrivalLaw(ArrivalLaw.Kind.QUEUE_DEPTH, queueDepth, 0, count));
    }
  }

  /**
   * At these times after the start.
   *
   * @param timesPs ascending; equal times are raised together
   */
  record Times(List<Long> timesPs) implements LoadLaw {
    /** Copies the times. */
    public Times {
      timesPs = List.copyOf(timesPs);
    }

    @Override
    public String text() {
      return timesPs.stream().map(Units::timeText).collect(Collectors.joining(", ", "times(", ")"));
    }

    @Override
    public Optional<ArrivalLaw> law(long count, int queueDepth) {
      return Optional.empty();
    }
  }

  /**
   * A closed loop: so many commands are always outstanding.
   *
   * @param depth at least 1
   */
  record QueueDepth(int depth) implements LoadLaw {
    @Override
    public String text() {
      return "queue-depth(" + depth + ")";
    }

    @Override
    public boolean closed() {
      return true;
    }

    @Override
    public Optional<ArrivalLaw> law(long count, int queueDepth) {
      return Optional.of(new ArrivalLaw(ArrivalLaw.Kind.QUEUE_DEPTH, depth, 0, count));
    }
  }

  /**
   * Reads one of {@link #FORMS}; empty when it is none of them, or a time or rate is not positive.
   */
  static Optional<LoadLaw> parse(String text) {
    if (text.strip().equals("saturate")) {
      return Optional.of(new Saturate());
    }
    Matcher call = Pattern.compile("([a-z-]+)\\((.*)\\)").matcher(text.strip());
    if (!call.matches()) {
      return Optional.empty();
    }
    String inside = call.group(2).strip();
    return switch (call.group(1)) {
      case "every" -> positive(Units.timePs(inside)).map(Every::new);
      case "poisson" -> poisson(inside);
      case "burst" -> burst(inside);
      case "times" -> times(inside);
      case "queue-depth" ->
          positive(Units.count(inside))
              .filter(depth -> depth <= 65535)
              .map(depth -> new QueueDepth(depth.intValue()));
      default -> Optional.empty();
    };
  }

  private static Optional<LoadLaw> poisson(String inside) {
    OptionalDouble rate = Units.ratePerS(inside);
    boolean good = rate.isPresent() && rate.getAsDouble() >= 1e-3 && rate.getAsDouble() <= 1e12;
    return good ? Optional.of(new Poisson(rate.getAsDouble())) : Optional.empty();
  }

  private static Optional<LoadLaw> burst(String inside) {
    Matcher parts = Pattern.compile("(\\S+)\\s+every\\s+(.+)").matcher(inside);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Optional<Long> size = positive(Units.count(parts.group(1))).filter(count -> count <= 1 << 20);
    Optional<Long> period = positive(Units.timePs(parts.group(2).strip()));
    return size.isPresent() && period.isPresent()
        ? Optional.of(new Burst(size.get(), period.get()))
        : Optional.empty();
  }

  private static Optional<LoadLaw> times(String inside) {
    List<Long> times = new ArrayList<>();
    long last = 0;
    for (String part : inside.split(",")) {
      OptionalLong time = Units.timePs(part.strip());
      if (time.isEmpty() || time.getAsLong() < last) {
        return Optional.empty();
      }
      last = time.getAsLong();
      times.add(last);
    }
    return Optional.of(new Times(times));
  }

  private static Optional<Long> positive(OptionalLong number) {
    return number.isPresent() && number.getAsLong() >= 1
        ? Optional.of(number.getAsLong())
        : Optional.empty();
  }
}
