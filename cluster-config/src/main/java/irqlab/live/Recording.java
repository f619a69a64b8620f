package irqlab.live;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The logs of the actors of one machine: all that came, or nothing and the reason. A log with a
 * hole is of no use to {@link Replay}, so that the first write that fails, as on a full disk, ends
 * all logs and gives their room back; the machine goes on.
 *
 * <p>Logs are opened and closed by one owner; any thread may tell of a fault and ask for it.
 */
public final class Recording {
  private final Path folder;
  private final List<ArrivalLog> logs = new ArrayList<>();
  private volatile String fault;

  Recording(Path folder) {
    this.folder = folder;
  }

  /** The log of one component in a folder. */
  public static Path file(Path folder, int id) {
    return folder.resolve(String.format(Locale.ROOT, "%05d.log", id));
  }

  /**
   * Takes away what an earlier run kept in this folder.
   *
   * @throws IOException when it cannot be taken away
   */
  public static void clear(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Files.deleteIfExists(folder.resolve(Unrecorded.FILE));
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path each : entries.toList()) {
        boolean log = each.getFileName().toString().matches("\\d{5}\\.log");
        if (log && !Files.isDirectory(each)) {
          Files.delete(each);
        }
      }
    }
  }

  /** What an exception of a file says, for people. */
  public static String why(IOException broken) {
    if (broken instanceof FileSystemException file && file.getReason() == null) {
      return file.getClass().getSimpleName().replace("Exception", "") + ": " + file.getFile();
    }
    return String.valueOf(broken.getMessage());
  }

  ArrivalLog open(int id, String path, long seed) {
    ArrivalLog log = new ArrivalLog(this, id, path, seed);
    logs.add(log);
    return log;
  }

  /** A new file of this component. */
  FileChannel channel(int id) throws IOException {
    Files.createDirectories(folder);
    return FileChannel.open(
        file(folder, id),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /** Nothing is kept from now on; the first reason counts. */
  synchronized void fail(String path, IOException broken) {
    if (fault == null) {
      fault = "the log of " + path + " could not be written: " + why(broken);
    }
  }

  boolean failed() {
    return fault != null;
  }

  /** Why nothing is kept, when that is so. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** Closes what is open, and takes files away that nobody can use. */
  void close() {
    logs.forEach(ArrivalLog::close);
    for (ArrivalLog log : logs) {
      if (failed()) {
        try {
          Files.deleteIfExists(file(folder, log.id()));
        } catch (IOException kept) {
          // It is empty, or was never there; the fault was told.
        }
      }
    }
  }
}
