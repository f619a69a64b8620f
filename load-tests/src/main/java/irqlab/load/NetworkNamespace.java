package irqlab.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of Linux with one link to this one, a veth pair, which can be set down. Needs
 * root and the {@code ip} of iproute2.
 */
final class NetworkNamespace implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final long PATIENCE_S = 10;

  /** Interface names have 15 characters at most. */
  private static final int NAMES = 100_000;

  private final String name;
  private final String here;
  private final String there;
  private final String net;

  private NetworkNamespace() {
    long number = (ProcessHandle.current().pid() * 31 + NUMBER.incrementAndGet()) % NAMES;
    name = "irqlab-" + number;
    here = "irqa-" + number;
    there = "irqb-" + number;
    net = "10.213." + number % 250 + ".";
  }

  /** Makes one, with its link up. Errors: {@link IOException} with what {@code ip} says. */
  static NetworkNamespace open() throws IOException {
    NetworkNamespace made = new NetworkNamespace();
    try {
      ip("netns", "add", made.name);
      ip("link", "add", made.here, "type", "veth", "peer", "name", made.there);
      ip("link", "set", made.there, "netns", made.name);
      ip("addr", "add", made.hereAddress() + "/30", "dev", made.here);
      ip("link", "set", made.here, "up");
      ip("-n", made.name, "addr", "add", made.thereAddress() + "/30", "dev", made.there);
      ip("-n", made.name, "link", "set", "lo", "up");
      made.up();
      return made;
    } catch (IOException broken) {
      made.close();
      throw broken;
    }
  }

  /** Why there can be none on this host, if so. */
  static Optional<String> missing() {
    try {
      open().close();
      return Optional.empty();
    } catch (IOException cannot) {
      return Optional.of(String.valueOf(cannot.getMessage()));
    }
  }

  /** The address of this end of the link. */
  String hereAddress() {
    return net + 1;
  }

  /** The address of its end in the namespace. */
  String thereAddress() {
    return net + 2;
  }

  /** What a command begins with that is to run in there. */
  List<String> wrapper() {
    return List.of("ip", "netns", "exec", name);
  }

  /** The link goes down, at the end in the namespace: addresses here stay as they are. */
  void down() throws IOException {
    ip("-n", name, "link", "set", there, "down");
  }

  /** The link is up. */
  void up() throws IOException {
    ip("-n", name, "link", "set", there, "up");
  }

  private static void ip(String... arguments) throws IOException {
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String says =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("ip " + String.join(" ", arguments) + ": " + says);
      }
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", leave);
    }
  }

  /** Takes it down with its link. */
  @Override
  public void close() {
    for (List<String> each : List.of(List.of("link", "del", here), List.of("netns", "del", name))) {
      try {
        ip(each.toArray(String[]::new));
      } catch (IOException gone) {
        // Was never made; the link goes with its namespace as well.
      }
    }
  }
}
