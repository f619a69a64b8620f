package irqlab.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Another process of this program on this host, as {@link NodeMain}. It has this process's class
 * path, and ends when this one does, however that ends.
 */
public final class NodeProcess implements AutoCloseable {
  private static final long STOP_S = 15;

  /** What the exit code of a process has added to the signal that ended it. */
  private static final int SIGNALS = 128;

  /** Lines of its output that are kept for the message that it did not come. */
  private static final int LAST_MAX = 5;

  private static final long LAST_MS = 1000;

  private final String name;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final List<Thread> readers = new ArrayList<>();

  private NodeProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    read(process.getInputStream(), "output", this::output);
    read(process.getErrorStream(), "errors", this::keep);
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
    return start(name, roles, join, jvmOptions, List.of());
  }

  /** As {@link #start(String, String, String, List)}, behind the beginning of a command. */
  static NodeProcess start(
      String name, String roles, String join, List<String> jvmOptions, List<String> wrapper) {
    List<String> arguments = List.of("--name", name, "--role", roles, "--join", join);
    return start(name, NodeMain.class, arguments, jvmOptions, wrapper);
  }

  /** Starts another program that says {@link NodeServer#READY} and ends with its input. */
  static NodeProcess start(
      String name, Class<?> program, List<String> arguments, List<String> jvmOptions) {
    return start(name, program, arguments, jvmOptions, List.of());
  }

  private static NodeProcess start(
      String name,
      Class<?> program,
      List<String> arguments,
      List<String> jvmOptions,
      List<String> wrapper) {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // No file of its counters among the temporary ones, which would stay when it is killed.
    command.add("-XX:-UsePerfData");
    command.addAll(jvmOptions);
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(arguments);
    try {
      return new NodeProcess(name, new ProcessBuilder(command).start());
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

  /** Whether it has ended, with code 0. */
  boolean endedInOrder() {
    return !process.isAlive() && process.exitValue() == 0;
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

  /** The last lines that it wrote, oldest first; with those of its end once it has ended. */
  List<String> lastLines() {
    try {
      for (Thread reader : process.isAlive() ? List.<Thread>of() : readers) {
        reader.join(LAST_MS);
      }
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
    }
    synchronized (last) {
      return List.copyOf(last);
    }
  }

  private void read(InputStream from, String what, Consumer<String> each) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                lines.lines().forEach(each);
              } catch (IOException | UncheckedIOException broken) {
                keep(broken.toString());
              }
              ready.completeExceptionally(new ClusterException("node=" + name + " has ended"));
            },
            "irqlab-" + name + "-" + what);
    reader.setDaemon(true);
    readers.add(reader);
    reader.start();
  }

  private void output(String line) {
    if (line.startsWith(NodeServer.READY)) {
      ready.complete(line.substring(NodeServer.READY.length()));
    } else {
      keep(line);
    }
  }

  private void keep(String line) {
    System.err.println(name + ": " + line);
    synchronized (last) {
      if (last.size() == LAST_MAX) {
        last.remove();
      }
      last.add(line);
    }
  }
}
