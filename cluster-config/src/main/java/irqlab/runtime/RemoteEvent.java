package irqlab.runtime;

/**
 * An event on its way from one group to another, with its whole key.
 *
 * @param timePs when it arrives
 * @param order receiver in bits 27:8, class in bits 7:0
 * @param tie 0, or the draw of the fair policy
 * @param source sender in bits 63:44, the sender's number in bits 43:0
 * @param message what arrives
 */
public record RemoteEvent(long timePs, int order, long tie, long source, Message message) {
  /** Writes the key and the message: 28 bytes and the message's. */
  public void write(StateWriter out) {
    out.putLong(timePs);
    out.putInt(order);
    out.putLong(tie);
    out.putLong(source);
    out.putMessage(message);
  }

  /** Reads what {@link #write} wrote. */
  public static RemoteEvent read(StateReader in) {
    return new RemoteEvent(in.getLong(), in.getInt(), in.getLong(), in.getLong(), in.getMessage());
  }

  /** The id of the receiver. */
  public int receiver() {
    return order >>> 8;
  }
}
