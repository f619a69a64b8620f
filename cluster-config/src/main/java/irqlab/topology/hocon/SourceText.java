package irqlab.topology.hocon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A text with a name, measured before anything parses it.
 *
 * @param name as people gave it
 * @param text at most {@link #SIZE_MAX} bytes of UTF-8, nested at most {@link #DEPTH_MAX} deep
 * @param lines of the text
 */
public record SourceText(String name, String text, List<String> lines) {
  /** 1 MiB: several times a machine of 4096 CPUs and 2048 functions. */
  public static final int SIZE_MAX = 1 << 20;

  /** Levels of braces and brackets, and parts of a dotted path. */
  public static final int DEPTH_MAX = 64;

  /**
   * Reads a file; every fault is added and answered with empty. Never reads past the size limit.
   */
  public static Optional<SourceText> ofFile(String name, Path file, Faults faults) {
    if (Files.isDirectory(file)) {
      faults.addOfFile(FaultCode.E01, name, "it is a folder", "name the .conf file in it");
      return Optional.empty();
    }
    if (!Files.exists(file)) {
      faults.addOfFile(
          FaultCode.E01,
          name,
          "there is no such file",
          "check the path, or list what is built in with   irqlab scenarios");
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return ofStream(name, in, faults);
    } catch (IOException | SecurityException refused) {
      faults.addOfFile(FaultCode.E01, name, "it may not be read", "check the rights of the file");
      return Optional.empty();
    }
  }

  /** Reads a stream up to the size limit; every fault is added and answered with empty. */
  public static Optional<SourceText> ofStream(String name, InputStream in, Faults faults)
      throws IOException {
    byte[] bytes = in.readNBytes(SIZE_MAX + 1);
    if (bytes.length > SIZE_MAX) {
      faults.addOfFile(
          FaultCode.E02,
          name,
          "it is larger than 1 MiB",
          "a scenario is a page of text; name it, not a listing or a recording");
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return of(name, text, faults);
    } catch (CharacterCodingException binary) {
      faults.addOfFile(
          FaultCode.E02, name, "it is binary, not UTF-8 text", "save the scenario as UTF-8 text");
      return Optional.empty();
    }
  }

  /** Measures a text; every fault is added and answered with empty. */
  public static Optional<SourceText> of(String name, String given, Faults faults) {
    String text = given.startsWith("\uFEFF") ? given.substring(1) : given;
    if (text.length() > SIZE_MAX) {
      faults.addOfFile(FaultCode.E02, name, "it is larger than 1 MiB", "make it shorter");
      return Optional.empty();
    }
    if (text.indexOf('\0') >= 0) {
      faults.addOfFile(
          FaultCode.E02, name, "it is binary: it holds NUL bytes", "name a scenario text");
      return Optional.empty();
    }
    if (text.isBlank()) {
      faults.addOfFile(
          FaultCode.E02,
          name,
          "it is empty",
          "start from a built-in one:   irqlab scenarios nvme4 --show > my.conf");
      return Optional.empty();
    }
    SourceText source = new SourceText(name, text, text.lines().toList());
    int line = new DepthScan(text).lineTooDeep();
    if (line > 0) {
      faults.add(
          new Fault(
              FaultCode.E02,
              source.spot(line),
              "",
              1,
              "nested deeper than " + DEPTH_MAX + " levels",
              "",
              "",
              "no scenario needs more than 8; look for a brace that is opened again and again"));
      return Optional.empty();
    }
    return Optional.of(source);
  }

  /** The place of a line; its text is empty when there is no such line. */
  public Spot spot(int line) {
    boolean known = line >= 1 && line <= lines.size();
    return new Spot(name, Math.max(line, 0), known ? lines.get(line - 1) : "");
  }

  /** Counts brackets and dots outside of strings and comments. */
  private static final class DepthScan {
    private final String text;
    private int at;
    private int line = 1;

    DepthScan(String text) {
      this.text = text;
    }

    /** The first line that is too deep; 0 when none is. */
    int lineTooDeep() {
      int depth = 0;
      int dots = 0;
      for (; at < text.length(); at++) {
        char next = text.charAt(at);
        switch (next) {
          case '\n' -> {
            line++;
            dots = 0;
          }
          case '"' -> skipString();
          case '#' -> skipComment();
          case '/' -> {
            if (text.startsWith("//", at)) {
              skipComment();
            }
          }
          case '{', '[' -> {
            depth++;
            dots = 0;
          }
          case '}', ']' -> {
            depth--;
            dots = 0;
          }
          case '=', ':', ',' -> dots = 0;
          case '.' -> dots++;
          default -> {}
        }
        if (depth > DEPTH_MAX || dots > DEPTH_MAX) {
          return line;
        }
      }
      return 0;
    }

    private void skipComment() {
      int end = text.indexOf('\n', at);
      at = (end < 0 ? text.length() : end) - 1;
    }

    private void skipString() {
      if (text.startsWith("\"\"\"", at)) {
        int end = text.indexOf("\"\"\"", at + 3);
        int to = end < 0 ? text.length() - 1 : end + 2;
        line += (int) text.substring(at, to).chars().filter(next -> next == '\n').count();
        at = to;
        return;
      }
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\') {
          at++;
        } else if (text.charAt(at) == '\n') {
          at--;
          return; // a string ends with its line; the parser says so with the place
        }
      }
    }
  }
}
