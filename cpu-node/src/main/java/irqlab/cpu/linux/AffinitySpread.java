package irqlab.cpu.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Spreads the vectors of a device over the CPUs: the masks of managed interrupts.
 *
 * <p>Source: Linux 6.1 to 6.12, {@code lib/group_cpus.c} and {@code kernel/irq/affinity.c}; rules
 * AFF-002 and AFF-010 to AFF-017. Where nodes are equal the order is that of the kernel's heapsort,
 * which is not stable (AFF-015).
 *
 * <p>Model-specific: three or more nodes of one size come out as in 6.9 and later for every
 * profile.
 *
 * <p><b>Not modelled:</b> clusters of CPUs inside a node (AFF-018).
 */
public final class AffinitySpread {
  /** AFF-011: a device has at most so many sets of vectors. */
  public static final int MAX_SETS = 4;

  private final CpuMask possible;
  private final CpuMask present;
  private final List<CpuMask> nodes;
  private final CpuMask[] siblings;

  /**
   * A machine to spread over.
   *
   * @param possible CPUs that can ever be there
   * @param present those that are plugged in, online or not
   * @param nodes the possible CPUs of each NUMA node; node numbers are list positions
   * @param cores CPUs that share a core; a CPU in no list has its core to itself
   */
  public AffinitySpread(
      CpuMask possible, CpuMask present, List<CpuMask> nodes, List<CpuMask> cores) {
    this.possible = possible;
    this.present = present;
    this.nodes = List.copyOf(nodes);
    siblings = new CpuMask[64 * possible.wordCount()];
    for (CpuMask core : cores) {
      for (int cpu : core.toArray()) {
        siblings[cpu] = core;
      }
    }
  }

  /** A machine of one node and single-threaded cores, every CPU present. */
  public static AffinitySpread flat(int cpus) {
    CpuMask all = CpuMask.first(cpus);
    return new AffinitySpread(all, all, List.of(all), List.of());
  }

  /**
   * AFF-002: how many vectors a device gets that asks for managed ones.
   *
   * @param min fewest it can work with
   * @param max most it can use
   * @param unmanaged its vectors before and behind the managed ones
   * @param ownSets the driver cuts its vectors into sets itself
   * @return the number, or 0 where Linux returns ENOSPC
   */
  public int usableVectors(int min, int max, int unmanaged, boolean ownSets) {
    if (unmanaged > min) {
      return 0;
    }
    return ownSets ? max : unmanaged + Math.min(possible.count(), max - unmanaged);
  }

  /**
   * AFF-010, AFF-011: the mask of each vector of a device.
   *
   * @param pre vectors at the front that are not managed
   * @param sets sizes of the sets of managed vectors, each spread over all CPUs
   * @param post vectors at the end that are not managed
   * @param unmanaged mask of those, the default affinity
   */
  public List<CpuMask> vectors(int pre, List<Integer> sets, int post, CpuMask unmanaged) {
    List<CpuMask> masks = new ArrayList<>();
    for (int index = 0; index < pre; index++) {
      masks.add(unmanaged);
    }
    for (int size : sets) {
      masks.addAll(spread(size));
    }
    for (int index = 0; index < post; index++) {
      masks.add(unmanaged);
    }
    return masks;
  }

  /**
   * AFF-012: cuts the CPUs into groups, those present first, then the others over the same groups.
   *
   * @param groups at least 1; more than there are CPUs leaves groups empty (AFF-017)
   */
  public List<CpuMask> spread(int groups) {
    CpuMask[] masks = new CpuMask[groups];
    Arrays.fill(masks, CpuMask.EMPTY);
    int done = spread(masks, 0, present);
    spread(masks, done >= groups ? 0 : done, possible.andNot(present));
    return List.of(masks);
  }

  // Returns how many groups got CPUs.
  private int spread(CpuMask[] masks, int firstGroup, CpuMask cpus) {
    if (cpus.isEmpty()) {
      return 0;
    }
    int used = (int) nodes.stream().filter(cpus::intersects).count();
    int group = firstGroup;
    if (masks.length <= used) {
      // AFF-013
      for (CpuMask node : nodes) {
        if (node.intersects(cpus)) {
          masks[group] = masks[group].or(node.and(cpus));
          group = (group + 1) % masks.length;
        }
      }
      return masks.length;
    }
    int done = 0;
    for (Share share : shares(masks.length, cpus)) {
      CpuMask free = nodes.get(share.node).and(cpus);
      int perGroup = share.cpus / share.groups;
      int extra = share.cpus % share.groups;
      for (int index = 0; index < share.groups; index++) {
        int at = (group + index) % masks.length;
        CpuMask taken = take(free, perGroup + (index < extra ? 1 : 0));
        masks[at] = masks[at].or(taken);
        free = free.andNot(taken);
      }
      group = (group + share.groups) % masks.length;
      done += share.groups;
    }
    return done;
  }

  // AFF-016: the lowest free CPU, then the others of its core, then the next.
  private CpuMask take(CpuMask free, int count) {
    CpuMask taken = CpuMask.EMPTY;
    int left = count;
    for (int cpu = free.first(); cpu >= 0 && left > 0; cpu = free.next(cpu + 1)) {
      if (taken.contains(cpu)) {
        continue;
      }
      taken = taken.with(cpu);
      left--;
      CpuMask core = siblings[cpu] == null ? CpuMask.EMPTY : siblings[cpu].and(free);
      for (int other = core.first(); other >= 0 && left > 0; other = core.next(other + 1)) {
        if (!taken.contains(other)) {
          taken = taken.with(other);
          left--;
        }
      }
    }
    return taken;
  }

  private static final class Share {
    // A node without CPUs sorts first and is then left out.
    static final int NONE = -1;

    final int node;
    final int cpus;
    int groups;

    Share(int node, int cpus) {
      this.node = node;
      this.cpus = cpus;
    }
  }

  // AFF-014: in order of size, each node gets its part of the groups that are left.
  private List<Share> shares(int groups, CpuMask cpus) {
    Share[] all = new Share[nodes.size()];
    int cpusLeft = 0;
    for (int node = 0; node < all.length; node++) {
      int count = nodes.get(node).and(cpus).count();
      all[node] = new Share(node, count == 0 ? Share.NONE : count);
      cpusLeft += count;
    }
    sort(all);
    int groupsLeft = Math.min(cpusLeft, groups);
    List<Share> shares = new ArrayList<>();
    for (Share share : all) {
      if (share.cpus != Share.NONE) {
        share.groups = Math.max(1, groupsLeft * share.cpus / cpusLeft);
        cpusLeft -= share.cpus;
        groupsLeft -= share.groups;
        shares.add(share);
      }
    }
    return shares;
  }

  // AFF-015: lib/sort.c from 6.9 on, a heapsort that takes the two largest at a time.
  private static void sort(Share[] shares) {
    int end = shares.length;
    int root = end / 2;
    int step = 1;
    if (root == 0) {
      return;
    }
    while (root > 0 || end > 3) {
      if (root > 0) {
        root -= step;
      } else {
        swap(shares, 0, --end);
        step = shares[1].cpus <= shares[2].cpus ? 2 : 1;
        root = step;
        swap(shares, root, --end);
      }
      siftDown(shares, root, end);
    }
    swap(shares, 0, --end);
    if (end == 2 && shares[0].cpus > shares[1].cpus) {
      swap(shares, 0, 1);
    }
  }

  // Down to a leaf along the larger children, and back up to where the root belongs.
  private static void siftDown(Share[] shares, int root, int end) {
    int leaf = root;
    int child = 2 * leaf + 1;
    while (child + 1 < end) {
      leaf = shares[child].cpus > shares[child + 1].cpus ? child : child + 1;
      child = 2 * leaf + 1;
    }
    if (child + 1 == end) {
      leaf = child;
    }
    while (leaf != root && shares[root].cpus >= shares[leaf].cpus) {
      leaf = (leaf - 1) / 2;
    }
    int target = leaf;
    while (leaf != root) {
      leaf = (leaf - 1) / 2;
      swap(shares, leaf, target);
    }
  }

  private static void swap(Share[] shares, int a, int b) {
    Share share = shares[a];
    shares[a] = shares[b];
    shares[b] = share;
  }
}
