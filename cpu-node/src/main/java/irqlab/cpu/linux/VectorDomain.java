package irqlab.cpu.linux;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The "APIC" domain: which interrupt holds which vector of which CPU, and when it gets another.
 *
 * <p>It keeps a {@link ChipVector} per Linux interrupt number and asks the {@link VectorMatrix}.
 * Source: Linux 6.1 and 6.12, {@code arch/x86/kernel/apic/vector.c}; rules VEC-004, VEC-020 to
 * VEC-024, VEC-030 to VEC-034, VEC-040 to VEC-043, MOV-005, MOV-010 to MOV-012 and MOV-017.
 * Affinity masks, pending moves and the question whether an interrupt is started belong to its
 * descriptor and are the caller's.
 *
 * <p><b>Not modelled:</b> isolation of CPUs from managed interrupts; the lock.
 */
public final class VectorDomain {
  private final VectorMatrix matrix;
  private final int[] destination;
  private final ChipTrace trace;
  private ChipVector[] chips = new ChipVector[32];
  private CpuMask online = CpuMask.EMPTY;
  // First irq of each CPU's clean-up list, -1 if it is empty; the newest is first.
  private final int[] cleanup;

  /**
   * A domain without interrupts.
   *
   * @param destination what a message to each CPU has in its destination field
   */
  public VectorDomain(VectorMatrix matrix, int[] destination, VectorTrace trace) {
    this.matrix = matrix;
    this.destination = destination.clone();
    this.trace = new ChipTrace(trace);
    cleanup = new int[matrix.cpus()];
    Arrays.fill(cleanup, -1);
  }

  /** The matrix below. */
  public VectorMatrix matrix() {
    return matrix;
  }

  /** The CPUs that may be chosen; one that is going down has left. */
  public CpuMask online() {
    return online;
  }

  /** The vector state of an interrupt, null if it was never set up. */
  public ChipVector chip(int irq) {
    return irq < chips.length ? chips[irq] : null;
  }

  /** The CPU's row comes online (BOOT-005). */
  public void cpuOnline(int cpu) {
    online = online.with(cpu);
    matrix.online(cpu);
  }

  /**
   * VEC-044: whether the CPU may leave.
   *
   * @return null, or ENOSPC when the other CPUs cannot take its vectors
   */
  public Errno mayGoOffline(int cpu) {
    return matrix.toMove(cpu) > matrix.availableWithout(cpu) ? Errno.ENOSPC : null;
  }

  /** MOV-030: from now on no vector of the CPU is chosen; its row goes when all have moved. */
  public void cpuLeaving(int cpu) {
    online = online.without(cpu);
  }

  /** The CPU's row goes offline; what it still had to clean up is freed first. */
  public void cpuOffline(int cpu) {
    online = online.without(cpu);
    cleanUp(cpu, vector -> false);
    matrix.offline(cpu);
  }

  /**
   * VEC-004: the IO-APIC takes over a legacy line, which has its vector on CPU 0 since early boot.
   *
   * @param active the interrupt is in use (the timer) and keeps that vector; else it becomes a
   *     reservation
   */
  public void setupLegacy(int irq, boolean active) {
    ChipVector chip = create(irq);
    chip.vector = KernelProfile.ISA_VECTOR + irq;
    chip.cpu = 0;
    if (active) {
      trace.setup(irq, true, null);
      configure(chip, chip.vector, chip.cpu);
      return;
    }
    chip.canReserve = true;
    clear(chip);
    reserve(chip);
    trace.setup(irq, false, null);
  }

  /** VEC-020: sets up an interrupt that is promised a vector and gets it on activation. */
  public void setup(int irq) {
    reserve(create(irq));
    trace.setup(irq, false, null);
  }

  /**
   * VEC-030: sets up a managed interrupt.
   *
   * @return null, or ENOSPC when a CPU of the mask has no vector left; then it is not set up
   */
  public Errno setupManaged(int irq, CpuMask mask) {
    ChipVector chip = create(irq);
    chip.managedMask = mask;
    Errno errno = matrix.reserveManaged(mask);
    trace.reserveManaged(chip, errno);
    trace.setup(irq, false, errno);
    if (errno != null) {
      chips[irq] = null;
    }
    return errno;
  }

  /**
   * VEC-024: sets up an interrupt that gets its vector at once.
   *
   * @return null, or why there is none; then it is not set up
   */
  public Errno setupAssigned(int irq, CpuMask mask) {
    ChipVector chip = create(irq);
    Errno errno = assign(chip, mask.and(online));
    trace.setup(irq, false, errno);
    if (errno != null) {
      chips[irq] = null;
    }
    return errno;
  }

  /**
   * VEC-021: gives the interrupt its vector when it is requested.
   *
   * @param affinity mask of the descriptor
   * @param node CPUs of the device's node, null if that is not known
   * @param early only the message is composed; the vector comes with the request
   * @return null, or ENOSPC
   */
  public Errno activate(int irq, CpuMask affinity, CpuMask node, boolean early) {
    ChipVector chip = need(irq);
    trace.activate(chip, early);
    if (!chip.canReserve && !chip.managed()) {
      return assignAny(chip, affinity, node);
    }
    if (early || (chip.managed() && !chip.managedMask.intersects(online))) {
      shutdownVector(chip);
      return null;
    }
    if (chip.managed()) {
      return assignManaged(chip, affinity.and(online));
    }
    if (!chip.hasReserved) {
      return null;
    }
    Errno errno = assignAny(chip, affinity, node);
    chip.hasReserved &= errno != null;
    return errno;
  }

  /** VEC-023, VEC-033: takes the vector away and leaves a reservation, or the managed ones. */
  public void deactivate(int irq) {
    ChipVector chip = need(irq);
    trace.deactivate(chip);
    boolean fixed = !chip.managed() && !chip.canReserve;
    if (fixed || chip.hasReserved) {
      return;
    }
    clear(chip);
    if (chip.canReserve) {
      reserve(chip);
    } else {
      shutdownVector(chip);
    }
  }

  /** VEC-034: the interrupt is gone, with its vector, reservation and managed vectors. */
  public void teardown(int irq) {
    ChipVector chip = need(irq);
    clear(chip);
    trace.teardown(chip);
    if (chip.hasReserved) {
      matrix.removeReserved();
    }
    if (chip.managed()) {
      matrix.removeManaged(chip.managedMask);
    }
    chips[irq] = null;
  }

  /**
   * VEC-040 to VEC-042: moves the interrupt to a CPU of the mask if it is not on one.
   *
   * <p>After a move the old vector stays taken; {@link #completeMove} and {@link #cleanUp} free it.
   *
   * @return null on success, moved or not; EBUSY while an earlier move is unfinished, ENOSPC, or
   *     EINVAL when no CPU of the mask is online
   */
  public Errno setAffinity(int irq, CpuMask mask) {
    ChipVector chip = need(irq);
    CpuMask search = mask.and(online);
    return chip.managed() ? assignManaged(chip, search) : assign(chip, search);
  }

  /**
   * MOV-010: an interrupt was taken on this CPU; the first one on the new CPU queues the old vector
   * for clean-up.
   *
   * @return the CPU whose clean-up must be started (IPI or timer), -1 if nothing was queued
   */
  public int completeMove(int irq, int cpu) {
    ChipVector chip = need(irq);
    if (!chip.moveInProgress || chip.cpu != cpu) {
      return -1;
    }
    return queueCleanUp(irq);
  }

  /**
   * MOV-020: queues the old vector for clean-up now, as interrupt remapping does.
   *
   * @return the CPU whose clean-up must be started, -1 if no move was in progress
   */
  public int queueCleanUp(int irq) {
    ChipVector chip = need(irq);
    if (!chip.moveInProgress) {
      return -1;
    }
    chip.moveInProgress = false;
    if (!online.contains(chip.prevCpu)) {
      freeMoved(chip);
      return -1;
    }
    chip.queued = true;
    chip.nextQueued = cleanup[chip.prevCpu];
    cleanup[chip.prevCpu] = irq;
    return chip.prevCpu;
  }

  /**
   * MOV-011, MOV-012: frees the old vectors that are queued on this CPU.
   *
   * @param inIrr whether a vector is in this CPU's IRR; such an entry waits for the next call
   * @return whether an entry had to stay, so that the clean-up must be started again
   */
  public boolean cleanUp(int cpu, IntPredicate inIrr) {
    boolean stays = false;
    for (int irq = cleanup[cpu]; irq >= 0; ) {
      ChipVector chip = need(irq);
      int next = chip.nextQueued;
      if (inIrr.test(chip.prevVector)) {
        stays = true;
      } else {
        freeMoved(chip);
      }
      irq = next;
    }
    return stays;
  }

  /** Ends an unfinished move by force, as the migration off a CPU that leaves does. */
  public void forceCompleteMove(int irq) {
    ChipVector chip = need(irq);
    if (chip.prevVector != 0) {
      freeMoved(chip);
    }
  }

  private void freeMoved(ChipVector chip) {
    trace.freeMoved(chip);
    matrix.free(chip.prevCpu, chip.prevVector, chip.managed());
    forgetMove(chip);
  }

  private void forgetMove(ChipVector chip) {
    if (chip.queued) {
      unlink(chip);
    }
    chip.queued = false;
    chip.nextQueued = -1;
    chip.prevVector = 0;
    chip.moveInProgress = false;
  }

  private void unlink(ChipVector chip) {
    if (cleanup[chip.prevCpu] == chip.irq) {
      cleanup[chip.prevCpu] = chip.nextQueued;
      return;
    }
    ChipVector before = chips[cleanup[chip.prevCpu]];
    while (before.nextQueued != chip.irq) {
      before = chips[before.nextQueued];
    }
    before.nextQueued = chip.nextQueued;
  }

  private void reserve(ChipVector chip) {
    matrix.reserve();
    chip.canReserve = true;
    chip.hasReserved = true;
    trace.reserve(chip);
    shutdownVector(chip);
  }

  // VEC-021, order of Linux 5.11 and later.
  private Errno assignAny(ChipVector chip, CpuMask affinity, CpuMask node) {
    if (node != null && assign(chip, node.and(affinity)) == null) {
      return null;
    }
    if (assign(chip, affinity.and(online)) == null) {
      return null;
    }
    if (node != null && assign(chip, node) == null) {
      return null;
    }
    return assign(chip, online);
  }

  private Errno assign(ChipVector chip, CpuMask search) {
    if (chip.vector != 0 && online.contains(chip.cpu) && search.contains(chip.cpu)) {
      return null;
    }
    if (chip.moveInProgress || chip.queued) {
      return Errno.EBUSY;
    }
    VectorResult result = matrix.alloc(search, chip.hasReserved);
    trace.alloc(chip, result);
    return take(chip, result);
  }

  private Errno assignManaged(ChipVector chip, CpuMask destinationMask) {
    CpuMask search = destinationMask.and(chip.managedMask);
    if (chip.vector != 0 && search.contains(chip.cpu)) {
      return null;
    }
    VectorResult result = matrix.allocManaged(search);
    trace.allocManaged(chip, result);
    return take(chip, result);
  }

  private Errno take(ChipVector chip, VectorResult result) {
    if (!result.ok()) {
      return result.errno();
    }
    trace.update(chip, result);
    chip.prevVector = 0;
    if (chip.vector != 0 && online.contains(chip.cpu)) {
      chip.moveInProgress = true;
      chip.prevVector = chip.vector;
      chip.prevCpu = chip.cpu;
    } else if (chip.vector != 0) {
      // MOV-017: nothing can arrive there any more.
      matrix.free(chip.cpu, chip.vector, chip.managed());
    }
    chip.vector = result.vector();
    chip.cpu = result.cpu();
    configure(chip, chip.vector, chip.cpu);
    return null;
  }

  // VEC-020, VEC-033: the message carries 0xef and the first CPU until there is a real vector.
  private void shutdownVector(ChipVector chip) {
    configure(chip, KernelProfile.MANAGED_SHUTDOWN_VECTOR, Math.max(0, online.first()));
  }

  private void configure(ChipVector chip, int vector, int cpu) {
    chip.messageVector = vector;
    chip.effectiveCpu = cpu;
    trace.config(chip, destination[cpu]);
  }

  private void clear(ChipVector chip) {
    if (chip.vector == 0) {
      return;
    }
    trace.clear(chip);
    matrix.free(chip.cpu, chip.vector, chip.managed());
    chip.vector = 0;
    if (chip.prevVector != 0) {
      matrix.free(chip.prevCpu, chip.prevVector, chip.managed());
      forgetMove(chip);
    }
  }

  private ChipVector create(int irq) {
    if (irq >= chips.length) {
      chips = Arrays.copyOf(chips, Math.max(irq + 1, 2 * chips.length));
    }
    if (chips[irq] != null) {
      throw new IllegalStateException("irq=" + irq + " is set up already");
    }
    chips[irq] = new ChipVector(irq);
    return chips[irq];
  }

  private ChipVector need(int irq) {
    ChipVector chip = chip(irq);
    if (chip == null) {
      throw new IllegalStateException("irq=" + irq + " is not set up");
    }
    return chip;
  }

  /** Writes everything that later calls depend on, the matrix included. */
  public void save(LongConsumer out) {
    matrix.save(out);
    online.save(out);
    for (int first : cleanup) {
      out.accept(first);
    }
    out.accept(chips.length);
    for (ChipVector chip : chips) {
      out.accept(chip == null ? 0 : 1);
      if (chip != null) {
        chip.save(out);
      }
    }
  }

  /** Replaces the state by what {@link #save} of a domain of the same size wrote. */
  public void load(LongSupplier in) {
    matrix.load(in);
    online = CpuMask.load(in);
    for (int cpu = 0; cpu < cleanup.length; cpu++) {
      cleanup[cpu] = (int) in.getAsLong();
    }
    chips = new ChipVector[(int) in.getAsLong()];
    for (int irq = 0; irq < chips.length; irq++) {
      chips[irq] = in.getAsLong() == 0 ? null : ChipVector.load(irq, in);
    }
  }
}
