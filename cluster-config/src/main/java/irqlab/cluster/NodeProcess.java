package irqlab.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Another process of this program on this host, as {@link NodeMain}. It has this process's class
 * path, and ends when this one does, however that ends.
 */
public final class NodeProcess implements AutoCloseable {
  private static final long STOP_S = 15;

  /** What the exit code of a process has added to the signal that ended it. */
  private static final int SIGNALS = 128;

  private final String name;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private NodeProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    Thread reader = new Thread(this::read, "irqlab-" + name + "-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one.
   *
   * @param name node2, node3 ...
   * @param roles Akka roles, separated by commas
   * @param join host and port of the coordinator
   * @param jvmOptions such as {@code -Xmx512m}
   */
  public static NodeProcess start(String name, String roles, String join, List<String> jvmOptions) {
    return start(
        name, NodeMain.class, List.of("--name", name, "--role", roles, "--join", join), jvmOptions);
  }

  /** Starts another program that says {@link NodeServer#READY} and ends with its input. */
  static NodeProcess start(
      String name, Class<?> program, List<String> arguments, List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(arguments);
    try {
      return new NodeProcess(
          name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException broken) {
      throw new ClusterException("node=" + name + " does not start: " + broken, broken);
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** How it ended, once it has. */
  public String ended() {
    int code = process.exitValue();
    return code > SIGNALS ? "was killed by signal " + (code - SIGNALS) : "ended with code " + code;
  }

  /** Asks it to end in order, and does not wait. */
  void askToEnd() {
    try {
      process.getOutputStream().close();
    } catch (IOException broken) {
      process.destroyForcibly();
    }
  }

  /** Ends it at once, without any order. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits until it has joined; returns its address. */
  public String awaitReady(long timeoutS) {
    try {
      return ready.get(timeoutS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted, waiting for node=" + name, interrupted);
    } catch (ExecutionException | TimeoutException broken) {
      throw new ClusterException("node=" + name + " did not join: " + broken, broken);
    }
  }

  /** Ends it in order, and by force when that takes too long. */
  @Override
  public void close() {
    try {
      askToEnd();
      if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(STOP_S, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        if (line.startsWith(NodeServer.READY)) {
          ready.complete(line.substring(NodeServer.READY.length()));
        } else {
          System.err.println(name + ": " + line);
        }
        line = lines.readLine();
      }
    } catch (IOException broken) {
      System.err.println(name + ": " + broken);
    }
    ready.completeExceptionally(new ClusterException("node=" + name + " has ended"));
  }
}
