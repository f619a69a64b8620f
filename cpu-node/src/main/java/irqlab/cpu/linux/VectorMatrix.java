package irqlab.cpu.linux;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The vector matrix: which of the 256 vectors of each CPU are free, taken or set aside.
 *
 * <p>Source: Linux 4.15 to 6.18, {@code kernel/irq/matrix.c}; rules VEC-001 to VEC-005, VEC-010 to
 * VEC-013, VEC-020, VEC-030, VEC-031, VEC-034 and VEC-044. A call costs one pass over the CPUs of
 * its mask and four words of bitmap.
 *
 * <p>Calls that the kernel would warn about and ignore (freeing what is not allocated, a CPU that
 * goes online twice) are faults of the caller and throw {@link IllegalStateException}.
 *
 * <p><b>Not modelled:</b> allocation of several neighbouring vectors (no caller on x86); the lock,
 * since one owner uses a matrix; the round-robin allocator of kernels before 4.15.
 */
public final class VectorMatrix {
  /** Vectors of one CPU. */
  public static final int VECTORS = 256;

  private static final int WORDS = VECTORS / 64;

  private final int cpus;
  private final int start;
  private final int end;
  private final VectorTrace trace;
  private final long[] system = new long[WORDS];
  // Four words of each CPU in a row; a set bit is taken.
  private final long[] alloc;
  private final long[] managed;
  private final int[] available;
  private final int[] allocated;
  private final int[] managedCount;
  private final int[] managedAllocated;
  private final boolean[] online;
  private final boolean[] initialized;
  private int systemInRange;
  private int globalAvailable;
  private int globalReserved;
  private int totalAllocated;
  private int onlineMaps;

  /** A matrix for a kernel, every CPU offline and nothing taken. */
  public VectorMatrix(int cpus, KernelProfile profile, VectorTrace trace) {
    this(cpus, KernelProfile.FIRST_EXTERNAL_VECTOR, profile.firstSystemVector(), trace);
  }

  /**
   * A matrix with every CPU offline and nothing taken.
   *
   * @param cpus number of possible CPUs, at least 1
   * @param start first vector that may be given out, VEC-001
   * @param end first vector past those, at most 256
   */
  public VectorMatrix(int cpus, int start, int end, VectorTrace trace) {
    this.cpus = cpus;
    this.start = start;
    this.end = end;
    this.trace = trace;
    alloc = new long[cpus * WORDS];
    managed = new long[cpus * WORDS];
    available = new int[cpus];
    allocated = new int[cpus];
    managedCount = new int[cpus];
    managedAllocated = new int[cpus];
    online = new boolean[cpus];
    initialized = new boolean[cpus];
  }

  /**
   * VEC-002: takes a vector on every CPU for the system.
   *
   * @param vector 0 to 255
   * @param replace the CPU that has it allocated gives it up (a legacy line that turns out to stay
   *     with the 8259A)
   * @param cpu the CPU that runs this; at most one CPU is online then
   */
  public void assignSystem(int vector, boolean replace, int cpu) {
    if (onlineMaps > 1 || (onlineMaps > 0 && !replace)) {
      throw new IllegalStateException("system vector=" + hex(vector) + " after CPUs are online");
    }
    system[vector >> 6] |= 1L << vector;
    if (replace) {
      clear(alloc, cpu, vector);
      allocated[cpu]--;
      totalAllocated--;
    }
    if (vector >= start && vector < end) {
      systemInRange++;
    }
    trace.system(vector, this);
  }

  /** VEC-003: the CPU comes online. Its vectors of an earlier life are still as it left them. */
  public void online(int cpu) {
    if (online[cpu]) {
      throw new IllegalStateException("cpu=" + cpu + " is online");
    }
    if (!initialized[cpu]) {
      available[cpu] = end - start - managedCount[cpu] - systemInRange;
      initialized[cpu] = true;
    }
    globalAvailable += available[cpu];
    online[cpu] = true;
    onlineMaps++;
    trace.global("online", this);
  }

  /** The CPU goes offline; its bits stay as they are. */
  public void offline(int cpu) {
    if (!online[cpu]) {
      throw new IllegalStateException("cpu=" + cpu + " is offline");
    }
    globalAvailable -= available[cpu];
    online[cpu] = false;
    onlineMaps--;
    trace.global("offline", this);
  }

  /** VEC-004: marks one given vector of a CPU allocated (the legacy vectors at early boot). */
  public void assign(int cpu, int vector) {
    if (vector < start || vector >= end || test(alloc, cpu, vector)) {
      throw new IllegalStateException("cpu=" + cpu + " vector=" + hex(vector) + " cannot be taken");
    }
    set(alloc, cpu, vector);
    allocated[cpu]++;
    totalAllocated++;
    available[cpu]--;
    globalAvailable--;
    trace.cpu("assign", vector, cpu, this);
  }

  /**
   * VEC-020: promises one vector, of no CPU in particular.
   *
   * @return false when more is promised now than is free, which Linux only logs
   */
  public boolean reserve() {
    boolean covered = globalReserved != globalAvailable;
    globalReserved++;
    trace.global("reserve", this);
    return covered;
  }

  /** Takes a promise back. */
  public void removeReserved() {
    globalReserved--;
    trace.global("remove_reserved", this);
  }

  /**
   * VEC-010 to VEC-012: the lowest free vector of the CPU of the mask that has most available.
   *
   * @param reserved the vector was promised by {@link #reserve}
   * @return EINVAL for an empty mask, ENOSPC when no online CPU of it has a vector left
   */
  public VectorResult alloc(CpuMask mask, boolean reserved) {
    if (mask.isEmpty()) {
      return VectorResult.failed(Errno.EINVAL);
    }
    int cpu = bestCpu(mask);
    int vector = cpu < 0 ? end : lowestFree(cpu);
    if (vector >= end) {
      return VectorResult.failed(Errno.ENOSPC);
    }
    set(alloc, cpu, vector);
    allocated[cpu]++;
    available[cpu]--;
    totalAllocated++;
    globalAvailable--;
    if (reserved) {
      globalReserved--;
    }
    trace.cpu("alloc", vector, cpu, this);
    return VectorResult.of(cpu, vector);
  }

  /**
   * VEC-030: sets one vector aside on every CPU of the mask, online or not.
   *
   * @return null, or ENOSPC when one CPU has none; then no CPU keeps one
   */
  public Errno reserveManaged(CpuMask mask) {
    for (int cpu = mask.first(); cpu >= 0; cpu = mask.next(cpu + 1)) {
      int vector = lowestFree(cpu);
      if (vector >= end) {
        for (int undo = mask.first(); undo != cpu; undo = mask.next(undo + 1)) {
          removeManaged(undo);
        }
        return Errno.ENOSPC;
      }
      set(managed, cpu, vector);
      managedCount[cpu]++;
      changeAvailable(cpu, -1);
      trace.cpu("reserve_managed", vector, cpu, this);
    }
    return null;
  }

  /** VEC-034: gives back, on every CPU of the mask, the lowest vector set aside and not in use. */
  public void removeManaged(CpuMask mask) {
    for (int cpu = mask.first(); cpu >= 0; cpu = mask.next(cpu + 1)) {
      removeManaged(cpu);
    }
  }

  private void removeManaged(int cpu) {
    int vector = lowestManagedFree(cpu);
    if (vector >= end) {
      throw new IllegalStateException("cpu=" + cpu + " has no managed vector that is not in use");
    }
    clear(managed, cpu, vector);
    managedCount[cpu]--;
    changeAvailable(cpu, 1);
    trace.cpu("remove_managed", vector, cpu, this);
  }

  /**
   * VEC-031: the lowest vector set aside and unused, of the online CPU of the mask that has the
   * fewest managed vectors in use; ties go to the highest CPU.
   *
   * @return EINVAL for an empty mask, ENOSPC when there is no such CPU or vector
   */
  public VectorResult allocManaged(CpuMask mask) {
    if (mask.isEmpty()) {
      return VectorResult.failed(Errno.EINVAL);
    }
    int cpu = bestManagedCpu(mask);
    int vector = cpu < 0 ? end : lowestManagedFree(cpu);
    if (vector >= end) {
      return VectorResult.failed(Errno.ENOSPC);
    }
    set(alloc, cpu, vector);
    allocated[cpu]++;
    managedAllocated[cpu]++;
    totalAllocated++;
    trace.cpu("alloc_managed", vector, cpu, this);
    return VectorResult.of(cpu, vector);
  }

  /** Frees a vector; one of a managed interrupt stays set aside (VEC-034). */
  public void free(int cpu, int vector, boolean isManaged) {
    clear(alloc, cpu, vector);
    allocated[cpu]--;
    if (isManaged) {
      managedAllocated[cpu]--;
    }
    if (online[cpu]) {
      totalAllocated--;
    }
    if (!isManaged) {
      available[cpu]++;
      globalAvailable += online[cpu] ? 1 : 0;
    }
    trace.cpu("free", vector, cpu, this);
  }

  // A CPU that never was online pays when it comes online first (VEC-003). One that is offline for
  // a while does not pay at all, as in Linux; it then promises more than its bitmap can give.
  private void changeAvailable(int cpu, int by) {
    if (online[cpu]) {
      available[cpu] += by;
      globalAvailable += by;
    }
  }

  /**
   * VEC-044: how many vectors the other CPUs have to offer if this one leaves.
   *
   * @return the global number of available vectors less those of the CPU
   */
  public int availableWithout(int cpu) {
    return globalAvailable - available[cpu];
  }

  /** VEC-044: vectors of the CPU that would have to move, that is, all but the managed ones. */
  public int toMove(int cpu) {
    return allocated[cpu] - managedAllocated[cpu];
  }

  // VEC-010: strictly more, so that ties go to the lowest CPU.
  private int bestCpu(CpuMask mask) {
    int best = -1;
    int most = 0;
    for (int index = 0; index < mask.wordCount(); index++) {
      for (long rest = mask.word(index); rest != 0; rest &= rest - 1) {
        int cpu = (index << 6) + Long.numberOfTrailingZeros(rest);
        if (cpu < cpus && online[cpu] && available[cpu] > most) {
          best = cpu;
          most = available[cpu];
        }
      }
    }
    return best;
  }

  // VEC-031: not more, so that ties go to the highest CPU.
  private int bestManagedCpu(CpuMask mask) {
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    for (int index = 0; index < mask.wordCount(); index++) {
      for (long rest = mask.word(index); rest != 0; rest &= rest - 1) {
        int cpu = (index << 6) + Long.numberOfTrailingZeros(rest);
        if (cpu < cpus && online[cpu] && managedAllocated[cpu] <= fewest) {
          best = cpu;
          fewest = managedAllocated[cpu];
        }
      }
    }
    return best;
  }

  // VEC-011
  private int lowestFree(int cpu) {
    int row = cpu * WORDS;
    for (int index = start >> 6; index < WORDS; index++) {
      long free = ~(system[index] | alloc[row + index] | managed[row + index]);
      if (index == start >> 6) {
        free &= -1L << start;
      }
      if (free != 0) {
        return (index << 6) + Long.numberOfTrailingZeros(free);
      }
    }
    return end;
  }

  private int lowestManagedFree(int cpu) {
    int row = cpu * WORDS;
    for (int index = 0; index < WORDS; index++) {
      long free = managed[row + index] & ~alloc[row + index];
      if (free != 0) {
        return (index << 6) + Long.numberOfTrailingZeros(free);
      }
    }
    return end;
  }

  private static boolean test(long[] map, int cpu, int vector) {
    return (map[cpu * WORDS + (vector >> 6)] >>> vector & 1) != 0;
  }

  private static void set(long[] map, int cpu, int vector) {
    map[cpu * WORDS + (vector >> 6)] |= 1L << vector;
  }

  private static void clear(long[] map, int cpu, int vector) {
    if (!test(map, cpu, vector)) {
      throw new IllegalStateException("cpu=" + cpu + " vector=" + hex(vector) + " is not taken");
    }
    map[cpu * WORDS + (vector >> 6)] &= ~(1L << vector);
  }

  private static String hex(int vector) {
    return "0x" + Integer.toHexString(vector);
  }

  // @formatter:off
  /** Number of possible CPUs. */
  public int cpus()                           { return cpus; }
  /** First vector that is given out. */
  public int start()                          { return start; }
  /** First vector past those that are given out. */
  public int end()                            { return end; }
  /** Whether the CPU's row is online. */
  public boolean isOnline(int cpu)            { return online[cpu]; }
  /** Vectors of the CPU that are neither taken nor set aside; 0 before it was ever online. */
  public int available(int cpu)               { return available[cpu]; }
  /** Vectors of the CPU that are taken, managed ones included. */
  public int allocated(int cpu)               { return allocated[cpu]; }
  /** Vectors of the CPU that are set aside for managed interrupts, in use or not. */
  public int managed(int cpu)                 { return managedCount[cpu]; }
  /** Vectors of the CPU that are set aside and in use. */
  public int managedAllocated(int cpu)        { return managedAllocated[cpu]; }
  /** Whether the vector is taken on the CPU. */
  public boolean taken(int cpu, int vector)   { return test(alloc, cpu, vector); }
  /** Whether the vector is set aside on the CPU. */
  public boolean setAside(int cpu, int vector){ return test(managed, cpu, vector); }
  /** Whether the vector is the system's on every CPU. */
  public boolean system(int vector)           { return (system[vector >> 6] >>> vector & 1) != 0; }
  /** VEC-002: system vectors inside the range that is given out. */
  public int systemInRange()                  { return systemInRange; }
  /** VEC-005: sum of what the online CPUs have available. */
  public int globalAvailable()                { return globalAvailable; }
  /** Vectors promised and not yet taken. */
  public int globalReserved()                 { return globalReserved; }
  /** Vectors taken on all online CPUs. */
  public int totalAllocated()                 { return totalAllocated; }
  /** Number of online CPUs. */
  public int onlineMaps()                     { return onlineMaps; }
  // @formatter:on

  /** Writes everything that later calls depend on; {@link #load} reads it back. */
  public void save(LongConsumer out) {
    for (long word : system) {
      out.accept(word);
    }
    for (int cpu = 0; cpu < cpus; cpu++) {
      for (int index = cpu * WORDS; index < (cpu + 1) * WORDS; index++) {
        out.accept(alloc[index]);
        out.accept(managed[index]);
      }
      out.accept((long) available[cpu] << 32 | allocated[cpu]);
      out.accept((long) managedCount[cpu] << 32 | managedAllocated[cpu]);
      out.accept((online[cpu] ? 1 : 0) | (initialized[cpu] ? 2 : 0));
    }
    out.accept((long) globalAvailable << 32 | (globalReserved & 0xFFFF_FFFFL));
    out.accept((long) totalAllocated << 32 | (long) onlineMaps << 16 | systemInRange);
  }

  /** Replaces the state by what {@link #save} of a matrix of the same size wrote. */
  public void load(LongSupplier in) {
    for (int index = 0; index < WORDS; index++) {
      system[index] = in.getAsLong();
    }
    for (int cpu = 0; cpu < cpus; cpu++) {
      for (int index = cpu * WORDS; index < (cpu + 1) * WORDS; index++) {
        alloc[index] = in.getAsLong();
        managed[index] = in.getAsLong();
      }
      long counts = in.getAsLong();
      available[cpu] = (int) (counts >> 32);
      allocated[cpu] = (int) counts;
      counts = in.getAsLong();
      managedCount[cpu] = (int) (counts >> 32);
      managedAllocated[cpu] = (int) counts;
      long flags = in.getAsLong();
      online[cpu] = (flags & 1) != 0;
      initialized[cpu] = (flags & 2) != 0;
    }
    long globals = in.getAsLong();
    globalAvailable = (int) (globals >> 32);
    globalReserved = (int) globals;
    globals = in.getAsLong();
    totalAllocated = (int) (globals >> 32);
    onlineMaps = (int) (globals >> 16 & 0xFFFF);
    systemInRange = (int) (globals & 0xFFFF);
  }
}
