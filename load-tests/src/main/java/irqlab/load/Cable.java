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
  private enum State {
    WHOLE,
    /** Bytes vanish. */
    CUT,
    /** Bytes wait, as they do with a sender whose packets are lost and sent again. */
    HELD
  }

  private final ServerSocket door;
  private final int toPort;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private State state = State.WHOLE;

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

  /** From now on nothing goes through, and what is sent is gone. */
  public synchronized void cut() {
    state = State.CUT;
  }

  /** From now on nothing goes through, until it is whole again. */
  public synchronized void hold() {
    state = State.HELD;
  }

  /** What was held goes through. */
  public synchronized void release() {
    state = State.WHOLE;
    notifyAll();
  }

  /** Connections that lost bytes break, and new ones go through. */
  public synchronized void mend() {
    sockets.forEach(Cable::hangUp);
    sockets.clear();
    state = State.WHOLE;
  }

  private void accept() {
    try {
      while (true) {
        Socket in = door.accept();
        if (passes()) {
          Socket out = new Socket();
          sockets.add(in);
          sockets.add(out);
          try {
            out.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), toPort));
            thread(() -> pump(in, out));
            thread(() -> pump(out, in));
          } catch (IOException nobody) {
            hangUp(in);
          }
        } else {
          sockets.add(in);
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
        if (passes()) {
          out.write(bytes, 0, count);
          out.flush();
        }
      }
      if (passes()) {
        to.shutdownOutput();
      }
    } catch (IOException ended) {
      // One end is gone; the other finds out when it reads.
    }
  }

  // Waits while the cable is held.
  private synchronized boolean passes() {
    try {
      while (state == State.HELD) {
        wait();
      }
    } catch (InterruptedException leave) {
      Thread.currentThread().interrupt();
      return false;
    }
    return state == State.WHOLE;
  }

  private static void hangUp(Socket socket) {
    try {
      // What is on its way is not waited for, and the other end is told by a reset.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException already) {
      // Closed is closed.
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
    } catch (IOException already) {
      // Closed is closed.
    }
    release();
    sockets.forEach(Cable::hangUp);
  }
}
