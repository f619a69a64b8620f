package irqlab.cpu.linux;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Which CPUs one interrupt may use: the stored mask, and the mask that waits for its next
 * interrupt.
 *
 * <p>Source: Linux 6.1 and 6.12, {@code kernel/irq/manage.c}, {@code migration.c} and {@code
 * cpuhotplug.c}; rules AFF-030 to AFF-036, MOV-001 to MOV-008, MOV-020 to MOV-024, MOV-030 and
 * MOV-031. Vectors are the {@link VectorDomain}'s; whoever calls rewrites the device's message when
 * {@link ChipVector#vector} or {@link ChipVector#cpu} has changed.
 */
public final class IrqAffinity {
  private final boolean managed;
  private CpuMask mask;
  // Null when no mask waits.
  private CpuMask pending;
  private boolean userSet;

  /**
   * The affinity of a new interrupt.
   *
   * @param mask the spread mask of a managed interrupt, else the default mask at this time
   * @param managed whether the kernel owns the mask
   */
  public IrqAffinity(CpuMask mask, boolean managed) {
    this.mask = mask;
    this.managed = managed;
  }

  /** What became of an interrupt when a CPU left, MOV-030. */
  public enum Migration {
    /** It was not on that CPU. */
    STAYED,
    /** It went to another CPU of its mask. */
    MOVED,
    /** No CPU of its mask was left: it may now use all online CPUs. */
    BROKEN,
    /** Managed, and no CPU of its mask was left: the caller shuts it down (VEC-033). */
    SHUT_DOWN,
    /** No vector anywhere; it stays on the CPU that leaves. */
    FAILED
  }

  /** AFF-030: what {@code smp_affinity} shows, the waiting mask if there is one. */
  public CpuMask shown() {
    return pending != null ? pending : mask;
  }

  /** The stored mask. */
  public CpuMask mask() {
    return mask;
  }

  /** Whether a mask waits for the next interrupt. */
  public boolean pending() {
    return pending != null;
  }

  /** Whether the kernel owns the mask. */
  public boolean managed() {
    return managed;
  }

  /**
   * AFF-032, AFF-033: whether a user's write is accepted. One online CPU in the mask is enough.
   *
   * @param movable the interrupt's chip can set an affinity, and it is not the timer's
   * @return null, the profile's refusal of managed interrupts, or EINVAL
   */
  public Errno check(CpuMask wanted, CpuMask online, KernelProfile profile, boolean movable) {
    if (managed || !movable) {
      return profile.managedWrite();
    }
    return wanted.intersects(online) ? null : Errno.EINVAL;
  }

  /** AFF-035: stores a mask for an interrupt that is not activated yet. */
  public void store(CpuMask wanted) {
    userSet = true;
    mask = wanted;
  }

  /** MOV-001, MOV-003: the mask waits for the next interrupt; an earlier one is forgotten. */
  public void defer(CpuMask wanted) {
    userSet = true;
    pending = wanted;
  }

  /**
   * MOV-020 to MOV-024: moves at once, as chips with interrupt remapping do; while an earlier move
   * is unfinished the mask waits for the next interrupt after all.
   *
   * @return null, or ENOSPC, which the writer sees
   */
  public Errno moveNow(VectorDomain domain, int irq, CpuMask wanted) {
    if (pending == null) {
      Errno errno = domain.setAffinity(irq, wanted);
      if (errno != Errno.EBUSY) {
        userSet |= errno == null;
        mask = errno == null ? wanted : mask;
        return errno;
      }
    }
    defer(wanted);
    return null;
  }

  /**
   * MOV-004 to MOV-007: the interrupt came, and is not disabled, while a mask waited. Busy, the
   * mask waits on; without an online CPU or a free vector it is dropped.
   *
   * @return whether the interrupt has another vector now
   */
  public boolean moveInInterrupt(VectorDomain domain, int irq) {
    CpuMask wanted = pending;
    if (wanted == null) {
      return false;
    }
    pending = null;
    ChipVector chip = domain.chip(irq);
    int vector = chip.vector();
    int cpu = chip.cpu();
    if (wanted.intersects(domain.online())) {
      Errno errno = domain.setAffinity(irq, wanted);
      if (errno == null) {
        mask = wanted;
      } else if (errno == Errno.EBUSY) {
        pending = wanted;
      }
    }
    return chip.vector() != vector || chip.cpu() != cpu;
  }

  /**
   * AFF-036: what a start does to a mask that neither the user nor the kernel owns.
   *
   * @param defaultMask {@code default_smp_affinity} at this time
   * @param node CPUs of the device's node, null if that is not known
   * @return null, or why the interrupt is not on a CPU of its mask
   */
  public Errno start(VectorDomain domain, int irq, CpuMask defaultMask, CpuMask node) {
    boolean kept = (managed || userSet) && mask.intersects(domain.online());
    userSet &= kept;
    CpuMask wanted = (kept ? mask : defaultMask).and(domain.online());
    if (wanted.isEmpty()) {
      wanted = domain.online();
    }
    if (node != null && node.intersects(wanted)) {
      wanted = wanted.and(node);
    }
    Errno errno = domain.setAffinity(irq, wanted);
    if (errno == null && !managed) {
      mask = wanted;
    }
    return errno;
  }

  /**
   * MOV-030, MOV-031: a CPU leaves ({@link VectorDomain#cpuLeaving} was called); the caller goes
   * through the started interrupts in ascending order.
   */
  public Migration leave(VectorDomain domain, int irq, int cpu) {
    domain.forceCompleteMove(irq);
    CpuMask wanted = pending != null && pending.intersects(domain.online()) ? pending : null;
    if (domain.chip(irq).effectiveCpu() != cpu) {
      pending = wanted;
      return Migration.STAYED;
    }
    pending = null;
    if (wanted == null) {
      wanted = mask;
    }
    boolean broken = !wanted.intersects(domain.online());
    if (broken && managed) {
      return Migration.SHUT_DOWN;
    }
    if (broken) {
      wanted = domain.online();
    }
    Errno errno = domain.setAffinity(irq, wanted);
    if (errno == Errno.ENOSPC && !managed && !broken) {
      broken = true;
      wanted = domain.online();
      errno = domain.setAffinity(irq, wanted);
    }
    if (errno != null) {
      return Migration.FAILED;
    }
    mask = wanted;
    return broken ? Migration.BROKEN : Migration.MOVED;
  }

  /** Writes everything that later calls depend on; {@link #load} reads it back. */
  public void save(LongConsumer out) {
    out.accept((managed ? 1 : 0) | (userSet ? 2 : 0) | (pending != null ? 4 : 0));
    mask.save(out);
    if (pending != null) {
      pending.save(out);
    }
  }

  /** The affinity that {@link #save} wrote. */
  public static IrqAffinity load(LongSupplier in) {
    long flags = in.getAsLong();
    IrqAffinity affinity = new IrqAffinity(CpuMask.load(in), (flags & 1) != 0);
    affinity.userSet = (flags & 2) != 0;
    affinity.pending = (flags & 4) != 0 ? CpuMask.load(in) : null;
    return affinity;
  }
}
