package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import irqlab.topology.Placement;
import irqlab.topology.RolePlacement;
import irqlab.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is looked at before a machine goes into somebody else's cluster. */
final class Guests {
  private static final String FRAME_MAX = "akka.remote.artery.advanced.maximum-frame-size";
  private static final String OWN_FRAME_MAX = "irqlab.wire.frame-max";

  /** What Artery and a frame of ours put around a text, and more. */
  private static final int ROOM_BYTES = 4096;

  private Guests() {}

  /** Errors: {@link ClusterException} when the system is in no cluster, or its frames too small. */
  static void check(ActorSystem<?> system) {
    Config config = system.settings().config();
    String provider = config.getString("akka.actor.provider");
    if (!provider.contains("cluster") && !provider.contains("Cluster")) {
      throw new ClusterException(
          "system=" + system.name() + " is in no cluster: akka.actor.provider=" + provider);
    }
    long frame = config.getBytes(FRAME_MAX);
    long own = config.getBytes(OWN_FRAME_MAX);
    if (frame < own) {
      throw new ClusterException(
          String.format(
              "%s=%d is smaller than %s=%d: what does not fit would be dropped",
              FRAME_MAX, frame, OWN_FRAME_MAX, own));
    }
  }

  /** Errors: {@link ClusterException} when a machine of this text does not fit a frame. */
  static void checkFrame(ActorSystem<?> system, String text) {
    long most = system.settings().config().getBytes(OWN_FRAME_MAX) - ROOM_BYTES;
    // Texts go in two bytes a character.
    long bytes = text.getBytes(StandardCharsets.UTF_16BE).length;
    if (bytes > most) {
      throw new ClusterException(
          String.format(
              "textBytes=%d of this topology are more than %d: raise %s and %s",
              bytes, most, OWN_FRAME_MAX, FRAME_MAX));
    }
  }

  /** Which host has what: as the topology says, or by roles where it says nothing. */
  static Placement placement(Topology topology, List<String> hosts, List<List<String>> roles) {
    Placement given = topology.placement();
    boolean open =
        given.cpuNodes().isEmpty() && given.pcieNodes().isEmpty() && given.ioApicNodes().isEmpty();
    if (given.nodes() != hosts.size() && !(open && given.nodes() == 1)) {
      throw new IllegalArgumentException(
          "placement.nodes=" + given.nodes() + ", but the hosts are " + hosts);
    }
    if (!open) {
      return given;
    }
    return RolePlacement.of(roles, topology.cpus())
        .orElseThrow(
            () ->
                new ClusterException(
                    "E33 role missing   a machine needs hosts for cpu, ioapic and pcie; they have "
                        + roles));
  }
}
