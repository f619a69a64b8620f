package irqlab.protocol;

/**
 * Where things are in physical memory.
 *
 * <pre>
 * 0x0000_0000  host memory; from 0x1000_0000 on the queues of NVMe controllers
 * 0xC000_0000  BAR 0 of PCIe function n at n * 1 MiB
 * 0xFD00_0000  registers of legacy device n at n * 4 KiB
 * 0xFEC0_0000  IO-APIC n at n * 4 KiB
 * 0xFEE0_0000  local APIC of the CPU that accesses it; for a device: interrupt messages
 * </pre>
 *
 * <p>Inside BAR 0: device registers from 0x0000, doorbells from 0x1000, the MSI-X table at 0x1_0000
 * (32 KiB), the PBA at 0x1_8000.
 */
public final class MemoryMap {
  /** First address of the queues of NVMe controllers, one after the other, whole pages each. */
  public static final long RINGS = 0x1000_0000L;

  /** First address of BARs. */
  public static final long BARS = 0xC000_0000L;

  /** Size of BAR 0 of each function. */
  public static final int BAR_BYTES = 0x10_0000;

  /** First address of legacy devices' registers. */
  public static final long LEGACY = 0xFD00_0000L;

  /** Size of one legacy device's registers. */
  public static final int LEGACY_BYTES = 0x1000;

  /** First address of IO-APICs. */
  public static final long IO_APICS = 0xFEC0_0000L;

  /** Size of one IO-APIC's page. */
  public static final int IO_APIC_BYTES = 0x1000;

  /** Offset of the MSI-X table in BAR 0. */
  public static final int MSIX_TABLE = 0x1_0000;

  /** Offset of the MSI-X pending bits in BAR 0. */
  public static final int MSIX_PBA = 0x1_8000;

  /** Offset of the doorbells in BAR 0. */
  public static final int DOORBELLS = 0x1000;

  /** Configuration space offset of the MSI capability: 64-bit address, maskable. */
  public static final int MSI_CAPABILITY = 0x50;

  /** Configuration space offset of the MSI-X capability. */
  public static final int MSIX_CAPABILITY = 0x70;

  private static final long PAGE_BYTES = 0x1000;
  private static final int SUBMISSION_BYTES = 64;
  private static final int COMPLETION_BYTES = 16;

  private MemoryMap() {}

  /** Room of a submission queue of an NVMe controller with so many entries, in bytes. */
  public static long submissionBytes(int entries) {
    return pages((long) entries * SUBMISSION_BYTES);
  }

  /** Room of a completion queue of an NVMe controller with so many entries, in bytes. */
  public static long completionBytes(int entries) {
    return pages((long) entries * COMPLETION_BYTES);
  }

  private static long pages(long bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  /** BAR 0 of the function at this place of the topology's list. */
  public static long bar(int endpointIndex) {
    return BARS + (long) endpointIndex * BAR_BYTES;
  }

  /** Registers of the legacy device at this place of the topology's list. */
  public static long legacy(int legacyIndex) {
    return LEGACY + (long) legacyIndex * LEGACY_BYTES;
  }

  /** Page of the IO-APIC at this place of the topology's list. */
  public static long ioApic(int chipIndex) {
    return IO_APICS + (long) chipIndex * IO_APIC_BYTES;
  }
}
