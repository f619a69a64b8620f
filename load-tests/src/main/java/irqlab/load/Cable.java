package irqlab.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The cable to one node, which can be cut: what comes to its port goes on to the node's own, until
 * it is cut. Then nothing goes through and nobody is told, as with a cable; connections stay.
 */
public final class Cable implements AutoCloseable {
  private final ServerSocket door;
  private final int toPort;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;

  /**
   * A cable on the loopback interface, at a free port.
   *
   * @param toPort where the node listens, now or later
   */
  public Cable(int toPort) throws IOException {
    this.toPort = toPort;
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** A port that was free a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** Where others reach the node. */
  public int port() {
    return door.getLocalPort();
  }

  /** From now on nothing goes through. */
  public void cut() {
    cut = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket in = door.accept();
        Socket out = new Socket();
        sockets.add(in);
        sockets.add(out);
        if (!cut) {
          out.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), toPort));
          thread(() -> pump(in, out));
          thread(() -> pump(out, in));
        }
      }
    } catch (IOException closed) {
      close();
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[1 << 16];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (!cut) {
          out.write(bytes, 0, count);
          out.flush();
        }
      }
      to.shutdownOutput();
    } catch (IOException ended) {
      // One end is gone; the other finds out when it reads.
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "cable");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      door.close();
      for (Socket each : sockets) {
        each.close();
      }
    } catch (IOException already) {
      // Closed is closed.
    }
  }
}
