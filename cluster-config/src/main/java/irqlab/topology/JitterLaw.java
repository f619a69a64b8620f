package irqlab.topology;

/** What is added to the cost of each handler run, drawn anew for each. */
public sealed interface JitterLaw {
  /** Nothing is added. */
  JitterLaw NONE = new None();

  /** Nothing is added. */
  record None() implements JitterLaw {}

  /**
   * Exponentially distributed.
   *
   * @param meanPs mean, at least 1
   */
  record Exponential(long meanPs) implements JitterLaw {}

  /**
   * Any value of a range, all alike.
   *
   * @param fromPs smallest
   * @param toPs largest, inclusive
   */
  record Uniform(long fromPs, long toPs) implements JitterLaw {}
}
