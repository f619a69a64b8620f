package irqlab.protocol;

/**
 * Which local APIC of a destination gets a lowest-priority interrupt (ICR-013). Only software
 * enabled ones take part. Senders use it alike: local APICs for IPIs, the root complex for
 * messages.
 *
 * <p>Model-specific: no document fixes the choice, and no two implementations agree (D-16).
 */
public enum LowestPriorityPolicy {
  /** The lowest task priority, then the lowest CPU number: the documented intent. */
  LOWEST_TPR("lowest-tpr"),
  /** CPU number {@code vector mod n} of the n that match, so a vector stays on its CPU. */
  VECTOR_HASH("vector-hash"),
  /** Each in turn, counted at the sender. */
  ROUND_ROBIN("round-robin"),
  /** The lowest CPU number. */
  FIRST("first");

  private final String text;

  LowestPriorityPolicy(String text) {
    this.text = text;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }

  /** True when senders must be told of every change of a task priority. */
  public boolean needsPriority() {
    return this == LOWEST_TPR;
  }

  /**
   * Picks one.
   *
   * @param directory what the sender knows
   * @param candidates CPUs that match the destination, ascending; those that are software disabled
   *     are taken out
   * @param count how many candidates
   * @param vector the interrupt's vector
   * @param turn how many the sender picked before
   * @return the CPU, or {@link ApicDirectory#NONE}
   */
  public int choose(ApicDirectory directory, int[] candidates, int count, int vector, int turn) {
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (directory.enabled(candidates[i])) {
        candidates[left++] = candidates[i];
      }
    }
    if (left == 0) {
      return ApicDirectory.NONE;
    }
    return switch (this) {
      case LOWEST_TPR -> lowest(directory, candidates, left);
      case VECTOR_HASH -> candidates[vector % left];
      case ROUND_ROBIN -> candidates[Integer.remainderUnsigned(turn, left)];
      case FIRST -> candidates[0];
    };
  }

  private static int lowest(ApicDirectory directory, int[] candidates, int count) {
    int best = candidates[0];
    for (int i = 1; i < count; i++) {
      if (directory.priority(candidates[i]) < directory.priority(best)) {
        best = candidates[i];
      }
    }
    return best;
  }
}
