package irqlab.cpu.linux;

import irqlab.protocol.MemoryMap;
import irqlab.topology.EndpointKind;
import irqlab.topology.EndpointSpec;
import irqlab.topology.MsiKind;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * What bringing up the devices of a machine takes, in the order of the kernel: legacy lines first,
 * then PCIe functions in the order of the topology; of each function first all its interrupts are
 * set up, then they are requested one by one (recorded rule 4).
 *
 * <p><b>Not modelled:</b> the first allocation of one vector by which the NVMe driver identifies
 * its controller; parallel probing.
 */
final class BootScript {
  /** One operation: the kernel's own, or an access that CPU 0 makes for it. */
  record Op(Kind kind, long a, long b, long c, int action) {
    Op(Kind kind, long a, long b, long c) {
      this(kind, a, b, c, 0);
    }
  }

  /** What an operation is. */
  enum Kind {
    /** CPU 0 does a boot action with a, b and c. */
    ACCESS,
    /** Sets up irq a without a vector. */
    SETUP,
    /** Sets up managed irq a, group b of c. */
    SETUP_MANAGED,
    /** Requests irq a: vector, message, unmask. */
    REQUEST
  }

  private static final int COMMAND = 0x04;
  private static final int BAR0 = 0x10;
  private static final int MEMORY_AND_MASTER = 0x0006;
  private static final int INTX_DISABLE = 0x0400;
  private static final int MSIX_ENABLE = 0x8000;
  private static final int MSIX_FUNCTION_MASK = 0x4000;

  private static final int NVME_CC = 0x14;
  private static final int NVME_CSTS = 0x1C;
  private static final int NVME_AQA = 0x24;
  private static final int NVME_ASQ = 0x28;
  private static final int NVME_ACQ = 0x30;
  private static final int NVME_CC_VALUE = 0x46_0001;
  private static final int IDENTIFY = 0x06;
  private static final int SET_FEATURES = 0x09;
  private static final int NUMBER_OF_QUEUES = 0x07;
  private static final int CREATE_CQ = 0x05;
  private static final int CREATE_SQ = 0x01;

  private final Topology topology;
  private final IrqTable irqs;
  private final List<Op> ops = new ArrayList<>();
  private int adminCommands;

  private BootScript(LinuxConfig config) {
    this.topology = config.topology();
    this.irqs = config.irqs();
  }

  /** The script of this machine. */
  static List<Op> of(LinuxConfig config) {
    BootScript script = new BootScript(config);
    script.pins();
    for (int i = 0; i < script.topology.endpoints().size(); i++) {
      script.endpoint(i, script.topology.endpoints().get(i));
    }
    return List.copyOf(script.ops);
  }

  // Lines 0 to 15 are set up by the kernel's start; those above by their device, and so is number 2
  // where it is no cascade, as on arm64.
  private void pins() {
    for (IrqSource source : irqs.all()) {
      if (source.kind() == IrqSource.Kind.PIN) {
        if (source.irq() >= Kernel.LEGACY_IRQS || source.irq() == Kernel.CASCADE_IRQ) {
          ops.add(new Op(Kind.SETUP, source.irq(), 0, 0));
        }
        ops.add(new Op(Kind.REQUEST, source.irq(), 0, 0));
      }
    }
  }

  private void endpoint(int device, EndpointSpec spec) {
    int bdf = spec.bdf().requesterId();
    long bar = MemoryMap.bar(device);
    boolean pin = spec.msi() == MsiKind.INTX;
    config(bdf, BAR0, 4, bar & 0xFFFF_FFFFL);
    config(bdf, BAR0 + 4, 4, bar >>> 32);
    config(bdf, COMMAND, 2, pin ? MEMORY_AND_MASTER : MEMORY_AND_MASTER | INTX_DISABLE);
    if (!pin) {
      messages(device, spec, bdf);
    }
    if (spec.kind() == EndpointKind.NVME) {
      nvme(device, spec, bar);
    } else if (!pin) {
      for (int irq : irqs.ofEndpoint(device)) {
        ops.add(new Op(Kind.REQUEST, irq, 0, 0));
      }
    }
  }

  // MSI-014: enable with the function mask, set all entries up masked, clear the mask.
  private void messages(int device, EndpointSpec spec, int bdf) {
    int[] numbers = irqs.ofEndpoint(device);
    boolean msix = spec.msi() == MsiKind.MSI_X;
    if (msix) {
      int control = MSIX_ENABLE | MSIX_FUNCTION_MASK;
      config(bdf, MemoryMap.MSIX_CAPABILITY + 2, 2, control);
    }
    int managed = 0;
    int groups = 0;
    for (int irq : numbers) {
      groups += irqs.find(irq).managed() ? 1 : 0;
    }
    for (int irq : numbers) {
      boolean own = irqs.find(irq).managed();
      ops.add(
          own ? new Op(Kind.SETUP_MANAGED, irq, managed++, groups) : new Op(Kind.SETUP, irq, 0, 0));
    }
    if (msix) {
      config(bdf, MemoryMap.MSIX_CAPABILITY + 2, 2, MSIX_ENABLE);
    } else {
      int log2 = 31 - Integer.numberOfLeadingZeros(numbers.length);
      config(bdf, MemoryMap.MSI_CAPABILITY + 2, 2, 1 | log2 << 4);
    }
  }

  private void nvme(int device, EndpointSpec spec, long bar) {
    int depth = spec.queueDepth();
    adminCommands = 0;
    write(bar + NVME_AQA, (long) (depth - 1) << 16 | (depth - 1));
    write(bar + NVME_ASQ, irqs.ring(device, 0, true));
    write(bar + NVME_ACQ, irqs.ring(device, 0, false));
    write(bar + NVME_CC, NVME_CC_VALUE);
    access(BootActions.WAIT_MMIO, bar + NVME_CSTS, 1, 1);
    int[] numbers = irqs.ofEndpoint(device);
    ops.add(new Op(Kind.REQUEST, numbers[0], 0, 0));
    admin(device, depth, IDENTIFY, 0, 1, 0);
    int queues = spec.queues();
    admin(
        device, depth, SET_FEATURES, 0, NUMBER_OF_QUEUES, (long) (queues - 1) << 16 | (queues - 1));
    for (int queue = 1; queue <= queues; queue++) {
      long size = (long) (depth - 1) << 16 | queue;
      int vector = Math.min(queue, numbers.length - 1);
      long cq = irqs.ring(device, queue, false);
      admin(device, depth, CREATE_CQ, cq, size, (long) vector << 16 | 3);
      long sq = irqs.ring(device, queue, true);
      admin(device, depth, CREATE_SQ, sq, size, (long) queue << 16 | 1);
      if (queue < numbers.length) {
        ops.add(new Op(Kind.REQUEST, numbers[queue], 0, 0));
      }
    }
  }

  // A submission entry in the admin queue, its doorbell, and the wait for its completion entry.
  private void admin(int device, int depth, int opcode, long prp1, long dw10, long dw11) {
    int slot = adminCommands % depth;
    long entry = irqs.ring(device, 0, true) + 64L * slot;
    store(entry, opcode | (long) adminCommands << 16);
    store(entry + 24, prp1);
    store(entry + 40, dw10 | dw11 << 32);
    int tail = (adminCommands + 1) % depth;
    write(MemoryMap.bar(device) + MemoryMap.DOORBELLS, tail);
    long completion = irqs.ring(device, 0, false) + 16L * slot;
    long phase = 1L - (adminCommands / depth & 1);
    access(BootActions.WAIT_PHASE, completion & -64L, completion % 64 / 8 + 1, phase);
    adminCommands++;
  }

  private void config(int bdf, int offset, int sizeBytes, long value) {
    access(BootActions.CONFIG_WRITE, bdf, (long) sizeBytes << 12 | offset, value);
  }

  private void write(long address, long value) {
    access(BootActions.MMIO_WRITE, address, value, 0);
  }

  private void store(long address, long word) {
    access(BootActions.STORE, address, word, 0);
  }

  private void access(int action, long a, long b, long c) {
    ops.add(new Op(Kind.ACCESS, a, b, c, action));
  }
}
