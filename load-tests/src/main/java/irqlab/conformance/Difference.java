package irqlab.conformance;

/**
 * One thing that is not as recorded.
 *
 * @param step number of the step, from 0; the number of steps for the final state
 * @param op its operation, or {@code final}
 * @param cpu of whose state it is, or -1
 * @param name register or result, such as {@code irr} or {@code vector}
 * @param expected as recorded
 * @param actual as it is here
 */
record Difference(int step, String op, int cpu, String name, String expected, String actual) {
  /** The replay itself was stopped by a fault of ours. */
  static Difference stopped(RuntimeException fault) {
    return new Difference(-1, "replay", -1, "fault", "none", fault.toString());
  }

  /** The field as people read it, such as {@code cpu1.irr}. */
  String field() {
    return cpu < 0 ? name : "cpu" + cpu + "." + name;
  }

  /** The bits in which two numbers differ, or -1 when they are not numbers. */
  long differentBits() {
    try {
      return ApicVector.hex(expected) ^ ApicVector.hex(actual);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
