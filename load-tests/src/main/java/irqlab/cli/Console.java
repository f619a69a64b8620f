package irqlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What a verb sees of the process.
 *
 * @param in standard input
 * @param out results
 * @param err progress, logs, hints, faults
 * @param outIsTerminal somebody reads the results as they come
 * @param errIsTerminal a line may be written over
 * @param interruption Ctrl-C
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Interruption interruption) {
  private static final int OUT = 1;
  private static final int ERR = 2;

  /** Streams that are no terminal and a program that nobody interrupts. */
  static Console of(InputStream in, PrintStream out, PrintStream err) {
    return new Console(in, out, err, false, false, new Interruption());
  }

  /** The streams of this process. */
  static Console ofProcess(Interruption interruption) {
    return new Console(
        System.in, System.out, System.err, terminal(OUT), terminal(ERR), interruption);
  }

  // Java tells of input and output together only; where the system shows its files they are asked.
  private static boolean terminal(int descriptor) {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      Path file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return file.startsWith("/dev/pts") || file.toString().startsWith("/dev/tty");
    } catch (IOException | InvalidPathException | UnsupportedOperationException unknown) {
      return System.console() != null;
    }
  }
}
