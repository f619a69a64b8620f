package irqlab.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What came of a replay, by area, and how it is told. */
public final class ConformanceReport {
  /** Exit code when all is well. */
  public static final int EXIT_OK = 0;

  /** Exit code when a vector is malformed and none failed. */
  public static final int EXIT_MALFORMED = 3;

  /** Exit code when a vector failed. */
  public static final int EXIT_FAILED = 99;

  private static final int FAILURES_SHOWN = 20;

  private final ManualList manual;
  private final TreeMap<String, Area> areas = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private final List<Judged> judged = new ArrayList<>();
  private final List<String> malformed = new ArrayList<>();

  /** Counts of one area. */
  public static final class Area {
    private int passed;
    private int failed;
    private int followedManual;
    private int skipped;

    /** Vectors of which everything is as recorded. */
    public int passed() {
      return passed;
    }

    /** Vectors with a difference that no class explains. */
    public int failed() {
      return failed;
    }

    /** Vectors with differences, all of them explained by the manual. */
    public int followedManual() {
      return followedManual;
    }

    /** Vectors that were not run. */
    public int skipped() {
      return skipped;
    }

    private void add(Area other) {
      passed += other.passed;
      failed += other.failed;
      followedManual += other.followedManual;
      skipped += other.skipped;
    }
  }

  private record Failure(ApicVector vector, Difference first) {}

  private record Judged(ApicVector vector, Set<ManualClass> classes) {}

  ConformanceReport(ManualList manual) {
    this.manual = manual;
  }

  void passed(ApicVector vector) {
    area(vector).passed++;
  }

  void failed(ApicVector vector, List<Difference> differences) {
    area(vector).failed++;
    failures.add(new Failure(vector, differences.get(0)));
  }

  void followedManual(ApicVector vector, Set<ManualClass> classes) {
    area(vector).followedManual++;
    judged.add(new Judged(vector, classes));
  }

  void skipped(ApicVector vector) {
    area(vector).skipped++;
  }

  void malformed(String file, int line, String what) {
    malformed.add(file + ":" + line + ": " + what);
  }

  private Area area(ApicVector vector) {
    return areas.computeIfAbsent(vector.area(), name -> new Area());
  }

  /** Counts by area, in the order of names. */
  public TreeMap<String, Area> areas() {
    return areas;
  }

  /** The sum of all areas. */
  public Area total() {
    Area total = new Area();
    areas.values().forEach(total::add);
    return total;
  }

  /** Malformed vectors: file, line and what is wrong. */
  public List<String> malformed() {
    return List.copyOf(malformed);
  }

  /** Failures as they are printed, all of them. */
  public List<String> failures() {
    return failures.stream().map(ConformanceReport::text).toList();
  }

  /** Ids of the vectors that follow the manual instead of the recording. */
  public List<String> followedManual() {
    return judged.stream().map(each -> each.vector.id()).toList();
  }

  /** The exit code of a command that made this report. */
  public int exitCode() {
    if (!failures.isEmpty()) {
      return EXIT_FAILED;
    }
    return malformed.isEmpty() ? EXIT_OK : EXIT_MALFORMED;
  }

  /**
   * Prints a line for each area, the totals, and the failures.
   *
   * @param all every failure, not only the first ones
   * @param withManual the list of what follows the manual, too
   */
  public void print(PrintWriter out, boolean all, boolean withManual) {
    areas.forEach((name, area) -> out.println(String.format("%-16s", name) + counts(area)));
    out.println(counts(total()).strip());
    int shown = all ? failures.size() : Math.min(FAILURES_SHOWN, failures.size());
    failures.stream().limit(shown).forEach(failure -> out.println(text(failure)));
    if (shown < failures.size()) {
      out.println("... " + (failures.size() - shown) + " more: --all shows them");
    }
    malformed.forEach(line -> out.println("malformed: " + line));
    if (withManual) {
      printManual(out);
    }
    out.flush();
  }

  private static String counts(Area area) {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%4d passed, %d failed", area.passed, area.failed));
    if (area.followedManual > 0) {
      text.append(", ").append(area.followedManual).append(" followed manual");
    }
    if (area.skipped > 0) {
      text.append(", ").append(area.skipped).append(" skipped");
    }
    return text.toString();
  }

  private static String text(Failure failure) {
    Difference first = failure.first;
    return String.format(
        "FAILED %s (%s:%d) step %d %s: %s expected %s, actual %s",
        failure.vector.id(),
        failure.vector.file(),
        failure.vector.line(),
        first.step(),
        first.op(),
        first.field(),
        first.expected(),
        first.actual());
  }

  private void printManual(PrintWriter out) {
    out.println("Followed the manual instead of the recording:");
    for (ManualClass each : ManualClass.values()) {
      ManualList.Item item = manual.item(each);
      out.println(item.rule() + " " + item.name() + ": " + item.what());
      out.println("  why: " + item.why());
      judged.stream()
          .filter(vector -> vector.classes.contains(each))
          .forEach(vector -> out.println("  " + vector.vector.id()));
    }
  }

  /** The same as JSON, one line. */
  public String json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("schema", 1);
    put(root, total());
    ArrayNode list = root.putArray("areas");
    areas.forEach((name, area) -> put(list.addObject().put("area", name), area));
    ArrayNode failed = root.putArray("failures");
    for (Failure each : failures) {
      failed
          .addObject()
          .put("id", each.vector.id())
          .put("area", each.vector.area())
          .put("file", each.vector.file())
          .put("line", each.vector.line())
          .put("step", each.first.step())
          .put("op", each.first.op())
          .put("field", each.first.field())
          .put("expected", each.first.expected())
          .put("actual", each.first.actual());
    }
    ArrayNode followed = root.putArray("manual");
    for (Judged each : judged) {
      ArrayNode rules = followed.addObject().put("id", each.vector.id()).putArray("rules");
      each.classes.forEach(one -> rules.add(manual.item(one).rule()));
    }
    malformed.forEach(root.putArray("malformed")::add);
    return root.toString();
  }

  private static void put(ObjectNode node, Area area) {
    node.put("passed", area.passed)
        .put("failed", area.failed)
        .put("followed_manual", area.followedManual)
        .put("skipped", area.skipped);
  }
}
