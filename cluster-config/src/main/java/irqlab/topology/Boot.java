package irqlab.topology;

/**
 * How CPU 0 starts the others, rule BOOT-001.
 *
 * <p>The delays are those of {@code cpu_init_udelay}: parts of today need none after INIT.
 */
public enum Boot {
  /** INIT, then twice STARTUP and 10 us plus 10 us: 40 us for each CPU. */
  MODERN("modern", 0, 10_000_000L, 10_000_000L),
  /** INIT and 10 ms, then twice STARTUP and 300 us plus 200 us: 11 ms for each CPU. */
  LEGACY("legacy", 10_000_000_000L, 300_000_000L, 200_000_000L),
  /** Every CPU runs from power-up on and no IPI is sent; one that returns is started as MODERN. */
  DIRECT("direct", 0, 10_000_000L, 10_000_000L);

  private final String text;
  private final long initPs;
  private final long acceptPs;
  private final long settlePs;

  Boot(String text, long initPs, long acceptPs, long settlePs) {
    this.text = text;
    this.initPs = initPs;
    this.acceptPs = acceptPs;
    this.settlePs = settlePs;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }

  /** From the assertion of INIT to its de-assertion, in ps. */
  public long initPs() {
    return initPs;
  }

  /** From a STARTUP until the CPU has had time to accept it, in ps. */
  public long acceptPs() {
    return acceptPs;
  }

  /** From then until the error status is read, in ps. */
  public long settlePs() {
    return settlePs;
  }
}
