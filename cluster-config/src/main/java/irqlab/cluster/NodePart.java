package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import irqlab.live.LiveMachine;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;
import irqlab.runtime.Plan;
import irqlab.wire.Frame;
import irqlab.wire.IrqlabSerializer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One node's part of a machine: its components, the gate in, and a gateway to each other node. */
final class NodePart implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ActorSystem<?> system;
  private final String name;
  private final Plan plan;
  private final int[] nodeOf;
  private final int ownNode;
  private final ActorRef<Gateway.Command>[] gateways;
  private final ActorRef<Frame>[] gates;
  private final ActorRef<Frame> gate;
  private final LiveMachine machine;
  private final AtomicReference<Gate.Inside> inside = new AtomicReference<>(new Inside());
  private final AtomicReference<String> failure = new AtomicReference<>();

  /** Builds the part. Errors: {@link ClusterException} when this node would build another one. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  NodePart(ActorSystem<?> system, String name, Frame.Host host) {
    this.system = system;
    this.name = name;
    List<String> nodes = host.nodes();
    ownNode = nodes.indexOf(name);
    MachineBuilder.Blueprint blueprint =
        MachineBuilder.of(host.builder()).read(host.text(), nodes.size());
    plan = blueprint.plan(path -> blueprint.nodeOf(path).equals(name));
    nodeOf = new int[plan.size()];
    for (int id = 0; id < nodeOf.length; id++) {
      nodeOf[id] = nodes.indexOf(blueprint.nodeOf(plan.path(id)));
      if (nodeOf[id] < 0) {
        throw new ClusterException(
            "path=" + plan.path(id) + " is on node=" + blueprint.nodeOf(plan.path(id)));
      }
    }
    long hash = hash(plan, host, nodeOf);
    if (host.hash() != 0 && hash != host.hash()) {
      throw new ClusterException(
          String.format("node=%s topology=%016x expected=%016x", name, hash, host.hash()));
    }
    gates = new ActorRef[nodes.size()];
    gateways = new ActorRef[nodes.size()];
    String run = "irqlab-run-" + NUMBER.incrementAndGet();
    for (int node = 0; node < gateways.length; node++) {
      if (node != ownNode) {
        gateways[node] = spawn(Gateway.of(ownNode), run + "-to-" + nodes.get(node));
      }
    }
    gate = spawn(Gate.of(ownNode, nodes.size(), inside), run + "-gate");
    machine = new LiveMachine(system, plan, blueprint.options().withOutbound(this::post));
  }

  private final class Inside implements Gate.Inside {
    @Override
    public boolean deliver(int receiver, Message message) {
      if (receiver < 0 || receiver >= plan.size() || plan.component(receiver) == null) {
        return false;
      }
      machine.deliver(receiver, message);
      return true;
    }

    @Override
    public ActorRef<Gateway.Command> gateway(int node) {
      return gateways[node];
    }

    @Override
    public ActorRef<Frame> gate(int node) {
      return gates[node];
    }

    @Override
    public void fail(String why) {
      failure.compareAndSet(null, why);
    }
  }

  /** A hash of what must be equal on all nodes; needs the text and every path. */
  static long hash(Frame.Host host) {
    MachineBuilder.Blueprint blueprint =
        MachineBuilder.of(host.builder()).read(host.text(), host.nodes().size());
    Plan paths = blueprint.plan(path -> false);
    int[] nodeOf = new int[paths.size()];
    for (int id = 0; id < nodeOf.length; id++) {
      nodeOf[id] = host.nodes().indexOf(blueprint.nodeOf(paths.path(id)));
    }
    return hash(paths, host, nodeOf);
  }

  private static long hash(Plan plan, Frame.Host host, int[] nodeOf) {
    long hash = Mix.chain(IrqlabSerializer.WIRE_VERSION, Mix.text(host.builder()));
    hash = Mix.chain(hash, Mix.text(host.text()));
    for (int id = 0; id < plan.size(); id++) {
      hash = Mix.chain(Mix.chain(hash, Mix.text(plan.path(id))), nodeOf[id]);
    }
    return Mix.mix(hash) | 1;
  }

  LiveMachine machine() {
    return machine;
  }

  Plan plan() {
    return plan;
  }

  String gateAddress() {
    return ActorRefResolver.get(system).toSerializationFormat(gate);
  }

  /** The gates of all nodes are known; what was sent meanwhile goes. */
  void connect(List<String> addresses) {
    for (int node = 0; node < gates.length; node++) {
      if (node != ownNode) {
        gates[node] = ActorRefResolver.get(system).resolveActorRef(addresses.get(node));
        gateways[node].tell(new Gateway.Connect(gates[node]));
      }
    }
  }

  Frame.Counts counts(long wave) {
    Progress now = machine.progress();
    long[] raisedBy = new long[2 * plan.size()];
    int used = 0;
    for (int id = 0; id < plan.size(); id++) {
      long raised = machine.raised(id);
      if (raised != 0) {
        raisedBy[used++] = id;
        raisedBy[used++] = raised;
      }
    }
    return new Frame.Counts(
        name,
        wave,
        now.sent(),
        now.processed(),
        now.raised(),
        now.closed(),
        now.handled(),
        Arrays.copyOf(raisedBy, used));
  }

  LiveResult collect() {
    return machine.collect();
  }

  /** What went wrong here, if anything did. */
  Optional<Frame.Failed> failure() {
    String own = failure.get();
    if (own != null) {
      return Optional.of(new Frame.Failed(name, "", own));
    }
    return machine
        .failure()
        .map(broken -> new Frame.Failed(name, broken.path(), String.valueOf(broken.getCause())));
  }

  @Override
  public void close() {
    machine.close();
    inside.set(null);
    gate.tell(new Frame.Release());
    for (ActorRef<Gateway.Command> gateway : gateways) {
      if (gateway != null) {
        gateway.tell(Gateway.Stop.STOP);
      }
    }
  }

  private void post(int receiver, Message message) {
    gateways[nodeOf[receiver]].tell(new Gateway.Post(receiver, message));
  }

  private <T> ActorRef<T> spawn(Behavior<T> behavior, String actor) {
    return system.systemActorOf(
        behavior, actor, DispatcherSelector.fromConfig("irqlab.dispatcher"));
  }
}
