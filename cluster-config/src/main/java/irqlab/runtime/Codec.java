package irqlab.runtime;

/**
 * How one message record is written and read, on the wire and in checkpoints alike.
 *
 * @param kind 1 to 4095, the number that stands before the fields; equals {@link Message#kind}
 * @param type the record
 * @param writer writes the fields in their declared order
 * @param reader reads them back; rejects what no writer makes
 */
public record Codec<T extends Message>(
    int kind, Class<T> type, Writer<T> writer, Reader<T> reader) {

  /** Writes the fields of a message. */
  @FunctionalInterface
  public interface Writer<T extends Message> {
    /** Writes the fields, not the kind. */
    void write(T message, StateWriter out);
  }

  /** Reads the fields of a message. */
  @FunctionalInterface
  public interface Reader<T extends Message> {
    /** Reads the fields, not the kind. */
    T read(StateReader in);
  }
}
