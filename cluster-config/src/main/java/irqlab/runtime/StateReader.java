package irqlab.runtime;

/**
 * Reads what {@link StateWriter} wrote. Counts are checked against the bytes that are left before
 * anything is allocated.
 *
 * <p>Errors: {@link MalformedStateException} names the offset and what was expected.
 */
public final class StateReader {
  private final byte[] bytes;
  private final int end;
  private final Codecs codecs;
  private int at;

  /** Reads all of these bytes. */
  public StateReader(byte[] bytes, Codecs codecs) {
    this(bytes, 0, bytes.length, codecs);
  }

  /** Reads {@code length} bytes from {@code offset}. */
  public StateReader(byte[] bytes, int offset, int length, Codecs codecs) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
    this.codecs = codecs;
  }

  /** Reads one byte, 0 to 255. */
  public int getByte() {
    need(1, "a byte");
    return bytes[at++] & 0xFF;
  }

  /** Reads one byte that must be 0 or 1. */
  public boolean getBoolean() {
    int value = getByte();
    if (value > 1) {
      throw new MalformedStateException("offset=" + (at - 1) + " value=" + value + ": not 0 or 1");
    }
    return value == 1;
  }

  /** Reads 4 bytes. */
  public int getInt() {
    need(4, "4 bytes");
    at += 4;
    return (int) StateWriter.INTS.get(bytes, at - 4);
  }

  /** Reads 8 bytes. */
  public long getLong() {
    need(8, "8 bytes");
    at += 8;
    return (long) StateWriter.LONGS.get(bytes, at - 8);
  }

  /** Reads a counted array of words. */
  public long[] getLongs() {
    long[] values = new long[count(8)];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong();
    }
    return values;
  }

  /** Reads a counted array of words. */
  public int[] getInts() {
    int[] values = new int[count(4)];
    for (int i = 0; i < values.length; i++) {
      values[i] = getInt();
    }
    return values;
  }

  /** Reads counted bytes. */
  public byte[] getBytes() {
    byte[] values = new byte[count(1)];
    System.arraycopy(bytes, at, values, 0, values.length);
    at += values.length;
    return values;
  }

  /** Reads a counted text. */
  public String getText() {
    char[] units = new char[count(2)];
    for (int i = 0; i < units.length; i++) {
      units[i] = (char) (getByte() << 8 | getByte());
    }
    return new String(units);
  }

  /** Reads a message: its kind (2 bytes) and its fields. */
  public Message getMessage() {
    return getMessage(codecs);
  }

  /** Reads a message that must be one of these. */
  public Message getMessage(Codecs allowed) {
    int start = at;
    int kind = getByte() << 8 | getByte();
    Codec<?> codec = allowed.find(kind);
    if (codec == null) {
      throw new MalformedStateException("offset=" + start + " kind=" + kind + ": no such message");
    }
    return codec.reader().read(this);
  }

  /** Reads a count of things of at least {@code sizeBytes} each, checked against what is left. */
  public int count(int sizeBytes) {
    int count = getInt();
    if (count < 0 || (long) count * sizeBytes > end - at) {
      throw new MalformedStateException(
          "offset=" + (at - 4) + " count=" + count + " leftBytes=" + (end - at));
    }
    return count;
  }

  /** How many bytes are left. */
  public int left() {
    return end - at;
  }

  /** Fails unless all bytes were read. */
  public void expectEnd() {
    if (at != end) {
      throw new MalformedStateException("offset=" + at + " leftBytes=" + (end - at));
    }
  }

  private void need(int count, String what) {
    if (end - at < count) {
      throw new MalformedStateException(
          "offset=" + at + " leftBytes=" + (end - at) + ": expected " + what);
    }
  }
}
