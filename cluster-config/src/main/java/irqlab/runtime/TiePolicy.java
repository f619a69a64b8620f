package irqlab.runtime;

/** Who comes first when two senders' messages of one class reach a component at the same time. */
public enum TiePolicy {
  /** The sender with the lower id. */
  ID,
  /** A draw of (seed, time, sender): no sender is favoured, and the run stays repeatable. */
  FAIR
}
