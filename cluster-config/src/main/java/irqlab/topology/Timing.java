package irqlab.topology;

/** A set of link times to start from; single links may be set on top. */
public enum Timing {
  /** Every hop takes 1 ps, so that the cost of a handler is the service time of the experiments. */
  IDEAL("ideal"),
  /** What a machine of today has, rounded. */
  TYPICAL("typical");

  private final String text;

  Timing(String text) {
    this.text = text;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }
}
