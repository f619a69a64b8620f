package irqlab.topology;

/** Which device sits behind a PCIe function. */
public enum EndpointKind {
  /** NVMe controller: an admin queue and I/O queues in host memory. */
  NVME("nvme"),
  /** A device of so many interrupt sources, with a cost to drain each. */
  GENERIC("generic");

  private final String text;

  EndpointKind(String text) {
    this.text = text;
  }

  /** The word in a scenario. */
  public String text() {
    return text;
  }
}
