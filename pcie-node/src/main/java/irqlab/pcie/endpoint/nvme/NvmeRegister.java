package irqlab.pcie.endpoint.nvme;

/**
 * Registers of the controller, offsets in BAR 0.
 *
 * <p>Source: NVM Express Base Specification 1.4, "Controller Registers".
 */
public final class NvmeRegister {
  /** Controller capabilities, 64 bits, read-only. */
  public static final int CAP = 0x00;

  /** Version, read-only. */
  public static final int VS = 0x08;

  /** Interrupt mask set: ones mask vectors; not for MSI-X (DEV-005). */
  public static final int INTMS = 0x0C;

  /** Interrupt mask clear: ones unmask vectors. */
  public static final int INTMC = 0x10;

  /** Controller configuration: bit 0 enables, bits 15:14 shut down. */
  public static final int CC = 0x14;

  /** Controller status: bit 0 ready, bit 1 fatal, bits 3:2 shutdown. */
  public static final int CSTS = 0x1C;

  /** Admin queue sizes less one: submission 11:0, completion 27:16. */
  public static final int AQA = 0x24;

  /** Admin submission queue, 64 bits. */
  public static final int ASQ = 0x28;

  /** Admin completion queue, 64 bits. */
  public static final int ACQ = 0x30;

  /** CC bit 0. */
  public static final int CC_ENABLE = 1;

  /** CSTS bit 0. */
  public static final int CSTS_READY = 1;

  /** CSTS bit 1: the admin queues cannot be used. */
  public static final int CSTS_FATAL = 2;

  /** CSTS bits 3:2, shutdown complete. */
  public static final int CSTS_SHUT_DOWN = 2 << 2;

  /** Largest queue in entries. */
  public static final int ENTRIES_MAX = 65536;

  /** Version 1.4. */
  static final int VERSION = 0x0001_0400;

  /**
   * MQES 65535, contiguous queues required, timeout 5 s, doorbell stride 4 bytes, NVM command set.
   */
  static final long CAPABILITIES = ENTRIES_MAX - 1 | 1L << 16 | 10L << 24 | 1L << 37;

  private NvmeRegister() {}
}
