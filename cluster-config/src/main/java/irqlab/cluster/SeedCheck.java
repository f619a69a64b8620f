package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Looks whether anybody listens at the address of a node, and later whether it is a node: Akka
 * would ask there again and again, and warn each time.
 */
final class SeedCheck {
  private static final int AGAIN_MS = 200;
  private static final int WORD_MS = 1000;

  /** How much of a stranger's first line is shown. */
  private static final int WORD_MAX = 60;

  private static final int DELETE = 0x7f;
  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;

  private final String hostAndPort;
  private final Duration connectWithin;
  private final Duration answerWithin;
  private final boolean tls;
  private long joinedNs;

  /**
   * A check.
   *
   * @param hostAndPort of the node that is to be joined
   * @param config has {@code irqlab.cluster.connect-within} and {@code answer-within}
   */
  SeedCheck(String hostAndPort, Config config) {
    this.hostAndPort = hostAndPort;
    connectWithin = config.getDuration("irqlab.cluster.connect-within");
    answerWithin = config.getDuration("irqlab.cluster.answer-within");
    tls = config.getString("akka.remote.artery.transport").equals("tls-tcp");
  }

  /**
   * Tries to connect until somebody takes it; a node that is about to listen is waited for.
   *
   * @param leave whether to give up early; then nothing is said to be wrong
   * @return what is wrong, if so
   */
  Optional<String> silence(BooleanSupplier leave) {
    long limitNs = System.nanoTime() + connectWithin.toNanos();
    while (true) {
      String why;
      try (Socket socket = new Socket()) {
        long leftMs = (limitNs - System.nanoTime()) / 1_000_000;
        socket.connect(address(), (int) Math.max(1, leftMs));
        return Optional.empty();
      } catch (IOException nobody) {
        why = nobody instanceof UnknownHostException ? "unknown host" : nobody.getMessage();
      }
      if (leave.getAsBoolean()) {
        return Optional.empty();
      }
      if (System.nanoTime() + AGAIN_MS * 1_000_000L > limitNs) {
        return Optional.of(
            String.format(
                "E52 nobody listens at %s   tried to connect for %d s: %s%n"
                    + "   start a node there (irqlab node), or name one that runs",
                hostAndPort, connectWithin.toSeconds(), why));
      }
      pause();
    }
  }

  /**
   * Asks what listens there in a way that other servers answer, and a node takes for a mistake: it
   * hangs up without a word.
   *
   * @return what is wrong, if so
   */
  Optional<String> foreign() {
    String words = tls ? "" : words();
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of(noNode("what listens there answers   " + words));
  }

  /**
   * Who took the connection may be no node, and say nothing.
   *
   * @return what is wrong, once it has not answered Akka for too long
   */
  Optional<String> stranger(ActorSystem<?> system) {
    long nowNs = System.nanoTime();
    joinedNs = joinedNs == 0 ? nowNs : joinedNs;
    if (nowNs - joinedNs < answerWithin.toNanos()
        || Cluster.get(system).state().getMembers().iterator().hasNext()) {
      return Optional.empty();
    }
    return Optional.of(
        noNode("what listens there did not answer in " + answerWithin.toSeconds() + " s"));
  }

  private String noNode(String why) {
    return String.format(
        "E52 no node at %s   %s%n"
            + "   name a node of the cluster; with TLS all nodes need it: --config",
        hostAndPort, why);
  }

  private String words() {
    try (Socket socket = new Socket()) {
      socket.connect(address(), WORD_MS);
      socket.setSoTimeout(WORD_MS);
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      int first = in.read();
      if (first == TLS_ALERT || first == TLS_HANDSHAKE) {
        return "with TLS";
      }
      StringBuilder line = new StringBuilder();
      for (int c = first; c >= ' ' && line.length() < WORD_MAX; c = in.read()) {
        line.append(c < DELETE ? (char) c : '?');
      }
      return line.toString();
    } catch (IOException says) {
      return "";
    }
  }

  private InetSocketAddress address() throws UnknownHostException {
    int colon = hostAndPort.lastIndexOf(':');
    String host = hostAndPort.substring(0, colon).replaceAll("^\\[|]$", "");
    int port = Integer.parseInt(hostAndPort.substring(colon + 1));
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(host);
    }
    return address;
  }

  private static void pause() {
    try {
      Thread.sleep(AGAIN_MS);
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while connecting", leave);
    }
  }
}
