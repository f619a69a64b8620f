package irqlab.cpu.linux;

/**
 * The number of a PCI MSI in the domain that all functions share: {@code PCI-MSI} of kernels before
 * 6.2 and {@code ITS-MSI}, PRC-008.
 *
 * @param segment PCI domain, 0 to 31
 * @param bus 0 to 255
 * @param device 0 to 31
 * @param function 0 to 7
 * @param index entry of the MSI-X table, or message of an MSI; 0 to 2047
 */
public record MsiHwirq(int segment, int bus, int device, int function, int index) {

  /** The number as {@code /proc/interrupts} prints it. */
  public long encode() {
    long address = (long) bus << 8 | device << 3 | function;
    return (long) segment << 27 | address << 11 | index;
  }

  /** The function and entry behind a number. */
  public static MsiHwirq decode(long hwirq) {
    int address = (int) (hwirq >> 11 & 0xFFFF);
    return new MsiHwirq(
        (int) (hwirq >> 27), address >> 8, address >> 3 & 0x1F, address & 7, (int) (hwirq & 0x7FF));
  }

  /** The function as Linux writes it, such as {@code 0000:00:04.0}. */
  public String address() {
    return String.format("%04x:%02x:%02x.%x", segment, bus, device, function);
  }

  /**
   * The chip name of a PCI MSI on x86, PRC-009 and PRC-010.
   *
   * @param msix MSI-X, where false is MSI
   * @param remapped interrupt remapping is on
   */
  public String chip(KernelProfile profile, boolean msix, boolean remapped) {
    String prefix = remapped ? "IR-" : "";
    if (profile.msiChips() == KernelProfile.MsiChips.GLOBAL) {
      return prefix + "PCI-MSI";
    }
    return prefix + (msix ? "PCI-MSIX-" : "PCI-MSI-") + address();
  }

  /** What {@code /proc/interrupts} prints in the hwirq column on x86: this number or the index. */
  public long column(KernelProfile profile) {
    return profile.msiChips() == KernelProfile.MsiChips.GLOBAL ? encode() : index;
  }
}
