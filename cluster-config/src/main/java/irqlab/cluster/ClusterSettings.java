package irqlab.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;

/**
 * How one process takes part in a cluster.
 *
 * @param name of the node, {@code node2}
 * @param roles what it may host: {@code cpu}, {@code ioapic}, {@code pcie}
 * @param config settings of Akka on top of those that come with the program
 */
public record ClusterSettings(String name, List<String> roles, Config config) {
  /** A node that may host anything. */
  public static final List<String> ALL_ROLES = List.of("cpu", "ioapic", "pcie");

  /** Copies the list. */
  public ClusterSettings {
    roles = List.copyOf(roles);
  }

  /** A node on the loopback interface that may host anything. */
  public static ClusterSettings local(String name) {
    return new ClusterSettings(name, ALL_ROLES, ConfigFactory.empty());
  }
}
