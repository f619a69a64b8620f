package irqlab.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Replays a directory of recordings of interrupt controllers: files {@code *.jsonl}, also
 * compressed as {@code *.jsonl.gz}, one vector in each line.
 *
 * <p>Every vector runs on a machine of its own. Recordings that need interrupt remapping are
 * counted as skipped.
 */
public final class ApicConformance {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Predicate<String> areas;
  private final Predicate<String> ids;
  private final ManualList manual = ManualList.read();
  private byte[] latches;

  /**
   * A runner for some vectors.
   *
   * @param areas which areas to run
   * @param ids which vectors to run
   */
  public ApicConformance(Predicate<String> areas, Predicate<String> ids) {
    this.areas = areas;
    this.ids = ids;
  }

  /** A runner for all vectors. */
  public ApicConformance() {
    this(area -> true, id -> true);
  }

  /**
   * Replays every vector of a directory.
   *
   * @throws IOException when the directory or a file in it cannot be read
   */
  public ConformanceReport run(Path directory) throws IOException {
    ConformanceReport report = new ConformanceReport(manual);
    for (Path file : recordings(directory)) {
      runFile(file, report);
    }
    return report;
  }

  /**
   * The files of a directory that have vectors, sorted.
   *
   * @throws IOException when the directory cannot be read
   */
  public static List<Path> recordings(Path directory) throws IOException {
    try (Stream<Path> listed = Files.list(directory)) {
      return listed.filter(ApicConformance::isRecording).sorted().toList();
    }
  }

  private static boolean isRecording(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
  }

  private void runFile(Path file, ConformanceReport report) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      int number = 0;
      latches = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          runLine(file.getFileName().toString(), number, line, report);
        }
      }
    }
  }

  /** Replays one line of a file of this name. */
  void runLine(String file, int number, String line, ConformanceReport report) {
    try {
      ApicVector vector = ApicVector.of(file, number, JSON.readTree(line));
      if (areas.test(vector.area()) && ids.test(vector.id())) {
        judge(vector, report);
      }
    } catch (JsonProcessingException e) {
      report.malformed(file, number, "is not JSON: " + e.getOriginalMessage());
    } catch (MalformedVectorException e) {
      report.malformed(file, number, e.getMessage());
    } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
      // What the readers of single fields let through and a chip cannot be asked.
      report.malformed(file, number, "cannot be replayed: " + e);
    }
  }

  private void judge(ApicVector vector, ConformanceReport report) {
    if (vector.needsRemapping()) {
      report.skipped(vector);
      return;
    }
    List<Difference> differences;
    try {
      differences = replay(vector);
    } catch (IllegalStateException e) {
      // A fault of ours stops one machine; the vectors after it still run.
      report.failed(vector, List.of(Difference.stopped(e)));
      return;
    }
    Optional<Set<ManualClass>> explained = manual.explain(vector, differences);
    if (differences.isEmpty()) {
      report.passed(vector);
    } else if (explained.isPresent()) {
      report.followedManual(vector, explained.get());
    } else {
      report.failed(vector, differences);
    }
  }

  // The recorder put its one machine back by lowering pins and writing entries, which does not
  // reach the request latch of a pin whose line fell while its entry was edge. A vector that starts
  // so is tried with what the vectors before it in the file left, and then from a fresh machine.
  private List<Difference> replay(ApicVector vector) {
    if (!vector.usesIoApic()) {
      return new ApicReplay(vector, null).run();
    }
    byte[] before = latches;
    ApicReplay replay = new ApicReplay(vector, before);
    List<Difference> differences = replay.run();
    latches = replay.latches();
    return before == null || differences.isEmpty()
        ? differences
        : new ApicReplay(vector, null).run();
  }
}
