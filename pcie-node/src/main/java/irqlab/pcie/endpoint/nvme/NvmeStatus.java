package irqlab.pcie.endpoint.nvme;

/**
 * Status of a completion: type in bits 10:8, code in bits 7:0.
 *
 * <p>Source: NVM Express Base Specification 1.4, "Status Field Definition".
 */
public final class NvmeStatus {
  /** Successful completion. */
  public static final int SUCCESS = 0x000;

  /** Invalid command opcode. */
  public static final int INVALID_OPCODE = 0x001;

  /** Invalid field in command. */
  public static final int INVALID_FIELD = 0x002;

  /** Invalid namespace or format. */
  public static final int INVALID_NAMESPACE = 0x00B;

  /** Completion queue invalid. */
  public static final int COMPLETION_QUEUE_INVALID = 0x100;

  /** Invalid queue identifier. */
  public static final int INVALID_QUEUE_ID = 0x101;

  /** Invalid queue size. */
  public static final int INVALID_QUEUE_SIZE = 0x102;

  /** Invalid interrupt vector. */
  public static final int INVALID_VECTOR = 0x108;

  /** Invalid queue deletion: a submission queue still uses it. */
  public static final int INVALID_DELETION = 0x10C;

  private NvmeStatus() {}
}
