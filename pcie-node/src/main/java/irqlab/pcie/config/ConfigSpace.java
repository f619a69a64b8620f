package irqlab.pcie.config;

import irqlab.protocol.Bits;
import irqlab.protocol.MemoryMap;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The configuration space of one function: type 0 header, and MSI and MSI-X where it has them.
 *
 * <p>Firmware has set BAR 0 and turned its decoding on; bus master is off until a driver sets it.
 *
 * <p>Source: PCI Local Bus Specification 3.0, "Configuration Space".
 *
 * <p><b>Not modelled:</b> extended capabilities (offsets from 0x100 read 0), power management,
 * function level reset, expansion ROM. BAR 0 can be sized and rewritten, but the root complex sends
 * by {@link MemoryMap} and does not follow a move.
 */
public final class ConfigSpace {
  /** Command bit 1: BAR 0 is decoded. */
  public static final int MEMORY = 1 << 1;

  /** Command bit 2: the function may write and read memory, and send messages. */
  public static final int BUS_MASTER = 1 << 2;

  /** Command bit 10: INTx is not asserted (PCI-002). */
  public static final int INTX_DISABLE = 1 << 10;

  private static final int COMMAND_WRITABLE = MEMORY | BUS_MASTER | INTX_DISABLE;
  private static final int MSI_AT = MemoryMap.MSI_CAPABILITY;
  private static final int MSIX_AT = MemoryMap.MSIX_CAPABILITY;
  private static final int INTERRUPT_STATUS = 1 << 3;
  private static final int CAPABILITY_LIST = 1 << 4;

  private final PciIdentity identity;
  private final int pin;
  private final MsiCapability msi;
  private final MsixCapability msix;
  private int command = MEMORY;
  private boolean interruptStatus;
  private int bar0;
  private int line = 0xFF;

  /**
   * After firmware.
   *
   * @param pin INTx pin, 1 to 4, or 0 for none
   * @param bar0 address of BAR 0, a multiple of {@link MemoryMap#BAR_BYTES}
   * @param msi or null
   * @param msix or null
   */
  public ConfigSpace(
      PciIdentity identity, int pin, int bar0, MsiCapability msi, MsixCapability msix) {
    this.identity = identity;
    this.pin = pin;
    this.bar0 = bar0;
    this.msi = msi;
    this.msix = msix;
  }

  /** INTx pin, 1 to 4, or 0. */
  public int pin() {
    return pin;
  }

  /** The MSI capability, or null. */
  public MsiCapability msi() {
    return msi;
  }

  /** The MSI-X capability, or null. */
  public MsixCapability msix() {
    return msix;
  }

  /** Command bit 2. */
  public boolean busMaster() {
    return (command & BUS_MASTER) != 0;
  }

  /** Command bit 1. */
  public boolean memoryDecoded() {
    return (command & MEMORY) != 0;
  }

  /** Whether an INTx condition may assert the wire (PCI-002, PCI-003). */
  public boolean intxPermitted() {
    return pin != 0
        && (command & INTX_DISABLE) == 0
        && (msi == null || !msi.enabled())
        && (msix == null || !msix.enabled());
  }

  /** Status bit 3 shows the condition, asserted or not (PCI-002). */
  public void interruptStatus(boolean condition) {
    interruptStatus = condition;
  }

  /**
   * What software reads.
   *
   * @param offset 0 to 0xFFF
   * @param sizeBytes 1, 2 or 4, not across a dword; else all ones
   */
  public int read(int offset, int sizeBytes) {
    if (!legal(offset, sizeBytes)) {
      return -1;
    }
    int value = dword(offset & ~3) >>> (8 * (offset & 3));
    return sizeBytes == 4 ? value : (int) Bits.get(value, 8 * sizeBytes - 1, 0);
  }

  /**
   * Software writes. The caller looks afterwards at what the function may do now.
   *
   * @return false when the access is none that hardware takes; nothing changes then
   */
  public boolean write(int offset, int sizeBytes, int value) {
    if (!legal(offset, sizeBytes)) {
      return false;
    }
    int shift = 8 * (offset & 3);
    int lanes = sizeBytes == 4 ? -1 : ((1 << (8 * sizeBytes)) - 1) << shift;
    writeDword(offset & ~3, value << shift, lanes);
    return true;
  }

  private static boolean legal(int offset, int sizeBytes) {
    return offset >= 0
        && offset <= 0xFFF
        && (sizeBytes == 1 || sizeBytes == 2 || sizeBytes == 4)
        && (offset & sizeBytes - 1) == 0;
  }

  private int dword(int offset) {
    int status = (interruptStatus ? INTERRUPT_STATUS : 0) | (first() != 0 ? CAPABILITY_LIST : 0);
    switch (offset) {
      case 0x00:
        return identity.deviceId() << 16 | identity.vendorId();
      case 0x04:
        return status << 16 | command;
      case 0x08:
        return identity.classCode() << 8 | identity.revision();
      case 0x10:
        return bar0;
      case 0x34:
        return first();
      case 0x3C:
        return pin << 8 | line;
      default:
        return capability(offset);
    }
  }

  private int capability(int offset) {
    if (msi != null && offset >= MSI_AT && offset < MSI_AT + msi.bytes()) {
      int head = offset == MSI_AT ? (msix != null ? MSIX_AT << 8 : 0) : 0;
      int id = offset == MSI_AT ? MsiCapability.CAPABILITY_ID : 0;
      return msi.read((offset - MSI_AT) / 4) | head | id;
    }
    if (msix != null && offset >= MSIX_AT && offset < MSIX_AT + MsixCapability.BYTES) {
      int id = offset == MSIX_AT ? MsixCapability.CAPABILITY_ID : 0;
      return msix.readCapability((offset - MSIX_AT) / 4) | id;
    }
    return 0;
  }

  private int first() {
    return msi != null ? MSI_AT : msix != null ? MSIX_AT : 0;
  }

  private void writeDword(int offset, int value, int lanes) {
    int next = (dword(offset) & ~lanes) | (value & lanes);
    if (offset == 0x04) {
      command = next & COMMAND_WRITABLE;
    } else if (offset == 0x10) {
      bar0 = next & -MemoryMap.BAR_BYTES;
    } else if (offset == 0x3C) {
      line = next & 0xFF;
    } else if (msi != null && offset >= MSI_AT && offset < MSI_AT + msi.bytes()) {
      msi.write((offset - MSI_AT) / 4, value, lanes);
    } else if (msix != null && offset >= MSIX_AT && offset < MSIX_AT + MsixCapability.BYTES) {
      msix.writeCapability((offset - MSIX_AT) / 4, value, lanes);
    }
  }

  /** Writes all that software or the function can change. */
  public void save(StateWriter out) {
    out.putInt(command);
    out.putBoolean(interruptStatus);
    out.putInt(bar0);
    out.putByte(line);
    if (msi != null) {
      msi.save(out);
    }
    if (msix != null) {
      msix.save(out);
    }
  }

  /** Reads what {@link #save} wrote. */
  public void load(StateReader in) {
    command = in.getInt();
    interruptStatus = in.getBoolean();
    bar0 = in.getInt();
    line = in.getByte();
    if (msi != null) {
      msi.load(in);
    }
    if (msix != null) {
      msix.load(in);
    }
  }

  /** Shows the registers and the raises that wait. */
  public void inspect(Inspector out) {
    out.value("command", command);
    out.value("interruptStatus", interruptStatus ? 1 : 0);
    out.value("bar0", bar0 & 0xFFFF_FFFFL);
    out.value("interruptPin", pin);
    if (msi != null) {
      msi.inspect(out);
    }
    if (msix != null) {
      msix.inspect(out);
    }
  }
}
