package irqlab.topology;

/** How a line asks. */
public enum Trigger {
  /** A rise is one request. */
  EDGE("edge", "edge"),
  /** High asks for as long as it lasts. */
  LEVEL("level", "fasteoi");

  private final String text;
  private final String flow;

  Trigger(String text, String flow) {
    this.text = text;
    this.flow = flow;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }

  /** The name of the flow that x86 prints behind the hwirq (PRC-005). */
  public String flow() {
    return flow;
  }
}
