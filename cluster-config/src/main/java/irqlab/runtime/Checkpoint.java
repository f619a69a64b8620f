package irqlab.runtime;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of a machine at a simulated time, one block of bytes a component, with what is on its
 * way to that component. Nothing in it knows groups, so it is equal for every partition and can be
 * resumed on any other.
 *
 * @param timePs all events before this time were executed
 * @param blocks by component id
 */
public record Checkpoint(long timePs, SortedMap<Integer, byte[]> blocks) {
  /** Keeps its own copy of the map. */
  public Checkpoint {
    blocks = Collections.unmodifiableSortedMap(new TreeMap<>(blocks));
  }

  /** This one and another group's of the same time. */
  public Checkpoint merged(Checkpoint other) {
    if (other.timePs != timePs) {
      throw new IllegalArgumentException("timePs=" + timePs + " and timePs=" + other.timePs);
    }
    TreeMap<Integer, byte[]> all = new TreeMap<>(blocks);
    all.putAll(other.blocks);
    return new Checkpoint(timePs, all);
  }
}
