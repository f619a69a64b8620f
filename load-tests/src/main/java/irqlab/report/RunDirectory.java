package irqlab.report;

import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The folder of one run: {@code scenario.conf}, {@code summary.json}, {@code interrupts.txt},
 * {@code irqs.csv}, {@code latency.hlog}.
 *
 * <p>Folders are numbered per name, and {@code last} names the newest: a symbolic link, or a file
 * with the name where links cannot be made.
 */
public final class RunDirectory {
  /** Where runs go when nothing else is said. */
  public static final Path RUNS = Path.of("runs");

  private static final int NUMBERS = 100_000;

  private final Path path;
  private final boolean numbered;

  private RunDirectory(Path path, boolean numbered) {
    this.path = path;
    this.numbered = numbered;
  }

  /**
   * Makes the next folder for a scenario.
   *
   * @param runs where the folders are; made when it is missing
   * @throws IOException when it cannot be made
   */
  public static RunDirectory next(Path runs, String name) throws IOException {
    Files.createDirectories(runs);
    for (int number = highest(runs, name) + 1; number < NUMBERS; number++) {
      Path path = runs.resolve(String.format(Locale.ROOT, "%s-%04d", name, number));
      try {
        Files.createDirectory(path);
        return new RunDirectory(path, true);
      } catch (FileAlreadyExistsException taken) {
        // Another run took this number between the look and the making.
      }
    }
    throw new IOException(runs + " holds " + NUMBERS + " runs of " + name);
  }

  /**
   * Takes a folder that somebody named; files of an earlier run there are replaced.
   *
   * @throws IOException when it cannot be made
   */
  public static RunDirectory at(Path path) throws IOException {
    Files.createDirectories(path);
    return new RunDirectory(path, false);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** Writes what is known before the run. */
  public void write(Scenario scenario) throws IOException {
    write("scenario.conf", ScenarioWriter.write(scenario));
    if (numbered) {
      link(path.resolveSibling("last"), path.getFileName());
    }
  }

  /**
   * Writes the results. A file that does not fit is not there afterwards, not even in part; the
   * others are.
   *
   * @throws IOException when one cannot be written; says which
   */
  public void write(RunReport report) throws IOException {
    Map<String, Supplier<String>> files = new LinkedHashMap<>();
    files.put("interrupts.txt", () -> InterruptsText.of(report.result()));
    files.put("irqs.csv", () -> IrqsCsv.of(report));
    files.put("latency.hlog", () -> LatencyLog.of(report));
    files.put("summary.json", () -> SummaryJson.of(report));
    List<String> missing = new ArrayList<>();
    IOException why = null;
    for (Map.Entry<String, Supplier<String>> each : files.entrySet()) {
      try {
        write(each.getKey(), each.getValue().get());
      } catch (IOException broken) {
        missing.add(each.getKey());
        why = broken;
      }
    }
    if (why instanceof FileSystemException) {
      throw why;
    }
    if (why != null) {
      throw new IOException(why.getMessage() + ": " + String.join(", ", missing), why);
    }
  }

  /** Takes the folder away again when nothing is in it. */
  public void undo() {
    try {
      Files.delete(path);
    } catch (IOException used) {
      // Something is in it, or it cannot be reached.
    }
  }

  private void write(String name, String text) throws IOException {
    Path part = path.resolve(name + ".part");
    Path whole = path.resolve(name);
    try {
      Files.write(part, text.getBytes(StandardCharsets.UTF_8));
      Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException broken) {
      remove(part);
      // That of an earlier run would be taken for this one's.
      remove(whole);
      throw broken;
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      // What is told is why it could not be written.
    }
  }

  private static int highest(Path runs, String name) throws IOException {
    try (Stream<Path> entries = Files.list(runs)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(entry -> entry.startsWith(name + "-"))
          .map(entry -> entry.substring(name.length() + 1))
          .filter(number -> number.matches("\\d{4,5}"))
          .mapToInt(Integer::parseInt)
          .max()
          .orElse(0);
    }
  }

  private static void link(Path last, Path target) throws IOException {
    Files.deleteIfExists(last);
    try {
      Files.createSymbolicLink(last, target);
    } catch (UnsupportedOperationException | IOException noLinks) {
      Files.writeString(last, target + "\n");
    }
  }
}
