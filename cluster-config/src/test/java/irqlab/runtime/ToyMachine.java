package irqlab.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A random machine of {@link ToyNode}s in blocks. Links inside a block take 1 to 3 ns, links
 * between blocks {@link #CUT_PS} or a little more, so that blocks can be groups. Many links have
 * equal latencies, so ties are common.
 *
 * @param seed draws the graph
 * @param blocks how many blocks
 * @param perBlock how many nodes each has
 * @param hops how far a token goes
 * @param tokens how many each node keeps on their way
 * @param stopAfter how many each node raises at most
 */
public record ToyMachine(
    long seed, int blocks, int perBlock, int hops, int tokens, long stopAfter) {
  /** The shortest latency between blocks. */
  public static final long CUT_PS = 100_000;

  /** A machine that never stops by itself. */
  public static ToyMachine of(long seed, int blocks, int perBlock) {
    return new ToyMachine(seed, blocks, perBlock, 6, 2, Long.MAX_VALUE);
  }

  /** The path of a node; blocks come first in it. */
  public static String path(int block, int node) {
    return String.format("block/%03d/node/%03d", block, node);
  }

  /** The block of a path. */
  public static int block(String path) {
    return Integer.parseInt(path.substring(6, 9));
  }

  /** Every path. */
  public List<String> paths() {
    List<String> all = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (int node = 0; node < perBlock; node++) {
        all.add(path(block, node));
      }
    }
    return all;
  }

  /** The whole machine, with components of its own each time. */
  public Plan plan() {
    return plan(path -> true);
  }

  /** The machine with only these components here. */
  public Plan plan(Predicate<String> hosted) {
    Assembly assembly = new Assembly(paths());
    Rng rng = new Rng(seed, "graph");
    int size = blocks * perBlock;
    for (int id = 0; id < size; id++) {
      ToyNode node = new ToyNode(id, hops, tokens, stopAfter);
      String from = path(id / perBlock, id % perBlock);
      for (int links = 3; links > 0; links--) {
        boolean near = links > 1;
        int block = near ? id / perBlock : rng.nextInt(blocks);
        String to = path(block, rng.nextInt(perBlock));
        long latencyPs =
            block == id / perBlock ? 1000 + 1000L * rng.nextInt(3) : CUT_PS + rng.nextInt(2) * 500L;
        node.link(assembly.port(from, to, latencyPs, rng.nextInt(2) == 0 ? 16 : 64));
      }
      int[] members = new int[Math.min(size, 5)];
      for (int i = 0; i < members.length; i++) {
        members[i] = rng.nextInt(size);
      }
      node.link(assembly.bus(from, members, CUT_PS));
      if (hosted.test(from)) {
        assembly.add(from, node);
      }
    }
    return assembly.plan();
  }
}
