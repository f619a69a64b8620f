package irqlab.pcie.config;

import irqlab.observe.Fate;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * MSI: up to 32 messages of one address and consecutive data (MSI-001 to MSI-005).
 *
 * <pre>
 *                   32 bit    32 bit, masks   64 bit    64 bit, masks
 * control           +0        +0              +0        +0
 * address           +4        +4              +4 +8     +4 +8
 * data              +8        +8              +12       +12
 * mask              -         +12             -         +16
 * pending           -         +16             -         +20
 * bytes             0x0A      0x14            0x0E      0x18
 *
 * message control  8      7    6      4 3      1    0
 *               +-------+----+--------+--------+--------+
 *               | masks | 64 | enabled| capable| enable |
 *               +-------+----+--------+--------+--------+
 * </pre>
 *
 * <p>A message that must wait behind another of the same number for flow-control credit is pending,
 * as in {@link MsixCapability}; software sees it only where there are pending bits.
 *
 * <p>Source: PCI Local Bus Specification 3.0, "MSI Capability Structure".
 */
public final class MsiCapability {
  static final int CAPABILITY_ID = 0x05;

  private final int capableLog2;
  private final boolean wide;
  private final boolean masks;
  private boolean enabled;
  private int enabledLog2;
  private long address;
  private int data;
  private int mask;
  private int pending;
  private final long[] pendingId = new long[32];
  private final long[] pendingRaisedPs = new long[32];

  /**
   * After reset: not enabled, one message.
   *
   * @param messages 1 to 32; rounded up to a power of two
   * @param wide with an upper half of the address
   * @param masks with mask and pending bits
   */
  public MsiCapability(int messages, boolean wide, boolean masks) {
    if (messages < 1 || messages > 32) {
      throw new IllegalArgumentException("messages=" + messages + ": 1 to 32");
    }
    this.capableLog2 = 32 - Integer.numberOfLeadingZeros(messages - 1);
    this.wide = wide;
    this.masks = masks;
  }

  /** Message control bit 0. */
  public boolean enabled() {
    return enabled;
  }

  /** How many messages software allows: 1, 2, 4, 8, 16 or 32. */
  public int enabledMessages() {
    return 1 << enabledLog2;
  }

  /** The pending bits. */
  public int pendingBits() {
    return pending;
  }

  /** Bytes of the structure (MSI-002). */
  int bytes() {
    return masks ? (wide ? 0x18 : 0x14) : (wide ? 0x0E : 0x0A);
  }

  /**
   * The device wants to interrupt. Only while enabled and bus master; the host looks.
   *
   * <p>When fewer messages are enabled than the device has sources, sources share: the low bits of
   * the entry count.
   *
   * @param entry 0 or more
   */
  public void trigger(int entry, long id, long raisedPs, MessageSink sink) {
    int message = entry & enabledMessages() - 1;
    if ((mask >>> message & 1) == 0 && sent(message, id, raisedPs, sink)) {
      return;
    }
    if ((pending >>> message & 1) != 0) {
      sink.closed(id, Fate.COLLAPSED_PBA);
    } else {
      pending |= 1 << message;
      pendingId[message] = id;
      pendingRaisedPs[message] = raisedPs;
    }
  }

  /**
   * Sends each pending message that is no longer masked, once (MSI-003), and forgets those above
   * the enabled count (MSI-004).
   *
   * @param master whether the function may write to memory; if not, all stay pending (PCI-009)
   */
  public void flush(boolean master, MessageSink sink) {
    for (int left = pending; left != 0; left &= left - 1) {
      int message = Integer.numberOfTrailingZeros(left);
      if (message >= enabledMessages()) {
        pending &= ~(1 << message);
        sink.closed(pendingId[message], Fate.LOST_MASKED);
      } else if (master
          && enabled
          && (mask >>> message & 1) == 0
          && sent(message, pendingId[message], pendingRaisedPs[message], sink)) {
        pending &= ~(1 << message);
      }
    }
  }

  // MSI-001: the number of the message replaces the low bits of data.
  private boolean sent(int message, long id, long raisedPs, MessageSink sink) {
    int word = (data & -enabledMessages()) | message;
    return sink.message(message, id, raisedPs, address, word);
  }

  /** Reads a dword of the structure, without its id and link. */
  int read(int dword) {
    if (dword == 0) {
      int control =
          (masks ? 1 << 8 : 0)
              | (wide ? 1 << 7 : 0)
              | enabledLog2 << 4
              | capableLog2 << 1
              | (enabled ? 1 : 0);
      return control << 16;
    }
    switch (register(dword)) {
      case 1:
        return (int) address;
      case 2:
        return (int) (address >>> 32);
      case 3:
        return data;
      case 4:
        return mask;
      case 5:
        return pending;
      default:
        return 0;
    }
  }

  /** Writes a dword of the structure; only the bits of {@code lanes} change. */
  void write(int dword, int value, int lanes) {
    int next = (read(dword) & ~lanes) | (value & lanes);
    if (dword == 0) {
      enabled = (next >>> 16 & 1) != 0;
      enabledLog2 = Math.min(next >>> 20 & 7, capableLog2);
      return;
    }
    switch (register(dword)) {
      case 1:
        address = (address & ~0xFFFF_FFFFL) | (next & 0xFFFF_FFFCL);
        break;
      case 2:
        address = (address & 0xFFFF_FFFFL) | (long) next << 32;
        break;
      case 3:
        data = next & 0xFFFF;
        break;
      case 4:
        mask = next;
        break;
      default:
        break;
    }
  }

  // Registers by number: 1 address, 2 upper address, 3 data, 4 mask, 5 pending, 0 none.
  private int register(int dword) {
    int number = wide || dword == 1 ? dword : dword + 1;
    return number <= 3 || (masks && number <= 5) ? number : 0;
  }

  void save(StateWriter out) {
    out.putBoolean(enabled);
    out.putByte(enabledLog2);
    out.putLong(address);
    out.putInt(data);
    out.putInt(mask);
    out.putInt(pending);
    out.putLongs(pendingId);
    out.putLongs(pendingRaisedPs);
  }

  void load(StateReader in) {
    enabled = in.getBoolean();
    enabledLog2 = in.getByte();
    address = in.getLong();
    data = in.getInt();
    mask = in.getInt();
    pending = in.getInt();
    System.arraycopy(in.getLongs(), 0, pendingId, 0, pendingId.length);
    System.arraycopy(in.getLongs(), 0, pendingRaisedPs, 0, pendingRaisedPs.length);
  }

  void inspect(Inspector out) {
    out.value("msi.enabled", enabled ? 1 : 0);
    out.value("msi.messages", enabledMessages());
    out.value("msi.address", address);
    out.value("msi.data", data);
    out.value("msi.mask", mask);
    out.value("msi.pending", pending);
    for (int left = pending; left != 0; left &= left - 1) {
      out.pending(pendingId[Integer.numberOfTrailingZeros(left)], "MSI pending");
    }
  }
}
