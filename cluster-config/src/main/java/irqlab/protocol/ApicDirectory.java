package irqlab.protocol;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Which local APICs a destination means, as far as its holder knows. Every sender of interrupt
 * messages keeps one and is told of changes by messages, so it may be stale by a link's latency.
 *
 * <p>One owner. CPUs are numbered from 0 in the order of the topology.
 */
public final class ApicDirectory {
  /** No local APIC matches. */
  public static final int NONE = -1;

  /** More than one matches; ask {@link #match}. */
  public static final int SEVERAL = -2;

  private static final int BROADCAST_8 = 0xFF;
  private static final int BROADCAST_32 = 0xFFFF_FFFF;

  private int[] apicId;
  private int[] logicalId;
  private byte[] mode;
  private boolean[] cluster;
  private boolean[] enabled;
  private int[] priority;

  // By physical id below its length: the CPU, NONE or SEVERAL. Rebuilt on change.
  private int[] byId;

  // Every local APIC that is there is in x2APIC mode under an id of its own, so a logical id says
  // the physical one (ICR-010).
  private boolean allX2Apic;

  // The arrays belong to a copy too; the next change takes its own.
  private boolean shared;

  /** A machine after reset: ids from {@code idBase}, this mode, flat logical ids of 0. */
  public ApicDirectory(int cpus, int idBase, ApicMode initial) {
    this(cpus, idBase, initial, false);
  }

  private ApicDirectory(int cpus, int idBase, ApicMode initial, boolean softwareEnabled) {
    apicId = new int[cpus];
    logicalId = new int[cpus];
    mode = new byte[cpus];
    cluster = new boolean[cpus];
    enabled = new boolean[cpus];
    priority = new int[cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      apicId[cpu] = idBase + cpu;
      mode[cpu] = (byte) initial.code();
      enabled[cpu] = softwareEnabled;
      if (initial == ApicMode.X2APIC) {
        logicalId[cpu] = x2ApicLogicalId(apicId[cpu]);
      } else if (softwareEnabled) {
        logicalId[cpu] = flatLogicalId(cpu);
      }
    }
    index();
  }

  private ApicDirectory(ApicDirectory other) {
    apicId = other.apicId;
    logicalId = other.logicalId;
    mode = other.mode;
    cluster = other.cluster;
    enabled = other.enabled;
    priority = other.priority;
    byId = other.byId;
    allX2Apic = other.allX2Apic;
    shared = true;
  }

  /**
   * A machine as an operating system leaves it: every local APIC software enabled, and flat logical
   * ids for the first eight in xAPIC mode.
   */
  public static ApicDirectory softwareEnabled(int cpus, int idBase, ApicMode initial) {
    return new ApicDirectory(cpus, idBase, initial, true);
  }

  /**
   * A directory of its own that knows the same. The two share memory until one of them changes, so
   * n senders of a machine of n CPUs do not cost n squared.
   */
  public ApicDirectory copy() {
    shared = true;
    return new ApicDirectory(this);
  }

  /** LDR of an xAPIC in the flat model: one bit of 31:24 for each of the first eight CPUs. */
  public static int flatLogicalId(int cpu) {
    return cpu < 8 ? 1 << (24 + cpu) : 0;
  }

  /** LDR of an x2APIC: cluster in bits 31:16, one bit of 15:0 (ICR-010). */
  public static int x2ApicLogicalId(int apicId) {
    return (apicId >>> 4) << 16 | 1 << (apicId & 15);
  }

  /** How many CPUs the machine has. */
  public int cpus() {
    return apicId.length;
  }

  /** Takes over what a local APIC said of itself. */
  public void update(
      int cpu,
      int newId,
      int newLogicalId,
      ApicMode newMode,
      boolean newCluster,
      boolean newEnabled,
      int newPriority) {
    if (says(cpu, newId, newLogicalId, newMode, newCluster, newEnabled, newPriority)) {
      return;
    }
    own();
    boolean moved = apicId[cpu] != newId || mode[cpu] != newMode.code();
    apicId[cpu] = newId;
    logicalId[cpu] = newLogicalId;
    mode[cpu] = (byte) newMode.code();
    cluster[cpu] = newCluster;
    enabled[cpu] = newEnabled;
    priority[cpu] = newPriority;
    if (moved) {
      index();
    }
  }

  /** True when an {@link #update} with these values would change nothing. */
  public boolean says(
      int cpu,
      int someId,
      int someLogicalId,
      ApicMode someMode,
      boolean someCluster,
      boolean someEnabled,
      int somePriority) {
    return apicId[cpu] == someId
        && logicalId[cpu] == someLogicalId
        && mode[cpu] == someMode.code()
        && cluster[cpu] == someCluster
        && enabled[cpu] == someEnabled
        && priority[cpu] == somePriority;
  }

  /** True when this local APIC is not globally disabled. */
  public boolean present(int cpu) {
    return mode[cpu] != ApicMode.DISABLED.code();
  }

  /** Physical id of this CPU's local APIC. */
  public int apicId(int cpu) {
    return apicId[cpu];
  }

  /** True when this local APIC is software enabled, SVR bit 8. */
  public boolean enabled(int cpu) {
    return enabled[cpu];
  }

  /** Task priority, 0 to 255, as last told. */
  public int priority(int cpu) {
    return priority[cpu];
  }

  /**
   * The only CPU that matches, or {@link #NONE}, or {@link #SEVERAL}.
   *
   * @param wide true for a 32-bit destination (x2APIC ICR, extended interrupt mode), false for 8
   */
  public int single(int destination, boolean logical, boolean wide) {
    if (!logical && destination >= 0 && destination < byId.length && destination != BROADCAST_8) {
      return byId[destination];
    }
    if (allX2Apic && logical && destination != BROADCAST_32) {
      int only = NONE;
      for (int left = destination & 0xFFFF; left != 0; left &= left - 1) {
        int cpu = logicalMember(destination, Integer.numberOfTrailingZeros(left));
        if (cpu != NONE && only != NONE) {
          return SEVERAL;
        }
        only = cpu == NONE ? only : cpu;
      }
      return only;
    }
    int found = NONE;
    for (int cpu = 0; cpu < apicId.length; cpu++) {
      if (matches(cpu, destination, logical, wide)) {
        if (found != NONE) {
          return SEVERAL;
        }
        found = cpu;
      }
    }
    return found;
  }

  /**
   * All CPUs that match, in ascending order of their numbers, or of their ids when a logical
   * destination names x2APICs.
   *
   * @param out receives them; at least as long as there are CPUs
   * @return how many
   */
  public int match(int destination, boolean logical, boolean wide, int[] out) {
    int count = 0;
    if (allX2Apic && logical && destination != BROADCAST_32) {
      for (int left = destination & 0xFFFF; left != 0; left &= left - 1) {
        int cpu = logicalMember(destination, Integer.numberOfTrailingZeros(left));
        if (cpu >= 0) {
          out[count++] = cpu;
        }
      }
      return count;
    }
    for (int cpu = 0; cpu < apicId.length; cpu++) {
      if (matches(cpu, destination, logical, wide)) {
        out[count++] = cpu;
      }
    }
    return count;
  }

  /** True when this destination means this CPU (ICR-006 to ICR-012, ICR-018). */
  public boolean matches(int cpu, int destination, boolean logical, boolean wide) {
    if (mode[cpu] == ApicMode.DISABLED.code()) {
      return false;
    }
    boolean x2Apic = mode[cpu] == ApicMode.X2APIC.code();
    if (wide && destination == BROADCAST_32) {
      return true;
    }
    if (!x2Apic && destination == BROADCAST_8) {
      return true;
    }
    if (!logical) {
      return apicId[cpu] == destination;
    }
    if (x2Apic) {
      return logicalId[cpu] >>> 16 == destination >>> 16
          && (logicalId[cpu] & destination & 0xFFFF) != 0;
    }
    if ((destination & ~0xFF) != 0) {
      return false;
    }
    int own = logicalId[cpu] >>> 24;
    if (cluster[cpu]) {
      return own >>> 4 == destination >>> 4 && (own & destination & 0x0F) != 0;
    }
    return (own & destination) != 0;
  }

  /** Writes all that it knows. */
  public void save(StateWriter out) {
    out.putInt(apicId.length);
    for (int cpu = 0; cpu < apicId.length; cpu++) {
      out.putInt(apicId[cpu]);
      out.putInt(logicalId[cpu]);
      out.putByte(mode[cpu]);
      out.putBoolean(cluster[cpu]);
      out.putBoolean(enabled[cpu]);
      out.putInt(priority[cpu]);
    }
  }

  /** Reads what {@link #save} wrote. */
  public void load(StateReader in) {
    int cpus = in.count(15);
    if (cpus != apicId.length) {
      throw new MalformedStateException("cpus=" + cpus + " expected=" + apicId.length);
    }
    own();
    for (int cpu = 0; cpu < cpus; cpu++) {
      apicId[cpu] = in.getInt();
      logicalId[cpu] = in.getInt();
      mode[cpu] = (byte) in.getByte();
      cluster[cpu] = in.getBoolean();
      enabled[cpu] = in.getBoolean();
      priority[cpu] = in.getInt();
    }
    index();
  }

  private int logicalMember(int destination, int bit) {
    int id = destination >>> 16 << 4 | bit;
    return id < byId.length ? byId[id] : NONE;
  }

  private void own() {
    if (shared) {
      apicId = apicId.clone();
      logicalId = logicalId.clone();
      mode = mode.clone();
      cluster = cluster.clone();
      enabled = enabled.clone();
      priority = priority.clone();
      shared = false;
    }
  }

  private void index() {
    int most = -1;
    allX2Apic = true;
    for (int id : apicId) {
      most = Math.max(most, id);
    }
    byId = new int[most + 1];
    java.util.Arrays.fill(byId, NONE);
    for (int cpu = 0; cpu < apicId.length; cpu++) {
      if (mode[cpu] != ApicMode.DISABLED.code() && apicId[cpu] >= 0) {
        allX2Apic &= byId[apicId[cpu]] == NONE;
        byId[apicId[cpu]] = byId[apicId[cpu]] == NONE ? cpu : SEVERAL;
      }
      allX2Apic &= mode[cpu] != ApicMode.XAPIC.code();
    }
  }
}
