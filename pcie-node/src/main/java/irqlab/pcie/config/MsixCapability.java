package irqlab.pcie.config;

import irqlab.observe.Fate;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * MSI-X: capability, table and pending bits of one function (MSX-001 to MSX-009).
 *
 * <pre>
 * table entry  +0  address 31:0
 *              +4  address 63:32
 *              +8  data
 *              +12 vector control: bit 0 masks
 * capability   +0  message control 31:16: enable 15, function mask 14, size - 1 in 10:0
 *              +4  table offset and BAR
 *              +8  PBA offset and BAR
 * </pre>
 *
 * <p>Registers are written a dword at a time, so that software can tear an entry by writing it
 * unmasked. A pending bit keeps the raise that set it; later ones collapse into it.
 *
 * <p>An entry is also pending while its message must wait behind another of the same entry that has
 * no flow-control credit yet. The specification leaves open how many messages of an entry a
 * function queues: here it is one, and the pending bit stands for all later ones. Its message is
 * posted when the first has left, thus behind the data of each raise that collapsed into it.
 *
 * <p>Source: PCI Local Bus Specification 3.0, "MSI-X Capability and Table Structure".
 *
 * <p><b>Not modelled:</b> a pending bit that falls because its cause was served while masked.
 */
public final class MsixCapability {
  /** Largest number of entries. */
  public static final int ENTRIES_MAX = 2048;

  /** Bytes of a table entry. */
  public static final int ENTRY_BYTES = 16;

  static final int CAPABILITY_ID = 0x11;
  static final int BYTES = 12;

  private static final int ENABLE = 1 << 15;
  private static final int FUNCTION_MASK = 1 << 14;

  private final long[] address;
  private final int[] data;
  private final boolean[] masked;
  private final long[] pendingBits;
  private final long[] pendingId;
  private final long[] pendingRaisedPs;
  private final int tableOffset;
  private final int pbaOffset;
  private boolean enabled;
  private boolean functionMask;

  /**
   * After reset: every entry masked, not enabled (MSX-002).
   *
   * @param entries 1 to {@link #ENTRIES_MAX}
   * @param tableOffset in BAR 0, multiple of 8
   * @param pbaOffset in BAR 0, multiple of 8
   */
  public MsixCapability(int entries, int tableOffset, int pbaOffset) {
    int tableEnd = tableOffset + entries * ENTRY_BYTES;
    int pbaEnd = pbaOffset + (entries + 63) / 64 * 8;
    if (entries < 1 || entries > ENTRIES_MAX) {
      throw new IllegalArgumentException("entries=" + entries + ": 1 to " + ENTRIES_MAX);
    }
    if ((tableOffset & 7) != 0
        || (pbaOffset & 7) != 0
        || (tableOffset < pbaEnd && pbaOffset < tableEnd)) {
      throw new IllegalArgumentException("tableOffset=" + tableOffset + " pbaOffset=" + pbaOffset);
    }
    this.tableOffset = tableOffset;
    this.pbaOffset = pbaOffset;
    address = new long[entries];
    data = new int[entries];
    masked = new boolean[entries];
    pendingBits = new long[(entries + 63) / 64];
    pendingId = new long[entries];
    pendingRaisedPs = new long[entries];
    java.util.Arrays.fill(masked, true);
  }

  /** How many entries the table has. */
  public int entries() {
    return masked.length;
  }

  /** Message control bit 15. */
  public boolean enabled() {
    return enabled;
  }

  /** Message control bit 14. */
  public boolean functionMask() {
    return functionMask;
  }

  /** Vector control bit 0 of an entry. */
  public boolean masked(int entry) {
    return masked[entry];
  }

  /** The pending bit of an entry. */
  public boolean pending(int entry) {
    return (pendingBits[entry >> 6] >>> entry & 1) != 0;
  }

  /**
   * The device wants to interrupt (MSX-003). Only while enabled and bus master; the host looks.
   *
   * @param entry 0 to entries - 1
   */
  public void trigger(int entry, long id, long raisedPs, MessageSink sink) {
    if (!functionMask
        && !masked[entry]
        && sink.message(entry, id, raisedPs, address[entry], data[entry])) {
      return;
    }
    if (pending(entry)) {
      sink.closed(id, Fate.COLLAPSED_PBA);
    } else {
      pendingBits[entry >> 6] |= 1L << entry;
      pendingId[entry] = id;
      pendingRaisedPs[entry] = raisedPs;
    }
  }

  /**
   * Sends the pending messages that nothing masks any more, each once and built from its entry as
   * it is now (MSX-004, MSX-005).
   *
   * @param master whether the function may write to memory; if not, all stay pending (PCI-009)
   */
  public void flush(boolean master, MessageSink sink) {
    for (int word = 0; word < pendingBits.length; word++) {
      for (long left = pendingBits[word]; left != 0; left &= left - 1) {
        flush(word * 64 + Long.numberOfTrailingZeros(left), master, sink);
      }
    }
  }

  /**
   * As {@link #flush(boolean, MessageSink)} for one entry, whose message has just left.
   *
   * @param entry 0 to entries - 1
   */
  public void flush(int entry, boolean master, MessageSink sink) {
    if (master
        && enabled
        && !functionMask
        && !masked[entry]
        && pending(entry)
        && sink.message(
            entry, pendingId[entry], pendingRaisedPs[entry], address[entry], data[entry])) {
      pendingBits[entry >> 6] &= ~(1L << entry);
      pendingId[entry] = 0;
    }
  }

  /** Whether this offset of BAR 0 is in the table. */
  public boolean inTable(int offset) {
    return offset >= tableOffset && offset < tableOffset + masked.length * ENTRY_BYTES;
  }

  /** Whether this offset of BAR 0 is in the pending bits. */
  public boolean inPba(int offset) {
    return offset >= pbaOffset && offset < pbaOffset + pendingBits.length * 8;
  }

  /** The dword of the table at this offset of BAR 0, a multiple of 4. */
  public int readTable(int offset) {
    int entry = (offset - tableOffset) / ENTRY_BYTES;
    switch (offset - tableOffset & 12) {
      case 0:
        return (int) address[entry];
      case 4:
        return (int) (address[entry] >>> 32);
      case 8:
        return data[entry];
      default:
        return masked[entry] ? 1 : 0;
    }
  }

  /** The pending bits at this offset of BAR 0: 64 at a multiple of 8, else the upper 32. */
  public long readPba(int offset) {
    long word = pendingBits[(offset - pbaOffset) >> 3];
    return (offset & 4) == 0 ? word : word >>> 32;
  }

  /**
   * Writes one dword of the table. Unmasking an entry with its pending bit set sends (MSX-004);
   * nothing else does (MSX-006).
   *
   * @param offset in BAR 0, a multiple of 4
   * @param master whether the function may write to memory
   */
  public void writeTable(int offset, int value, boolean master, MessageSink sink) {
    int entry = (offset - tableOffset) / ENTRY_BYTES;
    switch (offset - tableOffset & 12) {
      case 0:
        address[entry] = (address[entry] & ~0xFFFF_FFFFL) | (value & 0xFFFF_FFFCL);
        break;
      case 4:
        address[entry] = (address[entry] & 0xFFFF_FFFFL) | (long) value << 32;
        break;
      case 8:
        data[entry] = value;
        break;
      default:
        masked[entry] = (value & 1) != 0;
        flush(entry, master, sink);
        break;
    }
  }

  /** Reads a dword of the capability, without its id and link. */
  int readCapability(int dword) {
    switch (dword) {
      case 0:
        int control =
            (enabled ? ENABLE : 0) | (functionMask ? FUNCTION_MASK : 0) | (masked.length - 1);
        return control << 16;
      case 1:
        return tableOffset;
      default:
        return pbaOffset;
    }
  }

  /** Writes a dword of the capability; only enable and function mask are writable. */
  void writeCapability(int dword, int value, int lanes) {
    if (dword == 0) {
      int next = ((readCapability(0) & ~lanes) | (value & lanes)) >>> 16;
      enabled = (next & ENABLE) != 0;
      functionMask = (next & FUNCTION_MASK) != 0;
    }
  }

  void save(StateWriter out) {
    out.putBoolean(enabled);
    out.putBoolean(functionMask);
    for (int entry = 0; entry < masked.length; entry++) {
      out.putLong(address[entry]);
      out.putInt(data[entry]);
      out.putBoolean(masked[entry]);
    }
    for (int word = 0; word < pendingBits.length; word++) {
      out.putLong(pendingBits[word]);
      for (long left = pendingBits[word]; left != 0; left &= left - 1) {
        int entry = word * 64 + Long.numberOfTrailingZeros(left);
        out.putLong(pendingId[entry]);
        out.putLong(pendingRaisedPs[entry]);
      }
    }
  }

  void load(StateReader in) {
    enabled = in.getBoolean();
    functionMask = in.getBoolean();
    for (int entry = 0; entry < masked.length; entry++) {
      address[entry] = in.getLong();
      data[entry] = in.getInt();
      masked[entry] = in.getBoolean();
    }
    for (int word = 0; word < pendingBits.length; word++) {
      pendingBits[word] = in.getLong();
      for (long left = pendingBits[word]; left != 0; left &= left - 1) {
        int entry = word * 64 + Long.numberOfTrailingZeros(left);
        pendingId[entry] = in.getLong();
        pendingRaisedPs[entry] = in.getLong();
      }
    }
  }

  void inspect(Inspector out) {
    out.value("msix.enabled", enabled ? 1 : 0);
    out.value("msix.functionMask", functionMask ? 1 : 0);
    out.value("msix.entries", masked.length);
    out.bits("msix.pba", pendingBits);
    for (int entry = 0; entry < masked.length; entry++) {
      if (!masked[entry] || address[entry] != 0 || data[entry] != 0) {
        String name = "msix[" + entry + "].";
        out.value(name + "address", address[entry]);
        out.value(name + "data", data[entry]);
        out.value(name + "masked", masked[entry] ? 1 : 0);
      }
      if (pending(entry)) {
        out.pending(pendingId[entry], "PBA");
      }
    }
  }
}
