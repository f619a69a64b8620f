package irqlab.runtime;

/**
 * One pending event, pooled. Its key is (time, order, tie, source), where order is receiver and
 * class, and source is sender and the sender's number.
 *
 * <p>The message is a field of type {@link Message} and not an array element: measured, the store
 * check and card mark of an object array cost more than the rest of an insertion.
 */
final class Slot {
  /** Room of a sender's number inside {@link #source}. */
  static final int SEQUENCE_BITS = 44;

  long timePs;

  /** Receiver in bits 27:8, class in bits 7:0. */
  int order;

  long tie;

  /** Sender in bits 63:44, the sender's number in bits 43:0. */
  long source;

  Message message;
  Slot next;

  boolean before(Slot other) {
    if (timePs != other.timePs) {
      return timePs < other.timePs;
    }
    if (order != other.order) {
      return order < other.order;
    }
    if (tie != other.tie) {
      return tie < other.tie;
    }
    return source < other.source;
  }
}
