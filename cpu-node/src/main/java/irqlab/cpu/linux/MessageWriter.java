package irqlab.cpu.linux;

import irqlab.cpu.core.Step;
import irqlab.protocol.MemoryMap;
import irqlab.topology.IoApicSpec;
import irqlab.topology.Topology;

/**
 * The register writes by which a CPU gives an interrupt a new message, in the order of the kernel:
 * mask, address, data, unmask (MSI-005, MSI-006); for a pin the high half of its entry first.
 */
final class MessageWriter {
  /** How many steps {@link #step} has for any kind of interrupt. */
  static final int STEPS = 6;

  /** Bit 0 of an MSI-X entry's vector control. */
  private static final int MASKED = 1;

  private static final int INDEX = 0x00;
  private static final int WINDOW = 0x10;
  private static final int EOI = 0x40;
  private static final int VERSION_WITH_EOI = 0x20;
  private static final int FIRST_ENTRY = 0x10;
  private static final int LEVEL = 1 << 15;
  private static final int LEVEL_ACTIVE_LOW = 1 << 15 | 1 << 13;
  private static final int LOGICAL = 1 << 11;
  private static final int PIN_MASKED = 1 << 16;

  private final Topology topology;

  MessageWriter(Topology topology) {
    this.topology = topology;
  }

  /**
   * Step {@code n} of writing a message, or null when this kind has no such step.
   *
   * @param address message address
   * @param data message data; its low byte is the vector
   */
  Step step(IrqSource source, int n, long address, int data) {
    switch (source.kind()) {
      case MSI_X:
        return msix(source, n, address, data);
      case MSI:
        return msi(source, n, address, data);
      default:
        return pin(source, n, address, data);
    }
  }

  /** Masks or unmasks one entry, as far as the kind needs it for a shared irq (FLW-005). */
  Step mask(IrqSource source, boolean masked) {
    switch (source.kind()) {
      case MSI_X:
        return write(tableEntry(source) + 12, masked ? MASKED : 0);
      case MSI:
        return config(source, 0x10, 4, masked ? 1 << source.entry() : 0);
      default:
        return null;
    }
  }

  /** Waits until {@link #mask} has reached the device, as pci_msix_mask does; null if it has. */
  Step flush(IrqSource source) {
    return source.kind() == IrqSource.Kind.MSI_X
        ? Step.of(Step.Op.MMIO_READ, tableEntry(source) + 12, 0)
        : null;
  }

  /**
   * Step {@code n} of taking the message of a managed interrupt away: masked, and all zero, as it
   * is after its last CPU has left (VEC-033); null when there is no such step.
   */
  Step clear(IrqSource source, int n) {
    if (n == 0) {
      return mask(source, true);
    }
    boolean unmask = n == 4;
    return unmask || source.kind() == IrqSource.Kind.PIN ? null : step(source, n, 0, 0);
  }

  /**
   * Step {@code n} of an EOI at the IO-APIC itself for a pin whose local APIC sends none (MOV-032):
   * by its EOI register, or before version 0x20 by turning the entry to edge and back; null when
   * there is no such step.
   *
   * @param low the low half of the entry; looked at from step 2 on
   */
  Step explicitEoi(IrqSource source, int n, int vector, int low) {
    if (chipSpec(source).version() >= VERSION_WITH_EOI) {
      return n == 0 ? write(chip(source) + EOI, vector) : null;
    }
    switch (n) {
      case 0:
        return selectLow(source);
      case 1:
        return readWindow(source);
      case 2:
        return writeWindow(source, (low | PIN_MASKED) & ~LEVEL);
      case 3:
        return writeWindow(source, low);
      default:
        return null;
    }
  }

  /** Selects the low half of a pin's entry; its window then reads or writes it. */
  Step selectLow(IrqSource source) {
    return write(chip(source) + INDEX, FIRST_ENTRY + 2L * pinOf(source));
  }

  /** Reads the selected register. */
  Step readWindow(IrqSource source) {
    return Step.of(Step.Op.MMIO_READ, chip(source) + WINDOW, 0);
  }

  /** Writes the selected register. */
  Step writeWindow(IrqSource source, long value) {
    return write(chip(source) + WINDOW, value);
  }

  /** The low half of a pin's entry for this message, unmasked. */
  static int lowHalf(IrqSource source, long address, int data) {
    boolean level = source.trigger() == irqlab.topology.Trigger.LEVEL;
    return (data & 0xFF) | ((address & 4) != 0 ? LOGICAL : 0) | (level ? LEVEL_ACTIVE_LOW : 0);
  }

  private Step msix(IrqSource source, int n, long address, int data) {
    long entry = tableEntry(source);
    switch (n) {
      case 0:
        return write(entry + 12, MASKED);
      case 1:
        return write(entry, address & 0xFFFF_FFFFL);
      case 2:
        return write(entry + 4, address >>> 32);
      case 3:
        return write(entry + 8, data);
      case 4:
        return write(entry + 12, 0);
      default:
        return null;
    }
  }

  private Step msi(IrqSource source, int n, long address, int data) {
    switch (n) {
      case 0:
        return mask(source, true);
      case 1:
        return config(source, 0x04, 4, (int) address);
      case 2:
        return config(source, 0x08, 4, (int) (address >>> 32));
      case 3:
        return config(source, 0x0C, 2, data);
      case 4:
        return mask(source, false);
      default:
        return null;
    }
  }

  private Step pin(IrqSource source, int n, long address, int data) {
    int low = lowHalf(source, address, data);
    switch (n) {
      case 0:
        return selectLow(source);
      case 1:
        return writeWindow(source, low | PIN_MASKED);
      case 2:
        return write(chip(source) + INDEX, FIRST_ENTRY + 2L * pinOf(source) + 1);
      case 3:
        return writeWindow(source, (address >>> 12 & 0xFF) << 24);
      case 4:
        return selectLow(source);
      case 5:
        return writeWindow(source, low);
      default:
        return null;
    }
  }

  private long tableEntry(IrqSource source) {
    return MemoryMap.bar(source.device()) + MemoryMap.MSIX_TABLE + 16L * source.entry();
  }

  private Step config(IrqSource source, int offset, int sizeBytes, int value) {
    int bdf = topology.endpoints().get(source.device()).bdf().requesterId();
    return Step.configWrite(bdf, MemoryMap.MSI_CAPABILITY + offset, sizeBytes, value);
  }

  private long chip(IrqSource source) {
    for (int i = 0; i < topology.ioApics().size(); i++) {
      if (topology.ioApics().get(i).has(source.entry())) {
        return MemoryMap.ioApic(i);
      }
    }
    throw new IllegalStateException("gsi=" + source.entry() + " has no IO-APIC");
  }

  private int pinOf(IrqSource source) {
    return source.entry() - chipSpec(source).gsiBase();
  }

  private IoApicSpec chipSpec(IrqSource source) {
    return topology.ioApicOf(source.entry()).orElseThrow();
  }

  private static Step write(long address, long value) {
    return Step.of(Step.Op.MMIO_WRITE, address, value);
  }
}
