package irqlab.topology;

/** How a PCIe function interrupts. */
public enum MsiKind {
  /** MSI-X, 1 to 2048 table entries. */
  MSI_X("msi-x"),
  /** MSI, 1 to 32 messages, a power of two. */
  MSI("msi"),
  /** A wire to a level pin of an IO-APIC. */
  INTX("intx");

  private final String text;

  MsiKind(String text) {
    this.text = text;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }
}
