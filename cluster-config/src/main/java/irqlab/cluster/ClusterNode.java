package irqlab.cluster;

import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.ClusterEvent;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import irqlab.wire.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the coordinator and the other nodes have in common: the actor system and its names. */
final class ClusterNode {
  static final String SYSTEM = "irqlab";

  /** Under which agents are found. */
  static final ServiceKey<Frame> AGENTS = ServiceKey.create(Frame.class, "irqlab-node");

  private ClusterNode() {}

  /**
   * An actor system that may join others, on the loopback interface and a free port.
   *
   * @param roles Akka roles, separated by commas
   */
  static ActorSystem<Void> system(String roles) {
    StringBuilder list = new StringBuilder();
    for (String role : roles.split(",")) {
      list.append(list.length() == 0 ? "" : ",").append('"').append(role.strip()).append('"');
    }
    Config config =
        ConfigFactory.parseString("akka.cluster.roles = [" + list + "]")
            .withFallback(ConfigFactory.defaultOverrides())
            .withFallback(ConfigFactory.parseResources("irqlab-cluster.conf"))
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    return ActorSystem.create(Behaviors.empty(), SYSTEM, config);
  }

  /** Host and port of a node. */
  static String address(ActorSystem<?> system) {
    Address own = Cluster.get(system).selfMember().address();
    return own.getHost().get() + ":" + own.getPort().get();
  }

  /** Joins the cluster of that node; its own address makes a new cluster. */
  static void join(ActorSystem<?> system, String hostAndPort) {
    Address seed = AddressFromURIString.parse("akka://" + SYSTEM + "@" + hostAndPort);
    Cluster.get(system).manager().tell(Join.create(seed));
  }

  /** How many members are up, as this node sees it. */
  static long up(ActorSystem<?> system) {
    ClusterEvent.CurrentClusterState state = Cluster.get(system).state();
    long up = 0;
    for (akka.cluster.Member member : state.getMembers()) {
      up += member.status().equals(akka.cluster.MemberStatus.up()) ? 1 : 0;
    }
    return up;
  }

  /** The version of the program on this class path. */
  static String programVersion() {
    try (InputStream in = ClusterNode.class.getResourceAsStream("/irqlab/version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
