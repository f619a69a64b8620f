package irqlab.topology;

/** What the driver of a device asks for when it allocates its vectors. */
public enum Affinity {
  /** The kernel spreads the queues over the CPUs and owns their masks. */
  MANAGED("managed"),
  /** The driver spreads its vectors by hints; the user may move them. */
  SPREAD("spread"),
  /** Every vector may go anywhere. */
  NONE("none");

  private final String text;

  Affinity(String text) {
    this.text = text;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }
}
