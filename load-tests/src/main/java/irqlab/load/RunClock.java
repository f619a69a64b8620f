package irqlab.load;

/** The wall clock of the harness. The model never sees it. */
final class RunClock {
  private RunClock() {}

  static long nowNs() {
    return System.nanoTime();
  }
}
