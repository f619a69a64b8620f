package irqlab.protocol;

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

  private final int[] apicId;
  private final int[] logicalId;
  private final byte[] mode;
  private final boolean[] cluster;
  private final boolean[] enabled;
  private final int[] priority;

  // By physical id below its length: the CPU, NONE or SEVERAL. Rebuilt on change.
  private int[] byId;

  /** A machine after reset: ids from {@code idBase}, this mode, flat logical ids of 0. */
  public ApicDirectory(int cpus, int idBase, ApicMode initial) {
    apicId = new int[cpus];
    logicalId = new int[cpus];
    mode = new byte[cpus];
    cluster = new boolean[cpus];
    enabled = new boolean[cpus];
    priority = new int[cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      apicId[cpu] = idBase + cpu;
      mode[cpu] = (byte) initial.code();
      logicalId[cpu] = initial == ApicMode.X2APIC ? x2ApicLogicalId(apicId[cpu]) : 0;
    }
    index();
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
   * All CPUs that match, ascending.
   *
   * @param out receives them; at least as long as there are CPUs
   * @return how many
   */
  public int match(int destination, boolean logical, boolean wide, int[] out) {
    int count = 0;
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

  private void index() {
    int most = -1;
    for (int id : apicId) {
      most = Math.max(most, id);
    }
    byId = new int[most + 1];
    java.util.Arrays.fill(byId, NONE);
    for (int cpu = 0; cpu < apicId.length; cpu++) {
      if (mode[cpu] != ApicMode.DISABLED.code() && apicId[cpu] >= 0) {
        byId[apicId[cpu]] = byId[apicId[cpu]] == NONE ? cpu : SEVERAL;
      }
    }
  }
}
