package irqlab.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists of CPUs as Linux writes them: {@code 0-3,8}. */
public final class CpuList {
  /** No machine here has more CPUs. */
  public static final int CPU_MAX = 4095;

  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  private CpuList() {}

  /**
   * Reads a list.
   *
   * @return the CPUs, ascending, each once; empty when the text is no list, a range runs backwards
   *     or passes {@link #CPU_MAX}
   */
  public static Optional<List<Integer>> parse(String text) {
    TreeSet<Integer> cpus = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first || last > CPU_MAX) {
        return Optional.empty();
      }
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return Optional.of(List.copyOf(cpus));
  }

  /** Writes ascending CPUs as the shortest list. */
  public static String format(List<Integer> cpus) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int index = 0; index < cpus.size(); index++) {
      boolean ends = index + 1 == cpus.size() || cpus.get(index + 1) != cpus.get(index) + 1;
      if (ends) {
        int first = cpus.get(from);
        int last = cpus.get(index);
        parts.add(first == last ? "" + first : first + "-" + last);
        from = index + 1;
      }
    }
    return String.join(",", parts);
  }
}
