package irqlab.live;

import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Message;
import irqlab.runtime.StateWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Everything that came to one component of a live machine, in order and with its times: what {@link
 * Replay} executes it again from. One owner.
 *
 * <pre>
 * file     the entries one after the other, the first a HEADER, the last an END
 * entry    length of the body, 4 bytes; body; CRC-32C of all bodies up to here, 4 bytes
 * body     kind, 1 byte; machine time in ps, 8 bytes; and then
 *   HEADER   version, component id, seed, path
 *   START    nothing
 *   MESSAGE  component id of the sender or -1, lane, message
 *   ALARM    which one: the nth that it asked for
 *   PARKED   as MESSAGE: it came when the machine was frozen, and nobody reacted
 *   HELD     component id of the receiver, lane, message: it was still held back at the end
 *   END      CRC-32C of the component's state
 * </pre>
 *
 * <p>A lane is a port or a bus of the sender, in the order of first use: messages of one lane to
 * one receiver keep their order.
 */
final class ArrivalLog {
  static final int VERSION = 1;
  static final int HEADER = 1;
  static final int START = 2;
  static final int MESSAGE = 3;
  static final int ALARM = 4;
  static final int PARKED = 5;
  static final int HELD = 6;
  static final int END = 7;
  static final int OUTSIDE = -1;

  private static final int BUFFER_BYTES = 1 << 16;

  private final Recording recording;
  private final int id;
  private final String path;

  /** Null when there is no file, or no more. */
  private FileChannel file;

  private OutputStream out;
  private final StateWriter body = new StateWriter(ProtocolCodecs.all());
  private final CRC32C crc = new CRC32C();
  private final byte[] word = new byte[4];

  /** Makes the file; what goes wrong, here and later, is told to the recording. */
  ArrivalLog(Recording recording, int id, String path, long seed) {
    this.recording = recording;
    this.id = id;
    this.path = path;
    try {
      file = recording.channel(id);
      out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
    } catch (IOException broken) {
      recording.fail(path, broken);
    }
    begin(HEADER, 0);
    body.putInt(VERSION);
    body.putInt(id);
    body.putLong(seed);
    body.putText(path);
    write();
  }

  int id() {
    return id;
  }

  void start(long nowPs) {
    begin(START, nowPs);
    write();
  }

  void message(int kind, long nowPs, int peer, int lane, Message message) {
    begin(kind, nowPs);
    body.putInt(peer);
    body.putInt(lane);
    body.putMessage(message);
    write();
  }

  void alarm(long nowPs, long number) {
    begin(ALARM, nowPs);
    body.putLong(number);
    write();
  }

  void end(long nowPs, long state) {
    begin(END, nowPs);
    body.putLong(state);
    write();
    close();
  }

  /** Closes the file; what still comes is not written. */
  void close() {
    if (file == null) {
      return;
    }
    try {
      if (!recording.failed()) {
        out.flush();
      }
    } catch (IOException broken) {
      recording.fail(path, broken);
    }
    drop();
  }

  // Gives the room back at once when nothing is kept.
  private void drop() {
    try (FileChannel closing = file) {
      if (recording.failed()) {
        closing.truncate(0);
      }
    } catch (IOException broken) {
      recording.fail(path, broken);
    }
    file = null;
    out = null;
  }

  private void begin(int kind, long nowPs) {
    body.clear();
    body.putByte(kind);
    body.putLong(nowPs);
  }

  private void write() {
    if (file == null) {
      return;
    }
    if (recording.failed()) {
      drop();
      return;
    }
    byte[] bytes = body.toBytes();
    crc.update(bytes, 0, bytes.length);
    try {
      putWord(bytes.length);
      out.write(bytes);
      putWord((int) crc.getValue());
    } catch (IOException broken) {
      recording.fail(path, broken);
      drop();
    }
  }

  private void putWord(int value) throws IOException {
    word[0] = (byte) (value >>> 24);
    word[1] = (byte) (value >>> 16);
    word[2] = (byte) (value >>> 8);
    word[3] = (byte) value;
    out.write(word);
  }
}
