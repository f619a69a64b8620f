package irqlab.live;

import irqlab.runtime.MalformedStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a recording lacks, as the file {@value #FILE} beside the logs says: a line {@code log},
 * path, reason for each component without a log, with tabs between, and a line {@code cut} when
 * messages were lost on their way between two that have one.
 *
 * @param components paths that have no log, and why
 * @param cut whether the last messages of a lane may not have come
 */
public record Unrecorded(Map<String, String> components, boolean cut) {
  /** A recording that is whole. */
  public static final Unrecorded NOTHING = new Unrecorded(Map.of(), false);

  /** Paths in a sentence; the file has all. */
  private static final int LISTED_MAX = 8;

  static final String FILE = "incomplete.txt";

  /** Copies the map, sorted by path. */
  public Unrecorded {
    components = Collections.unmodifiableMap(new TreeMap<>(components));
  }

  /** Whether the recording is whole. */
  public boolean nothing() {
    return components.isEmpty() && !cut;
  }

  /** Sentences for people, one for each reason, such as {@code 3 components have no log: ...}. */
  public List<String> sentences() {
    Map<String, List<String>> byReason = new TreeMap<>();
    components.forEach(
        (path, why) -> byReason.computeIfAbsent(why, any -> new ArrayList<>()).add(path));
    List<String> all = new ArrayList<>();
    byReason.forEach(
        (why, paths) ->
            all.add(
                (paths.size() == 1 ? "1 component has" : paths.size() + " components have")
                    + " no log, as "
                    + why
                    + ": "
                    + some(paths)));
    if (cut) {
      all.add("messages were lost on their way between components that have logs");
    }
    return all;
  }

  private static String some(List<String> paths) {
    int rest = paths.size() - LISTED_MAX;
    return rest <= 0
        ? String.join(", ", paths)
        : String.join(", ", paths.subList(0, LISTED_MAX)) + " and " + rest + " more";
  }

  /** Writes the file; a recording that is whole has none. */
  public void write(Path folder) throws IOException {
    if (nothing()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add("# what this recording lacks; irqlab replay reads it");
    if (cut) {
      lines.add("cut");
    }
    components.forEach(
        (path, why) -> lines.add("log\t" + path + "\t" + why.replaceAll("\\s+", " ")));
    Files.createDirectories(folder);
    Files.write(folder.resolve(FILE), lines);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws MalformedStateException for a line that it does not write
   * @throws IOException when the file is there and cannot be read
   */
  public static Unrecorded read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return NOTHING;
    }
    Map<String, String> components = new TreeMap<>();
    boolean cut = false;
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 3 && fields[0].equals("log")) {
        components.put(fields[1], fields[2]);
      } else if (line.equals("cut")) {
        cut = true;
      } else if (!line.startsWith("#")) {
        throw new MalformedStateException("a line is not one of a recording: " + line);
      }
    }
    return new Unrecorded(components, cut);
  }
}
