package irqlab.cluster;

import akka.actor.ActorPath;
import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.receptionist.ServiceKey;
import irqlab.wire.Frame;
import irqlab.wire.WireVersion;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The cluster in which a coordinator works: whom it asks, and what it may do to members. */
interface Realm {
  /** A cluster of our own: every agent takes part, and a member that does not fit goes. */
  Realm OWN = new Own();

  /** Under which agents are found. */
  ServiceKey<Frame> agents();

  /** The name of the coordinator's actor. */
  String actor();

  /** Whether this agent is asked to take part. */
  boolean asked(ActorRef<Frame> agent);

  /** Why this agent does not fit, as far as its address tells. */
  default Optional<Frame.Refused> misfit(ActorRef<Frame> agent) {
    return Optional.empty();
  }

  /** Why some member does not fit. */
  Optional<String> misfit(ActorSystem<?> system);

  /** A member is lost. */
  void lost(ActorSystem<?> system, Address address);

  /** Whether the node of this name is in the coordinator's process. */
  boolean here(Member member);

  /** Whether agents are told, now and then, that the coordinator is there. */
  boolean pings();

  /** A cluster that is ours. */
  record Own() implements Realm {
    @Override
    public ServiceKey<Frame> agents() {
      return ClusterNode.AGENTS;
    }

    @Override
    public String actor() {
      return "irqlab-coordinator";
    }

    @Override
    public boolean asked(ActorRef<Frame> agent) {
      return true;
    }

    @Override
    public Optional<String> misfit(ActorSystem<?> system) {
      return ClusterNode.misfit(system);
    }

    @Override
    public void lost(ActorSystem<?> system, Address address) {
      ClusterNode.down(system, address);
    }

    @Override
    public boolean here(Member member) {
      return member.name.equals(Coordinator.NAME);
    }

    @Override
    public boolean pings() {
      return false;
    }
  }

  /**
   * Somebody else's cluster, of whose members nobody is taken out.
   *
   * @param machine name of the machine
   * @param hosts names of those that host it
   */
  record Guest(String machine, List<String> hosts) implements Realm {
    private static final String WIRE = ";wire=";
    private static final String PROGRAM = ";program=";
    private static final String NODE = ";node=";

    /** Copies the list. */
    public Guest {
      hosts = List.copyOf(hosts);
    }

    /** Under which the hosts of a machine are found, whatever wire they speak. */
    static ServiceKey<Frame> key(String machine) {
      return ServiceKey.create(Frame.class, "irqlab-machine-" + machine);
    }

    /** The name of a host's actor: it says what can be known before the first frame. */
    static String actorOf(String node, WireVersion version) {
      return "irqlab-host-"
          + UUID.randomUUID()
          + WIRE
          + version.wire()
          + PROGRAM
          + URLEncoder.encode(version.program(), StandardCharsets.UTF_8)
          + NODE
          + URLEncoder.encode(node, StandardCharsets.UTF_8);
    }

    @Override
    public ServiceKey<Frame> agents() {
      return key(machine);
    }

    @Override
    public String actor() {
      return "irqlab-machine-" + UUID.randomUUID();
    }

    @Override
    public boolean asked(ActorRef<Frame> agent) {
      return hosts.contains(part(agent.path(), NODE));
    }

    @Override
    public Optional<Frame.Refused> misfit(ActorRef<Frame> agent) {
      String node = part(agent.path(), NODE);
      String wire = part(agent.path(), WIRE);
      String program = part(agent.path(), PROGRAM);
      if (!wire.equals(String.valueOf(WireVersion.own().wire()))) {
        return Optional.of(new Frame.Refused(node, ClusterNode.wiresDiffer(node, wire, program)));
      }
      return program.equals(WireVersion.own().program())
          ? Optional.empty()
          : Optional.of(new Frame.Refused(node, ClusterNode.programsDiffer(node, program)));
    }

    private static String part(ActorPath path, String key) {
      for (String part : path.name().split("(?=;)")) {
        if (part.startsWith(key)) {
          return URLDecoder.decode(part.substring(key.length()), StandardCharsets.UTF_8);
        }
      }
      return "unknown";
    }

    @Override
    public Optional<String> misfit(ActorSystem<?> system) {
      return Optional.empty();
    }

    @Override
    public void lost(ActorSystem<?> system, Address address) {
      // Who stays in it is the cluster's own business.
    }

    @Override
    public boolean here(Member member) {
      return member.agent.path().address().hasLocalScope();
    }

    @Override
    public boolean pings() {
      return true;
    }
  }
}
