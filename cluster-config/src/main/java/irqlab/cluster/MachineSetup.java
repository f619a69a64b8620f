package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import irqlab.live.LiveMachine;
import irqlab.live.LiveOptions;
import irqlab.observe.Ledger;
import irqlab.runtime.Plan;
import irqlab.topology.Placement;
import irqlab.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A machine that is not started. One owner; it may start several, each with parts of its own.
 *
 * <p>Errors: starting throws {@link IllegalArgumentException} when a part is attached where there
 * is no component, or of a wrong type, and {@link IllegalStateException} when a component has no
 * node module on the class path.
 */
public final class MachineSetup {
  private Topology topology;
  private final TreeMap<String, Supplier<?>> parts = new TreeMap<>();
  private final TreeSet<String> models = new TreeSet<>();
  private long seed;
  private Ledger.Recorder probe;
  private UnaryOperator<LiveOptions> options = UnaryOperator.identity();

  MachineSetup(Topology topology) {
    this.topology = topology;
    this.seed = topology.seed();
  }

  /** Of every random stream; else the topology's. */
  public MachineSetup seed(long next) {
    seed = next;
    return this;
  }

  /**
   * Puts a device of one's own behind a PCIe function of the topology.
   *
   * @param name of the function
   * @param model makes an {@code irqlab.pcie.endpoint.EndpointModel}, a new one for each machine
   */
  public MachineSetup endpoint(String name, Supplier<?> model) {
    endpoint(name);
    parts.put(path(name), model);
    return this;
  }

  /**
   * Says that a PCIe function has a device of one's own, whose model is given to the {@link
   * Machine#host} that will have it.
   */
  public MachineSetup endpoint(String name) {
    if (topology.endpoint(name).isEmpty()) {
      throw new IllegalArgumentException("endpoint=" + name + " is not in this topology");
    }
    models.add(name);
    return this;
  }

  /** Which host has what; else the topology's. */
  public MachineSetup placement(Placement next) {
    topology = topology.withPlacement(next);
    return this;
  }

  /**
   * Sees every raise, fate and mark; it changes none. On a {@link RunningMachine} many threads call
   * it, on a {@link VirtualMachine} its owner.
   */
  public MachineSetup probe(Ledger.Recorder next) {
    probe = next;
    return this;
  }

  /** Changes how a {@link RunningMachine} is hosted, such as its slow-down. */
  public MachineSetup live(UnaryOperator<LiveOptions> change) {
    options = change;
    return this;
  }

  /** A machine in virtual time, at 0; needs no Akka. */
  public VirtualMachine onBoard() {
    Outside outside = new Outside();
    return new VirtualMachine(topology, plan(outside), seed, new Ledger(probe), outside);
  }

  /**
   * Starts a machine whose components are actors of somebody else's actor system: one actor with
   * its children, which {@link Machine#close} stops.
   */
  public RunningMachine startIn(ActorSystem<?> system) {
    Outside outside = new Outside();
    LiveOptions chosen = options.apply(LiveOptions.of(seed).withRecorder(probe));
    LiveMachine live = new LiveMachine(system, plan(outside), chosen);
    live.start();
    return new RunningMachine(topology, new LocalHosting(live, outside), chosen.slowDown());
  }

  /**
   * Spreads a machine over hosts in the cluster of this actor system, one that is called {@code
   * node1}, {@code node2} ... for each node of the topology's placement; see {@link
   * #startOver(ActorSystem, String, List)}.
   */
  public RunningMachine startOver(ActorSystem<?> system, String machine) {
    int nodes = topology.placement().nodes();
    return startOver(
        system, machine, IntStream.rangeClosed(1, nodes).mapToObj(each -> "node" + each).toList());
  }

  /**
   * Spreads a machine over hosts in the cluster of this actor system, which may host a part itself.
   * {@link Machine#close} takes the machine out of it again; the actor system, the cluster and the
   * hosts stay.
   *
   * <p>What the placement leaves open is dealt out by the roles of the hosts. A device of one's own
   * is that which its host was given under the same name; a probe is given to each host, since it
   * sees what its own process hosts. Of the {@link #live} options the slow-down reaches the hosts.
   *
   * <p>Errors: {@link ClusterException} when a host does not answer within {@code
   * irqlab.cluster.join-within}, is at work, would build another machine, or lacks a role or a
   * model; nothing has started then.
   *
   * @param machine the name under which the hosts were started with {@link Machine#host}
   * @param hosts their names: the first is node1 of the placement
   */
  public RunningMachine startOver(ActorSystem<?> system, String machine, List<String> hosts) {
    LiveOptions usual = LiveOptions.of(seed);
    LiveOptions chosen = options.apply(usual);
    if (!chosen.equals(usual.withSlowDown(chosen.slowDown()))) {
      throw new IllegalStateException("over several hosts only the slow-down can be chosen");
    }
    if (probe != null) {
      throw new IllegalStateException(
          "a probe sees what its own process hosts: give it to Machine.host(...) there");
    }
    Guests.check(system);
    Realm.Guest realm = new Realm.Guest(machine, hosts);
    Coordinator coordinator = Coordinator.guest(system, realm);
    try {
      coordinator.await(realm);
      List<List<String>> roles = hosts.stream().map(coordinator::roles).toList();
      Topology placed = topology.withPlacement(Guests.placement(topology, hosts, roles));
      String text = TopologyBuilder.text(placed, seed, chosen.slowDown(), models);
      Guests.checkFrame(system, text);
      coordinator.host(TopologyBuilder.NAME, text, hosts, Optional.empty());
      coordinator.start();
      return new RunningMachine(placed, new SpreadHosting(coordinator, machine), chosen.slowDown());
    } catch (RuntimeException broken) {
      coordinator.close();
      throw broken;
    }
  }

  private Plan plan(Outside outside) {
    List<String> unmade = models.stream().filter(each -> !parts.containsKey(path(each))).toList();
    if (!unmade.isEmpty()) {
      throw new IllegalStateException("endpoints=" + unmade + " have no model here");
    }
    return Wiring.plan(topology, path -> true, parts, outside);
  }

  private static String path(String endpoint) {
    return "pcie/" + endpoint;
  }
}
