package irqlab.runtime;

import java.util.Arrays;
import java.util.List;

/** A wired machine: paths in id order, the components of this process, and their ports. */
public final class Plan {
  private final String[] paths;
  private final Component<?>[] components;
  private final Port<?>[][] ports;
  private final List<Bus<?>> buses;

  Plan(String[] paths, Component<?>[] components, Port<?>[][] ports, List<Bus<?>> buses) {
    this.paths = paths;
    this.components = components;
    this.ports = ports;
    this.buses = buses;
  }

  /** How many components the whole machine has. */
  public int size() {
    return paths.length;
  }

  /** The path of this id. */
  public String path(int id) {
    return paths[id];
  }

  /** The id of this path, or -1. */
  public int find(String path) {
    return Math.max(-1, Arrays.binarySearch(paths, path));
  }

  /** The component of this id, or null when another process hosts it. */
  public Component<?> component(int id) {
    return components[id];
  }

  /** The ports of this component in the order in which they were made. */
  public List<Port<?>> ports(int id) {
    return List.of(ports[id]);
  }

  /** The shortest latency of a link whose ends are in different groups, or Long.MAX_VALUE. */
  public long lookaheadPs(int[] groupOf) {
    long least = Long.MAX_VALUE;
    for (Port<?>[] own : ports) {
      for (Port<?> port : own) {
        if (groupOf[port.fromId] != groupOf[port.toId]) {
          least = Math.min(least, port.latencyPs);
        }
      }
    }
    for (Bus<?> bus : buses) {
      for (int to : bus.toIds) {
        if (groupOf[bus.fromId] != groupOf[to]) {
          least = Math.min(least, bus.latencyPs);
          break;
        }
      }
    }
    return least;
  }
}
