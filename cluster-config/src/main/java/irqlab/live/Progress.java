package irqlab.live;

/**
 * Where a live run stands, added up over its components. The parts are read one after the other
 * while the machine runs, so they are exact only when it stands still.
 *
 * @param wallNs since the start
 * @param sent messages sent
 * @param processed messages taken out of a mailbox
 * @param raised interrupts raised
 * @param closed interrupts with a fate
 * @param handled interrupts handled
 */
public record Progress(
    long wallNs, long sent, long processed, long raised, long closed, long handled) {
  /** Messages on their way or in a mailbox. */
  public long inFlight() {
    return sent - processed;
  }

  /** Interrupts without a fate. */
  public long open() {
    return raised - closed;
  }

  /** This one and what another part of the machine counted, as seen now by this one. */
  public Progress plus(Progress other) {
    return new Progress(
        wallNs,
        sent + other.sent,
        processed + other.processed,
        raised + other.raised,
        closed + other.closed,
        handled + other.handled);
  }
}
