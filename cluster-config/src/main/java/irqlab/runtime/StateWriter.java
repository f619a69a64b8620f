package irqlab.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes of a checkpoint or of a frame, big endian, growing as needed. One owner.
 *
 * <p>What is written for equal states is equal byte for byte, on every JVM.
 */
public final class StateWriter {
  /** Four bytes of an array as an int, at any offset. */
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** Eight bytes of an array as a long, at any offset. */
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[256];
  private int length;
  private final Codecs codecs;

  /** A writer that can also write messages of these codecs. */
  public StateWriter(Codecs codecs) {
    this.codecs = codecs;
  }

  /** Writes the low 8 bits. */
  public void putByte(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  /** Writes one byte, 1 or 0. */
  public void putBoolean(boolean value) {
    putByte(value ? 1 : 0);
  }

  /** Writes 4 bytes. */
  public void putInt(int value) {
    room(4);
    INTS.set(bytes, length, value);
    length += 4;
  }

  /** Writes 8 bytes. */
  public void putLong(long value) {
    room(8);
    LONGS.set(bytes, length, value);
    length += 8;
  }

  /** Writes a count (4 bytes) and the words. */
  public void putLongs(long[] values) {
    putInt(values.length);
    for (long value : values) {
      putLong(value);
    }
  }

  /** Writes a count (4 bytes) and the words. */
  public void putInts(int[] values) {
    putInt(values.length);
    for (int value : values) {
      putInt(value);
    }
  }

  /** Writes a count (4 bytes) and the bytes. */
  public void putBytes(byte[] values) {
    putInt(values.length);
    room(values.length);
    System.arraycopy(values, 0, bytes, length, values.length);
    length += values.length;
  }

  /** Writes a count (4 bytes) and UTF-16 units. */
  public void putText(String text) {
    putInt(text.length());
    for (int i = 0; i < text.length(); i++) {
      putByte(text.charAt(i) >>> 8);
      putByte(text.charAt(i));
    }
  }

  /** Writes a message: its kind (2 bytes) and its fields. */
  @SuppressWarnings("unchecked")
  public void putMessage(Message message) {
    Codec<Message> codec = (Codec<Message>) codecs.ofKind(message.kind());
    putByte(codec.kind() >>> 8);
    putByte(codec.kind());
    codec.writer().write(message, this);
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  /** Overwrites 4 bytes written earlier, for counts that are known late. */
  public void setInt(int at, int value) {
    INTS.set(bytes, at, value);
  }

  /** Forgets what was written and keeps the room. */
  public void clear() {
    length = 0;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Takes a range of bytes. */
  @FunctionalInterface
  public interface Sink {
    /** Takes {@code length} bytes from {@code offset}; they are overwritten later. */
    void take(byte[] bytes, int offset, int length);
  }

  /** Hands over what was written without a copy. */
  public void copyTo(Sink sink) {
    sink.take(bytes, 0, length);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
