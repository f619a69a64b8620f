package irqlab.report;

import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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

  private RunDirectory(Path path) {
    this.path = path;
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
        link(runs.resolve("last"), path.getFileName());
        return new RunDirectory(path);
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
    return new RunDirectory(path);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** Writes what is known before the run. */
  public void write(Scenario scenario) throws IOException {
    write("scenario.conf", ScenarioWriter.write(scenario));
  }

  /** Writes the results. */
  public void write(RunReport report) throws IOException {
    write("interrupts.txt", InterruptsText.of(report.result()));
    write("irqs.csv", IrqsCsv.of(report));
    write("latency.hlog", LatencyLog.of(report));
    write("summary.json", SummaryJson.of(report));
  }

  private void write(String name, String text) throws IOException {
    Files.write(path.resolve(name), text.getBytes(StandardCharsets.UTF_8));
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
