package irqlab.cli;

import irqlab.cli.ClusterFiles.Node;
import irqlab.cluster.ClassArchive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final long LOOK_MS = 20;

  /** Lines of a log that are shown when its node did not join. */
  private static final int LINES = 5;

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
      @Mixin NodeJvm nodeJvm)
      throws InterruptedException {
    if (count < 1 || count > NODES_MAX) {
      throw new ParameterException(spec.commandLine(), "option --nodes must be 1 to " + NODES_MAX);
    }
    if (files.read().stream().anyMatch(each -> each.process().isPresent())) {
      throw new ReportedException(
          Exit.CLUSTER, "a cluster is up already   irqlab cluster status, irqlab cluster down");
    }
    List<String> jvm = nodeJvm.options();
    console.interruption().heed();
    long startNs = System.nanoTime();
    List<Node> nodes = new ArrayList<>();
    List<Process> processes = new ArrayList<>();
    try {
      files.remove();
      Files.createDirectories(files.folder());
      for (int i = 1; i <= count; i++) {
        begin("node" + i, nodes, processes, jvm);
        if (i == 1) {
          ready(0, nodes, processes);
        }
      }
      for (int i = 1; i < count; i++) {
        ready(i, nodes, processes);
      }
      files.write(nodes);
    } catch (IOException full) {
      undo(processes);
      throw notKept(full);
    } catch (RuntimeException | InterruptedException broken) {
      undo(processes);
      throw broken;
    }
    console.err().printf(Locale.ROOT, "up after %.1f s%n", (System.nanoTime() - startNs) / 1e9);
    print(nodes);
    return Exit.OK;
  }

  // Its number is written down at once, so that "down" finds it whatever becomes of this process.
  private void begin(String name, List<Node> nodes, List<Process> processes, List<String> jvm)
      throws IOException {
    String join = nodes.isEmpty() ? "" : nodes.get(0).address();
    Process process = start(name, join, jvm);
    processes.add(process);
    long startMs = ClusterFiles.startMs(process.toHandle());
    nodes.add(new Node(name, process.pid(), startMs, "", ""));
    files.write(nodes);
  }

  private void undo(List<Process> processes) throws InterruptedException {
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.waitFor(END_S, TimeUnit.SECONDS);
    }
    try {
      files.remove();
    } catch (IOException stays) {
      console.err().println("irqlab: " + files.folder() + " cannot be removed: " + stays);
    }
  }

  private ReportedException notKept(IOException full) {
    return new ReportedException(
        Exit.FAULT,
        "what belongs to the cluster cannot be kept in " + files.folder() + ": " + why(full),
        full);
  }

  private static String why(IOException broken) {
    return broken instanceof FileSystemException && broken.getMessage() != null
        ? broken.getClass().getSimpleName().replace("Exception", "") + " " + broken.getMessage()
        : String.valueOf(broken.getMessage());
  }

  private Process start(String name, String join, List<String> jvm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:-UsePerfData");
    command.addAll(ClassArchive.usual().options(jvm, false));
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

  private void ready(int number, List<Node> nodes, List<Process> processes)
      throws IOException, InterruptedException {
    Process process = processes.get(number);
    Node node = nodes.get(number);
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_S);
    while (true) {
      List<String> lines = Files.readString(files.log(node.name())).lines().toList();
      for (String line : lines) {
        if (line.startsWith(READY)) {
          String[] words = line.substring(READY.length()).split(" ");
          nodes.set(number, new Node(node.name(), node.pid(), node.startMs(), words[0], words[1]));
          return;
        }
      }
      if (console.interruption().asked()) {
        throw new ReportedException(
            Exit.INTERRUPTED, "interrupted while nodes joined; none is left");
      }
      if (lines.isEmpty() && files.folder().toFile().getUsableSpace() == 0) {
        throw new IOException("No space left on device");
      }
      if (!process.isAlive() || System.nanoTime() > limitNs) {
        throw new ReportedException(Exit.CLUSTER, notFormed(nodes, process, lines));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
  }

  private static String notFormed(List<Node> nodes, Process process, List<String> lines) {
    StringBuilder text = new StringBuilder("E52 cluster did not form   ");
    String failed = "";
    for (Node node : nodes) {
      if (node.pid() == process.pid()) {
        failed = node.name();
      } else if (!node.address().isEmpty()) {
        text.append(node.name()).append(" ready, ");
      }
    }
    text.append(failed)
        .append(
            process.isAlive()
                ? " did not join in " + READY_S + " s (pid " + process.pid() + ")"
                : " ended with code " + process.exitValue())
        .append(String.format("%n   %s, last lines:", failed))
        .append(lines.isEmpty() ? " none" : "");
    lines.stream()
        .skip(Math.max(0, lines.size() - LINES))
        .forEach(line -> text.append(String.format("%n      %s", line)));
    return text.toString();
  }

  @Command(name = "status", description = "Show the nodes; code 4 when one is missing.")
  int status() {
    List<Node> nodes = files.read();
    if (nodes.isEmpty()) {
      throw new ReportedException(Exit.CLUSTER, "no cluster is up   irqlab cluster up");
    }
    if (!print(nodes)) {
      throw new ReportedException(Exit.CLUSTER, "not all nodes are ready   irqlab cluster down");
    }
    return Exit.OK;
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
    if (node.pages().isEmpty()) {
      return false;
    }
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
  int down() throws InterruptedException {
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
    try {
      files.remove();
    } catch (IOException stays) {
      throw notKept(stays);
    }
    int before = nodes.size() - left.size();
    String ended = before == 0 ? "" : ", " + before + " had ended before";
    console
        .out()
        .println(
            nodes.isEmpty()
                ? "no cluster was up"
                : left.size() + (left.size() == 1 ? " node is down" : " nodes are down") + ended);
    if (forced > 0) {
      console.err().println(forced + " of them did not leave in " + END_S + " s and were killed");
    }
    return Exit.OK;
  }
}
