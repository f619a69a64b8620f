package irqlab.protocol;

/**
 * Address and data of an x86 interrupt message in compatibility format.
 *
 * <pre>
 * address  31      20 19      12 11    5  4   3    2   1 0
 *        +-----------+----------+------+---+----+----+----+
 *        |   0xFEE   | dest id  | 14:8 | 0 | RH | DM |    |
 *        +-----------+----------+------+---+----+----+----+
 * data     15       14      10    8 7        0
 *        +-------+--------+--------+----------+
 *        | level | assert |  mode  |  vector  |
 *        +-------+--------+--------+----------+
 * </pre>
 *
 * <p>Source: SDM vol. 3, "Message Signalled Interrupts" (MSG-001).
 */
public final class Msi {
  /** Bits 31:20 of every interrupt message's address. */
  public static final long BASE = 0xFEE0_0000L;

  private Msi() {}

  /** True when a write to this address is an interrupt message. */
  public static boolean isInterrupt(long address) {
    return (address & 0xFFFF_FFFF_FFF0_0000L) == BASE;
  }

  /** True for the remappable format, address bit 4. */
  public static boolean remappable(long address) {
    return Bits.test(address, 4);
  }

  /** Destination id, bits 19:12. */
  public static int destination(long address) {
    return (int) Bits.get(address, 19, 12);
  }

  /**
   * Extended destination id, 15 bits: bits 19:12 are its low ones and bits 11:5 its high ones. Only
   * where the platform says that it has them, as hypervisors do (MSG-003).
   */
  public static int extendedDestination(long address) {
    return destination(address) | (int) Bits.get(address, 11, 5) << 8;
  }

  /** Destination mode, bit 2: true for logical. */
  public static boolean logical(long address) {
    return Bits.test(address, 2);
  }

  /** Redirection hint, bit 3. */
  public static boolean redirectionHint(long address) {
    return Bits.test(address, 3);
  }

  /** Vector, data bits 7:0. */
  public static int vector(int data) {
    return data & 0xFF;
  }

  /** Delivery mode, data bits 10:8. */
  public static DeliveryMode mode(int data) {
    return DeliveryMode.of(data >>> 8);
  }

  /** Trigger mode, data bit 15: true for level. */
  public static boolean level(int data) {
    return Bits.test(data, 15);
  }

  /** Level, data bit 14: true for assert. */
  public static boolean asserted(int data) {
    return Bits.test(data, 14);
  }

  /** Address for this destination. */
  public static long address(int destination, boolean logical, boolean redirectionHint) {
    return BASE | (destination & 0xFFL) << 12 | (redirectionHint ? 8 : 0) | (logical ? 4 : 0);
  }
}
