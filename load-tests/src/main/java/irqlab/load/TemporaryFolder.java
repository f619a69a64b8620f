package irqlab.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that is gone with all that is in it when it is closed, or when the process ends. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread hook = new Thread(this::leave, "irqlab-temporary");

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** Makes one among the temporary files, whose name begins so. */
  public static TemporaryFolder open(String prefix) throws IOException {
    TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return; // the hook is at it
    }
    delete();
  }

  // Whoever writes there goes on while the process ends, so something may come after a look.
  private void leave() {
    for (int tries = 3; tries > 0 && Files.exists(path); tries--) {
      try {
        delete();
      } catch (IOException | UncheckedIOException again) {
        // Nobody is left to be told.
      }
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
