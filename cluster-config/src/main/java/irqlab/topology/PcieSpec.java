package irqlab.topology;

/**
 * The PCIe links of a machine.
 *
 * @param postedCredits posted header credits that a root port advertises to its function, 1 to
 *     {@link #POSTED_MAX}, or {@link #INFINITE}
 */
public record PcieSpec(int postedCredits) {
  /** As InitFC says it: 0 is no limit, and UpdateFC is never sent. */
  public static final int INFINITE = 0;

  /**
   * The most that a receiver may have outstanding without scaled flow control.
   *
   * <p>Source: PCI Express Base Specification, "Flow Control Rules".
   */
  public static final int POSTED_MAX = 127;

  /**
   * 64: what the x16 root port of a server processor advertises; its x8 and x4 ports 32 and 16.
   * Which of them a machine has is a choice.
   *
   * <p>Source: Intel Xeon Processor C5500/C3500 Series datasheet, volume 1 (323103-001), "PCI
   * Express Credit Mapping for Inbound Requests".
   */
  public static final PcieSpec DEFAULT = new PcieSpec(64);

  /** Errors: {@link IllegalArgumentException} when the credits are out of their range. */
  public PcieSpec {
    if (postedCredits < INFINITE || postedCredits > POSTED_MAX) {
      throw new IllegalArgumentException(
          "postedCredits=" + postedCredits + ": 1 to " + POSTED_MAX + ", or 0 for no limit");
    }
  }
}
