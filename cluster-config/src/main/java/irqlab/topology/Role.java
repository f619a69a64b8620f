package irqlab.topology;

/** Which kind of cluster node may host a component. */
public enum Role {
  /** Cores, LAPICs and the kernel. */
  CPU("cpu"),
  /** IO-APICs, the 8259A pair and the sources of their pins. */
  IOAPIC("ioapic"),
  /** Root complex, host memory and PCIe functions. */
  PCIE("pcie"),
  /** Whatever drives and watches the machine. */
  LOAD("load");

  private final String text;

  Role(String text) {
    this.text = text;
  }

  /** The name of the Akka role. */
  public String text() {
    return text;
  }
}
