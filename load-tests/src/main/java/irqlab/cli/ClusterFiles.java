package irqlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What is kept of a cluster that stays up: a folder with a file of its processes, and their logs.
 */
final class ClusterFiles {
  private static final String LIST = "cluster.properties";

  /** Processes tell when they began from a boot time that moves when the clock is set: 2 s. */
  private static final long START_MS = 2000;

  private final Path folder;

  /**
   * One process of it.
   *
   * @param name of the node
   * @param pid of the process
   * @param startMs when the process began, so that another with its number is not taken for it
   * @param address host and port of the node; empty until it has joined
   * @param pages address of its status pages; empty until it has joined
   */
  record Node(String name, long pid, long startMs, String address, String pages) {
    /** The process, while it is there. */
    Optional<ProcessHandle> process() {
      return ProcessHandle.of(pid).filter(each -> each.isAlive() && is(each));
    }

    // After a reboot its number may be anybody's, and even its time, when clocks were set. The
    // arguments of a process cannot always be read.
    private boolean is(ProcessHandle process) {
      boolean java =
          process
              .info()
              .command()
              .map(each -> Path.of(each).getFileName().toString().startsWith("java"))
              .orElse(true);
      return java && Math.abs(ClusterFiles.startMs(process) - startMs) <= START_MS;
    }
  }

  ClusterFiles(Path folder) {
    this.folder = folder;
  }

  /** In the folder of this user for what lives as long as a session, or among temporary files. */
  static ClusterFiles usual() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    Path base =
        runtime != null && Files.isDirectory(Path.of(runtime))
            ? Path.of(runtime, "irqlab-cluster")
            : Path.of(
                System.getProperty("java.io.tmpdir"),
                "irqlab-cluster-" + System.getProperty("user.name"));
    return new ClusterFiles(base);
  }

  static long startMs(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  Path folder() {
    return folder;
  }

  /** Where this node's output goes. */
  Path log(String node) {
    return folder.resolve(node + ".log");
  }

  /** The processes of the cluster, whether they are there or not. */
  List<Node> read() {
    Properties list = new Properties();
    try (InputStream in = Files.newInputStream(folder.resolve(LIST))) {
      list.load(in);
    } catch (IOException none) {
      return List.of();
    }
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; list.containsKey(i + ".name"); i++) {
      try {
        nodes.add(
            new Node(
                list.getProperty(i + ".name"),
                Long.parseLong(list.getProperty(i + ".pid")),
                Long.parseLong(list.getProperty(i + ".start")),
                list.getProperty(i + ".address"),
                list.getProperty(i + ".pages")));
      } catch (NumberFormatException broken) {
        throw new ReportedException(
            Exit.CLUSTER, folder.resolve(LIST) + " is damaged: remove it", broken);
      }
    }
    return nodes;
  }

  void write(List<Node> nodes) throws IOException {
    Files.createDirectories(folder);
    Properties list = new Properties();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      list.setProperty(i + 1 + ".name", node.name());
      list.setProperty(i + 1 + ".pid", Long.toString(node.pid()));
      list.setProperty(i + 1 + ".start", Long.toString(node.startMs()));
      list.setProperty(i + 1 + ".address", node.address());
      list.setProperty(i + 1 + ".pages", node.pages());
    }
    // Whole or not at all: who is in a list that was cut short would be left behind.
    Path fresh = folder.resolve(LIST + ".new");
    try (OutputStream out = Files.newOutputStream(fresh)) {
      list.store(out, "processes of   irqlab cluster up");
    }
    Files.move(fresh, folder.resolve(LIST), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets the cluster, with its logs. */
  void remove() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
