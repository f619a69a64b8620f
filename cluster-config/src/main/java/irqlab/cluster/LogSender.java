package irqlab.cluster;

import irqlab.live.LiveMachine;
import irqlab.live.Recording;
import irqlab.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Hands over what the components of one node have kept, piece by piece and as far as it may: no
 * more than a window of pieces is ever on its way. One owner.
 *
 * <p>The files have no name from the moment at which all are open, so that nothing stays behind,
 * however this process ends.
 */
final class LogSender implements AutoCloseable {
  /** Pieces that fit a frame. */
  static final int PIECE_BYTES = 128 * 1024;

  private final String node;
  private final Path folder;
  private final TreeMap<Integer, FileChannel> files = new TreeMap<>();
  private LiveMachine machine;
  private String fault = "";
  private long number;
  private long upTo;
  private boolean done;

  /** The logs of this node's next machine, in a folder that the machine makes. */
  LogSender(String node) {
    this.node = node;
    folder = Path.of(System.getProperty("java.io.tmpdir"), "irqlab-arrivals-" + UUID.randomUUID());
  }

  Path folder() {
    return folder;
  }

  /** The machine is built, and its logs are open: takes them over, and their names away. */
  void open(LiveMachine made) {
    machine = made;
    try {
      for (int id = 0; id < made.plan().size() && made.logFault().isEmpty(); id++) {
        if (made.plan().component(id) != null) {
          Path file = Recording.file(folder, id);
          files.put(
              id,
              FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE));
        }
      }
    } catch (IOException broken) {
      fault = "its logs could not be opened: " + Recording.why(broken);
    }
    removeFolder();
  }

  /** Sends what it may, up to the piece of this number. */
  void more(long most, Consumer<Frame> to) {
    upTo = Math.max(upTo, most);
    while (!done && number < upTo) {
      to.accept(next());
    }
  }

  private Frame next() {
    Optional<String> broken = machine.logFault();
    if (broken.isPresent()) {
      fault = broken.get();
    }
    if (!fault.isEmpty() || files.isEmpty()) {
      done = true;
      close();
      return piece(Frame.Log.NO_MORE, new byte[0], fault);
    }
    Map.Entry<Integer, FileChannel> first = files.firstEntry();
    ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
    try {
      while (buffer.hasRemaining() && first.getValue().read(buffer) >= 0) {
        // A read may give less than there is.
      }
      if (buffer.position() == 0) {
        files.remove(first.getKey()).close();
      }
    } catch (IOException unread) {
      fault = "its logs could not be read: " + Recording.why(unread);
      return next();
    }
    return piece(first.getKey(), Arrays.copyOf(buffer.array(), buffer.position()), "");
  }

  private Frame piece(int component, byte[] bytes, String why) {
    return new Frame.Log(node, ++number, component, bytes, why);
  }

  /** Closes what was not handed over; its room is free again. */
  @Override
  public void close() {
    for (FileChannel each : files.values()) {
      try {
        each.close();
      } catch (IOException lost) {
        // Nobody reads it any more.
      }
    }
    files.clear();
    removeFolder();
  }

  private void removeFolder() {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException inUse) {
      // Where open files keep their names it goes when they are closed.
    }
  }
}
