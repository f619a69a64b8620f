package irqlab.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A folder that is gone with all that is in it when it is closed.
 *
 * @param path where it is
 */
public record TemporaryFolder(Path path) implements AutoCloseable {
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  /** Makes one among the temporary files, whose name begins so. */
  public static TemporaryFolder open(String prefix) throws IOException {
    TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
    OPEN.add(folder.path);
    return folder;
  }

  /** Removes those that are open, as far as it goes: nobody is left to close them. */
  public static void removeAll() {
    for (Path path : OPEN) {
      // Whoever writes there may go on, so something may come after a look.
      for (int tries = 3; tries > 0 && Files.exists(path); tries--) {
        try {
          delete(path);
        } catch (IOException | UncheckedIOException again) {
          // Nobody is left to be told either.
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    OPEN.remove(path);
    delete(path);
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
