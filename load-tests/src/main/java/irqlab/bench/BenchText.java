package irqlab.bench;

import java.util.List;
import java.util.Locale;

/** The figures of a {@link Bench} as a table for people. */
public final class BenchText {
  private BenchText() {}

  /** One line a figure, with its goal and what it was measured beside. */
  public static String table(List<Bench.Figure> figures) {
    StringBuilder out = new StringBuilder();
    out.append(String.format("%-5s %8s  %-8s %s%n", "id", "value", "goal", "what"));
    for (Bench.Figure figure : figures) {
      out.append(
          String.format(
              Locale.ROOT,
              "%-5s %8.3f  %-8s %s   (%s)%n",
              figure.id(),
              figure.value(),
              figure.goal(),
              figure.what(),
              figure.remark()));
    }
    return out.toString();
  }
}
