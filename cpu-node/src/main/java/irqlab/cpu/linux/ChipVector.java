package irqlab.cpu.linux;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What the APIC domain knows of one interrupt. {@link VectorDomain} alone changes it.
 *
 * <p>Source: {@code struct apic_chip_data} of {@code arch/x86/kernel/apic/vector.c}.
 */
public final class ChipVector {
  final int irq;
  int vector;
  int cpu;
  int prevVector;
  int prevCpu;
  boolean moveInProgress;
  boolean queued;
  int nextQueued = -1;
  boolean canReserve;
  boolean hasReserved;
  // Null for an interrupt that is not managed.
  CpuMask managedMask;
  int messageVector;
  int effectiveCpu;

  ChipVector(int irq) {
    this.irq = irq;
  }

  // @formatter:off
  /** The Linux interrupt number. */
  public int irq()                 { return irq; }
  /** The vector it holds, 0 if it holds none. */
  public int vector()              { return vector; }
  /** The CPU of {@link #vector}, or of the last one it held. */
  public int cpu()                 { return cpu; }
  /** The old vector of a move that is not cleaned up, 0 if there is none. */
  public int prevVector()          { return prevVector; }
  /** The CPU of {@link #prevVector}, or of the last one. */
  public int prevCpu()             { return prevCpu; }
  /** Whether the old vector still waits for an interrupt on the new CPU. */
  public boolean moveInProgress()  { return moveInProgress; }
  /** Whether the old vector is queued for clean-up. */
  public boolean cleanupPending()  { return queued; }
  /** Whether it gives its vector back when it is not in use. */
  public boolean canReserve()      { return canReserve; }
  /** Whether a vector is promised to it. */
  public boolean hasReserved()     { return hasReserved; }
  /** Whether its vectors are set aside on every CPU of its mask. */
  public boolean managed()         { return managedMask != null; }
  /** The mask of a managed interrupt, else null. */
  public CpuMask managedMask()     { return managedMask; }
  /** The vector in its message: {@link #vector}, or 0xef while it has none. */
  public int messageVector()       { return messageVector; }
  /** VEC-043: the one CPU that its message names; {@code effective_affinity}. */
  public int effectiveCpu()        { return effectiveCpu; }
  // @formatter:on

  void save(LongConsumer out) {
    out.accept((long) vector << 32 | cpu);
    out.accept((long) prevVector << 32 | prevCpu);
    out.accept((long) messageVector << 32 | effectiveCpu);
    out.accept(nextQueued);
    out.accept(
        (moveInProgress ? 1 : 0)
            | (queued ? 2 : 0)
            | (canReserve ? 4 : 0)
            | (hasReserved ? 8 : 0)
            | (managed() ? 16 : 0));
    if (managed()) {
      managedMask.save(out);
    }
  }

  static ChipVector load(int irq, LongSupplier in) {
    ChipVector chip = new ChipVector(irq);
    long pair = in.getAsLong();
    chip.vector = (int) (pair >> 32);
    chip.cpu = (int) pair;
    pair = in.getAsLong();
    chip.prevVector = (int) (pair >> 32);
    chip.prevCpu = (int) pair;
    pair = in.getAsLong();
    chip.messageVector = (int) (pair >> 32);
    chip.effectiveCpu = (int) pair;
    chip.nextQueued = (int) in.getAsLong();
    long flags = in.getAsLong();
    chip.moveInProgress = (flags & 1) != 0;
    chip.queued = (flags & 2) != 0;
    chip.canReserve = (flags & 4) != 0;
    chip.hasReserved = (flags & 8) != 0;
    chip.managedMask = (flags & 16) != 0 ? CpuMask.load(in) : null;
    return chip;
  }
}
