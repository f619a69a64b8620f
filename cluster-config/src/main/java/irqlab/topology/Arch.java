package irqlab.topology;

/** Whose words the machine speaks to its users. */
public enum Arch {
  /** Rows, chips and flow names of x86. */
  X86("x86"),
  /**
   * Rows, chips and trigger words of arm64.
   *
   * <p>Not modelled: the GIC and its ITS. Their interrupts are generic sources under their own
   * names.
   */
  ARM64("arm64");

  private final String text;

  Arch(String text) {
    this.text = text;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }
}
