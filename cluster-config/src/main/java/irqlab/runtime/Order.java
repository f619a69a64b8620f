package irqlab.runtime;

/** Classes of events that reach one component at the same time: lower ones first. */
public final class Order {
  /** A component's own alarms: the end of a service comes before an arrival. */
  public static final int ALARM = 0;

  /** Answers and levels that close something: EOI, completions, INTR. */
  public static final int ANSWER = 16;

  /** Everything else. */
  public static final int MESSAGE = 64;

  private Order() {}
}
