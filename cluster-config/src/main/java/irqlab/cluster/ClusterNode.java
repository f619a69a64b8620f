package irqlab.cluster;

import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import irqlab.wire.Frame;
import irqlab.wire.WireVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What all processes of a cluster have in common: the actor system and its names. */
final class ClusterNode {
  static final String SYSTEM = "irqlab";

  /** Under which agents are found. */
  static final ServiceKey<Frame> AGENTS = ServiceKey.create(Frame.class, "irqlab-node");

  /**
   * Beside its roles a member shows its name and versions as roles: Akka hands those on whatever
   * wire the two speak.
   */
  private static final String NAME = "name=";

  private static final String WIRE = "wire=";
  private static final String PROGRAM = "program=";
  static final long END_S = 30;

  private ClusterNode() {}

  /**
   * An actor system that may join others.
   *
   * <p>Errors: {@link ClusterException} when it would bind where it must not.
   */
  static ActorSystem<Void> system(ClusterSettings settings) {
    return ActorSystem.create(Behaviors.empty(), SYSTEM, config(settings));
  }

  /** All settings of a process. Errors: as {@link #system}. */
  static Config config(ClusterSettings settings) {
    List<String> roles = new ArrayList<>(settings.roles());
    roles.add(NAME + settings.name());
    roles.add(WIRE + WireVersion.own().wire());
    roles.add(PROGRAM + WireVersion.own().program());
    Config config =
        ConfigFactory.defaultOverrides()
            .withFallback(settings.config())
            .withValue("akka.cluster.roles", ConfigValueFactory.fromIterable(roles))
            .withFallback(ConfigFactory.parseResources("irqlab-cluster.conf"))
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    Binding.check(config);
    return config;
  }

  /** Host and port of a node. */
  static String address(ActorSystem<?> system) {
    Address own = Cluster.get(system).selfMember().address();
    return own.getHost().get() + ":" + own.getPort().get();
  }

  /** Joins the cluster of that node; its own address makes a new cluster. */
  static void join(ActorSystem<?> system, String hostAndPort) {
    String protocol = Cluster.get(system).selfMember().address().protocol();
    Address seed = AddressFromURIString.parse(protocol + "://" + SYSTEM + "@" + hostAndPort);
    Cluster.get(system).manager().tell(Join.create(seed));
  }

  /** Whether this node is a member that is up, as it sees itself. */
  static boolean selfUp(ActorSystem<?> system) {
    return Cluster.get(system).selfMember().status().equals(MemberStatus.up());
  }

  /** Sends a greeting to every agent that registers and is asked, which answers there. */
  static Behavior<Receptionist.Listing> greeter(Realm realm, ActorRef<Frame> replyTo) {
    return Behaviors.setup(
        context -> {
          String address = ActorRefResolver.get(context.getSystem()).toSerializationFormat(replyTo);
          Set<ActorRef<Frame>> known = new HashSet<>();
          context
              .getSystem()
              .receptionist()
              .tell(Receptionist.subscribe(realm.agents(), context.getSelf()));
          return Behaviors.receive(Receptionist.Listing.class)
              .onMessage(
                  Receptionist.Listing.class,
                  listing -> {
                    for (ActorRef<Frame> agent : listing.getServiceInstances(realm.agents())) {
                      if (realm.asked(agent) && known.add(agent)) {
                        realm
                            .misfit(agent)
                            .ifPresentOrElse(
                                replyTo::tell, () -> agent.tell(new Frame.Hello(address)));
                      }
                    }
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /**
   * Looks for a member that speaks another wire or is another program, and takes it out of the
   * cluster; says why.
   */
  static Optional<String> misfit(ActorSystem<?> system) {
    for (Member member : Cluster.get(system).state().getMembers()) {
      Optional<String> why = misfit(member);
      if (why.isPresent()) {
        Cluster.get(system).manager().tell(new Down(member.address()));
        return why;
      }
    }
    return Optional.empty();
  }

  /** Takes a member out of the cluster that is lost anyway. */
  static void down(ActorSystem<?> system, Address address) {
    Cluster.get(system).manager().tell(new Down(address));
  }

  /** Why this process does not fit to the cluster that it has joined, if so. */
  static Optional<String> ownMisfit(ActorSystem<?> system) {
    Address own = Cluster.get(system).selfMember().address();
    for (Member member : Cluster.get(system).state().getMembers()) {
      if (!member.address().equals(own) && misfit(member).isPresent()) {
        return misfit(member);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> misfit(Member member) {
    String node = role(member, NAME);
    String program = role(member, PROGRAM);
    String wire = role(member, WIRE);
    if (!wire.equals(String.valueOf(WireVersion.own().wire()))) {
      return Optional.of(wiresDiffer(node, wire, program));
    }
    return program.equals(WireVersion.own().program())
        ? Optional.empty()
        : Optional.of(programsDiffer(node, program));
  }

  static String wiresDiffer(String node, String wire, String program) {
    return String.format(
        "E61 wire versions differ   %s speaks wire %s (irqlab %s), this cluster speaks %d"
            + " (irqlab %s): %s was not let in%n   use one version on all nodes",
        node, wire, program, WireVersion.own().wire(), WireVersion.own().program(), node);
  }

  static String programsDiffer(String node, String program) {
    return String.format(
        "E62 programs differ   %s is irqlab %s, this cluster is irqlab %s: %s was not let in%n"
            + "   use one version on all nodes",
        node, program, WireVersion.own().program(), node);
  }

  private static String role(Member member, String kind) {
    for (String role : member.getRoles()) {
      if (role.startsWith(kind)) {
        return role.substring(kind.length());
      }
    }
    return "unknown";
  }

  /** Leaves the cluster in order and ends the actor system. */
  static void end(ActorSystem<?> system) {
    end(system, END_S);
  }

  /** As {@link #end(ActorSystem)}, and waits no longer than this for it. */
  static void end(ActorSystem<?> system, long withinS) {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(withinS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      // What it was there for is done, and its threads do not keep a process.
      system.log().warn("the actor system takes longer than {} s to end", withinS);
    }
  }
}
