package irqlab.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Classes of a node as the virtual machine lays them out, in a file of the user's cache: with it a
 * node is there in about two thirds of the time. The first run writes it when its first node ends;
 * another jar or another Java has another file. Whatever goes wrong here is no matter of the run.
 *
 * <p>Source: "The java Command", "Application Class-Data Sharing", {@code
 * -XX:ArchiveClassesAtExit}.
 */
public final class ClassArchive {
  /** Archives that are kept, of some 45 MB each. */
  private static final int KEPT = 4;

  private static final int KEY_CHARS = 16;
  private static final String SUFFIX = ".jsa";

  /** Options of somebody who sees to this himself. */
  private static final List<String> OWN =
      List.of("-Xshare", "-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit", "-XX:AOT");

  private final Optional<Path> file;

  private ClassArchive(Optional<Path> file) {
    this.file = file;
  }

  /** None. */
  static ClassArchive none() {
    return new ClassArchive(Optional.empty());
  }

  /** That of this process's jar and Java, in the cache of this user. */
  public static ClassArchive usual() {
    return cache()
        .map(folder -> in(folder, System.getProperty("java.class.path")))
        .orElseGet(ClassArchive::none);
  }

  /**
   * That of a class path in a folder; none when the class path is not one jar, since the virtual
   * machine takes no folders.
   */
  static ClassArchive in(Path folder, String classPath) {
    try {
      Path jar = Path.of(classPath).toAbsolutePath();
      if (!classPath.endsWith(".jar") || !Files.isRegularFile(jar)) {
        return none();
      }
      String key =
          jar
              + "\n"
              + Files.size(jar)
              + "\n"
              + Files.getLastModifiedTime(jar).toMillis()
              + "\n"
              + System.getProperty("java.home")
              + "\n"
              + System.getProperty("java.vm.version");
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      String name = "node-" + HexFormat.of().formatHex(hash).substring(0, KEY_CHARS) + SUFFIX;
      return new ClassArchive(Optional.of(folder.resolve(name)));
    } catch (IOException | RuntimeException | NoSuchAlgorithmException cannot) {
      return none();
    }
  }

  private static Optional<Path> cache() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String home = System.getProperty("user.home", "");
    String given = System.getenv(os.startsWith("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
    if (given != null && !given.isEmpty()) {
      return Optional.of(Path.of(given, "irqlab"));
    }
    if (home.isEmpty() || os.startsWith("windows")) {
      return Optional.empty();
    }
    return Optional.of(Path.of(home, os.startsWith("mac") ? "Library/Caches" : ".cache", "irqlab"));
  }

  /**
   * Options for a node that is to be started, with those of the user at their end.
   *
   * @param first whether this node writes the archive when there is none; one of a run
   */
  public List<String> options(List<String> jvmOptions, boolean first) {
    List<String> all = new ArrayList<>();
    boolean own = jvmOptions.stream().anyMatch(each -> OWN.stream().anyMatch(each::startsWith));
    if (file.isPresent() && !own) {
      if (Files.isReadable(file.get())) {
        // Without a word when it does not fit: the node then loads its classes from the jar.
        all.addAll(List.of("-XX:SharedArchiveFile=" + file.get(), "-Xlog:disable"));
      } else if (first && !Files.exists(failed()) && folderMade()) {
        all.addAll(List.of("-XX:ArchiveClassesAtExit=" + fresh(), "-Xlog:disable"));
      }
    }
    all.addAll(jvmOptions);
    return all;
  }

  /**
   * The node that was to write the archive has ended.
   *
   * @param inOrder when it did not, this is not tried again
   */
  void ended(boolean inOrder) {
    if (file.isEmpty()) {
      return;
    }
    try {
      if (inOrder && Files.exists(fresh())) {
        Files.move(fresh(), file.get(), StandardCopyOption.ATOMIC_MOVE);
        removeOld();
      } else if (!inOrder) {
        Files.deleteIfExists(fresh());
        Files.writeString(failed(), "");
      }
    } catch (IOException | RuntimeException cannot) {
      // The next run tries it again, or does without.
    }
  }

  private boolean folderMade() {
    try {
      Files.createDirectories(file.get().getParent());
      return true;
    } catch (IOException | RuntimeException cannot) {
      return false;
    }
  }

  private void removeOld() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(file.get().getParent())) {
      all =
          files
              .filter(each -> each.getFileName().toString().matches("node-\\p{XDigit}+\\.jsa.*"))
              .sorted(Comparator.comparing(ClassArchive::age).reversed())
              .toList();
    }
    for (Path each : all.subList(Math.min(KEPT, all.size()), all.size())) {
      Files.deleteIfExists(each);
    }
  }

  private static FileTime age(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  // While it is written it has another name, and each process its own.
  private Path fresh() {
    return beside("." + ProcessHandle.current().pid());
  }

  private Path failed() {
    return beside(".failed");
  }

  private Path beside(String suffix) {
    return file.get().resolveSibling(file.get().getFileName() + suffix);
  }
}
