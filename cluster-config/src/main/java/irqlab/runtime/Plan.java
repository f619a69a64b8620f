package irqlab.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  /**
   * A link whose ends are in different groups.
   *
   * @param from path of the sender
   * @param to path of the receiver
   * @param latencyPs its latency
   */
  public record Cut(String from, String to, long latencyPs) {}

  /** The shortest latency of a link whose ends are in different groups, or Long.MAX_VALUE. */
  public long lookaheadPs(int[] groupOf) {
    return shortestCut(groupOf).map(Cut::latencyPs).orElse(Long.MAX_VALUE);
  }

  /** The first of the shortest links whose ends are in different groups. */
  public Optional<Cut> shortestCut(int[] groupOf) {
    Cut least = null;
    for (Port<?>[] own : ports) {
      for (Port<?> port : own) {
        if (groupOf[port.fromId] != groupOf[port.toId]
            && (least == null || port.latencyPs < least.latencyPs)) {
          least = new Cut(port.from, port.to, port.latencyPs);
        }
      }
    }
    for (Bus<?> bus : buses) {
      if (least == null || bus.latencyPs < least.latencyPs) {
        for (int to : bus.toIds) {
          if (groupOf[bus.fromId] != groupOf[to]) {
            least = new Cut(bus.from, paths[to], bus.latencyPs);
            break;
          }
        }
      }
    }
    return Optional.ofNullable(least);
  }
}
