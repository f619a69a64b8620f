package irqlab.cli;

import irqlab.cli.ClusterFiles.Node;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code irqlab cluster}: nodes on this host that stay for several runs. */
@Command(
    name = "cluster",
    description = "Keep nodes on this host for several runs: up, status, down.")
final class ClusterCommand implements Runnable {
  private static final String READY = "irqlab-node-ready ";
  private static final long READY_S = 60;
  private static final long END_S = 30;
  private static final int NODES_MAX = 64;

  private final Console console;
  private final ClusterFiles files = ClusterFiles.usual();

  @Spec private CommandSpec spec;

  ClusterCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what: cluster up, status or down");
  }

  @Command(name = "up", description = "Start nodes, and return when all have joined.")
  int up(
      @Option(
              names = "--nodes",
              paramLabel = "N",
              defaultValue = "2",
              description = "How many JVMs (default 2); the run itself is one more.")
          int count,
      @Option(
              names = "--node-jvm",
              paramLabel = "OPTIONS",
              defaultValue = "-Xmx256m -XX:+UseSerialGC",
              description = "Options of these JVMs (default: ${DEFAULT-VALUE}).")
          String jvm)
      throws IOException, InterruptedException {
    if (count < 1 || count > NODES_MAX) {
      throw new ParameterException(spec.commandLine(), "option --nodes must be 1 to " + NODES_MAX);
    }
    if (files.read().stream().anyMatch(each -> each.process().isPresent())) {
      throw new ReportedException(
          Exit.CLUSTER, "a cluster is up already   irqlab cluster status, irqlab cluster down");
    }
    files.remove();
    Files.createDirectories(files.folder());
    long startNs = System.nanoTime();
    List<Node> nodes = new ArrayList<>();
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 1; i <= count; i++) {
        String join = nodes.isEmpty() ? "" : nodes.get(0).address();
        processes.add(start("node" + i, join, jvm));
        if (i == 1) {
          nodes.add(ready("node1", processes.get(0)));
        }
      }
      for (int i = 2; i <= count; i++) {
        nodes.add(ready("node" + i, processes.get(i - 1)));
      }
      files.write(nodes);
    } catch (IOException | RuntimeException | InterruptedException broken) {
      processes.forEach(Process::destroyForcibly);
      throw broken;
    }
    console.err().printf(Locale.ROOT, "up after %.1f s%n", (System.nanoTime() - startNs) / 1e9);
    print(nodes);
    return Exit.OK;
  }

  private Process start(String name, String join, String jvm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvm.strip().split("\\s+")));
    command.addAll(
        List.of("-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("node", "--name", name, "--http", "0"));
    if (!join.isEmpty()) {
      command.addAll(List.of("--join", join));
    }
    return new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(files.log(name).toFile())
        .start();
  }

  private Node ready(String name, Process process) throws IOException, InterruptedException {
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_S);
    while (true) {
      List<String> lines = Files.readAllLines(files.log(name));
      for (String line : lines) {
        if (line.startsWith(READY)) {
          String[] words = line.substring(READY.length()).split(" ");
          long startMs = ClusterFiles.startMs(process.toHandle());
          return new Node(name, process.pid(), startMs, words[0], words[1]);
        }
      }
      if (!process.isAlive() || System.nanoTime() > limitNs) {
        String last = lines.isEmpty() ? "" : "\n   its last words: " + lines.get(lines.size() - 1);
        throw new ReportedException(
            Exit.CLUSTER, "E52 cluster did not form   " + name + " did not join" + last);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Command(name = "status", description = "Show the nodes; code 4 when one is missing.")
  int status() {
    List<Node> nodes = files.read();
    if (nodes.isEmpty()) {
      console.out().println("no cluster is up   irqlab cluster up");
      return Exit.CLUSTER;
    }
    return print(nodes) ? Exit.OK : Exit.CLUSTER;
  }

  private boolean print(List<Node> nodes) {
    console.out().printf("%-8s %8s  %-22s %-26s %s%n", "NODE", "PID", "ADDRESS", "PAGES", "STATE");
    boolean all = true;
    for (Node node : nodes) {
      String state = node.process().isEmpty() ? "gone" : ready(node) ? "ready" : "not ready";
      all &= state.equals("ready");
      console
          .out()
          .printf(
              "%-8s %8d  %-22s %-26s %s%n",
              node.name(), node.pid(), node.address(), node.pages(), state);
    }
    console.out().flush();
    return all;
  }

  private static boolean ready(Node node) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.pages() + "/readyz"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException unreachable) {
      return false;
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Command(name = "down", description = "Ask the nodes to leave, and return when they are gone.")
  int down() throws IOException, InterruptedException {
    List<Node> nodes = files.read();
    List<ProcessHandle> left = new ArrayList<>();
    for (Node node : nodes) {
      node.process().ifPresent(left::add);
    }
    left.forEach(ProcessHandle::destroy);
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S);
    while (left.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < limitNs) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    long forced = left.stream().filter(ProcessHandle::isAlive).count();
    left.forEach(ProcessHandle::destroyForcibly);
    files.remove();
    console.out().println(nodes.isEmpty() ? "no cluster was up" : nodes.size() + " nodes are down");
    if (forced > 0) {
      console.err().println(forced + " of them did not leave in " + END_S + " s and were killed");
    }
    return Exit.OK;
  }
}
