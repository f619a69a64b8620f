package irqlab.live;

import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Message;
import irqlab.runtime.StateReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.zip.CRC32C;

/** An {@link ArrivalLog} that was read and found whole. One owner. */
final class ArrivalFile {
  private static final int HEAD_BYTES = 9;
  private static final int PEER_BYTES = 8;

  private final MappedFile bytes;

  private final Map<Long, Stream> bySender = new HashMap<>();
  private final Map<Long, Stream> held = new HashMap<>();

  /** Something that a component got and that no sender was asked for. */
  record LeftOver(int from, long event, long atPs, Message message) {}

  /** The messages of one lane, in order, of which the first is taken; eight bytes for each. */
  private static final class Stream {
    private static final int PART_MIN = 8;
    private static final int PART_MAX = 4096;

    private final ArrayDeque<Part> parts = new ArrayDeque<>();

    private void add(long place, int event) {
      Part last = parts.peekLast();
      if (last == null || last.full() || place - last.base > Integer.MAX_VALUE) {
        last = new Part(place, last == null ? PART_MIN : Math.min(PART_MAX, last.at.length * 2));
        parts.add(last);
      }
      last.at[last.count] = (int) (place - last.base);
      last.event[last.count++] = event;
    }

    private boolean isEmpty() {
      return parts.isEmpty();
    }

    private long place() {
      Part first = parts.getFirst();
      return first.base + first.at[first.taken];
    }

    private int event() {
      Part first = parts.getFirst();
      return first.event[first.taken];
    }

    private void take() {
      Part first = parts.getFirst();
      if (++first.taken == first.count) {
        parts.removeFirst();
      }
    }
  }

  /** Places behind the first of them, and which event each message is. */
  private static final class Part {
    private final long base;
    private final int[] at;
    private final int[] event;
    private int count;
    private int taken;

    private Part(long base, int size) {
      this.base = base;
      at = new int[size];
      event = new int[size];
    }

    private boolean full() {
      return count == at.length;
    }
  }

  private ArrivalFile(MappedFile bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a log.
   *
   * @throws MalformedStateException when it is missing, damaged, cut short or of another machine
   */
  static ArrivalFile read(Path path, int id, String component, long seed) throws IOException {
    try {
      ArrivalFile file = new ArrivalFile(MappedFile.open(path));
      file.index(path, id, component, seed);
      return file;
    } catch (NoSuchFileException none) {
      throw new MalformedStateException("it has no log " + path);
    }
  }

  private void index(Path path, int id, String component, long seed) {
    CRC32C crc = new CRC32C();
    long at = 0;
    long size = bytes.size();
    int entry = 0;
    int kind = 0;
    int events = 0;
    while (at < size) {
      int length = size - at >= 4 ? word(at) : -1;
      if (length < HEAD_BYTES || length > MappedFile.REACH - 8 || length > size - at - 8) {
        throw new MalformedStateException(
            "its log was cut short or changed at entry " + entry + ": " + path);
      }
      crc.update(bytes.slice(at + 4, length));
      if ((int) crc.getValue() != word(at + 4 + length)) {
        throw new MalformedStateException("its log was changed at entry " + entry + ": " + path);
      }
      kind = bytes.get(at + 4);
      if (entry == 0) {
        header(kind, at + 4, length, id, component, seed);
      } else if (kind <= ArrivalLog.ALARM) {
        events++;
      }
      note(kind, at + 4, length, events);
      at += length + 8;
      entry++;
    }
    if (kind != ArrivalLog.END) {
      throw new MalformedStateException("its log has no end: the run broke off, " + path);
    }
  }

  private void header(int kind, long at, int length, int id, String component, long seed) {
    StateReader in = reader(at + HEAD_BYTES, length - HEAD_BYTES);
    boolean known = kind == ArrivalLog.HEADER && in.getInt() == ArrivalLog.VERSION;
    if (!known || in.getInt() != id || in.getLong() != seed || !in.getText().equals(component)) {
      throw new MalformedStateException("its log is of another machine, seed or version");
    }
  }

  private void note(int kind, long at, int length, int events) {
    if (kind != ArrivalLog.MESSAGE && kind != ArrivalLog.PARKED && kind != ArrivalLog.HELD) {
      return;
    }
    if (length < HEAD_BYTES + PEER_BYTES) {
      throw new MalformedStateException("its log has an entry of " + length + " bytes");
    }
    int peer = word(at + HEAD_BYTES);
    if (peer != ArrivalLog.OUTSIDE) {
      Map<Long, Stream> into = kind == ArrivalLog.HELD ? held : bySender;
      long key = key(peer, word(at + HEAD_BYTES + 4));
      into.computeIfAbsent(key, any -> new Stream()).add(at, events);
    }
  }

  private static long key(int peer, int lane) {
    return (long) peer << 32 | lane;
  }

  /** The bytes of the next message that this sender sent here on this lane, or null. */
  byte[] nextOf(int sender, int lane) {
    return next(bySender.get(key(sender, lane)));
  }

  /** The bytes of the next message that this component held back at the end, or null. */
  byte[] nextHeld(int receiver, int lane) {
    return next(held.get(key(receiver, lane)));
  }

  private byte[] next(Stream stream) {
    if (stream == null || stream.isEmpty()) {
      return null;
    }
    byte[] message = message(stream);
    stream.take();
    return message;
  }

  private byte[] message(Stream stream) {
    long at = stream.place();
    int head = HEAD_BYTES + PEER_BYTES;
    return bytes.copy(at + head, word(at - 4) - head);
  }

  /**
   * The first message that nobody has asked for.
   *
   * @param silent true for senders that were not executed again
   */
  Optional<LeftOver> leftOver(IntPredicate silent) {
    LeftOver first = null;
    for (Map.Entry<Long, Stream> each : bySender.entrySet()) {
      Stream stream = each.getValue();
      int from = (int) (each.getKey() >>> 32);
      if (!stream.isEmpty() && !silent.test(from)) {
        if (first == null || stream.event() < first.event) {
          long atPs = bytes.getLong(stream.place() + 1);
          first = new LeftOver(from, stream.event(), atPs, message(message(stream)));
        }
      }
    }
    return Optional.ofNullable(first);
  }

  static Message message(byte[] bytes) {
    return new StateReader(bytes, ProtocolCodecs.all()).getMessage();
  }

  Cursor cursor() {
    return new Cursor();
  }

  /** Goes through the entries after the header. */
  final class Cursor {
    private long at = word(0) + 8L;
    private long body;
    private int length;

    /** Moves to the next entry; false at the end. */
    boolean next() {
      length = word(at);
      body = at + 4;
      at += length + 8;
      return kind() != ArrivalLog.END;
    }

    int kind() {
      return bytes.get(body);
    }

    long atPs() {
      return bytes.getLong(body + 1);
    }

    int from() {
      return word(body + HEAD_BYTES);
    }

    long alarm() {
      return bytes.getLong(body + HEAD_BYTES);
    }

    /** The state that was written down at the end, once {@link #next} said so. */
    long state() {
      return bytes.getLong(body + HEAD_BYTES);
    }

    Message message() {
      int head = HEAD_BYTES + PEER_BYTES;
      return reader(body + head, length - head).getMessage();
    }
  }

  private StateReader reader(long at, int length) {
    return new StateReader(bytes.copy(at, length), ProtocolCodecs.all());
  }

  private int word(long at) {
    return bytes.getInt(at);
  }
}
