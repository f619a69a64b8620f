package irqlab.cluster;

import akka.actor.ActorPath;
import akka.actor.AllDeadLetters;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.live.LiveMachine;
import irqlab.live.LiveOptions;
import irqlab.live.LiveResult;
import irqlab.live.Notes;
import irqlab.live.Outbound;
import irqlab.live.Progress;
import irqlab.observe.Closings;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;
import irqlab.runtime.Plan;
import irqlab.runtime.StateWriter;
import irqlab.wire.Frame;
import irqlab.wire.IrqlabSerializer;
import irqlab.wire.Traced;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** One node's part of a machine: its components, the gate in, and a gateway to each other node. */
final class NodePart implements AutoCloseable {
  /** Messages that may be on their way to one node before sources of load wait. */
  private static final long FULL = 4L * Gateway.BATCH_MAX;

  /** Ends the watch for dead letters. */
  private static final String END = "end";

  private final ActorSystem<?> system;
  private final String name;

  /** Begins the names of this part's actors, and of nobody else's. */
  private final String run = "irqlab-run-" + UUID.randomUUID();

  private final Plan plan;
  private final int[] nodeOf;
  private final int ownNode;
  private final ActorRef<Gateway.Command>[] gateways;
  private final Departures[] departures;
  private final ActorRef<Frame>[] gates;
  private final ActorRef<Frame> gate;
  private final ActorRef<Object> letters;
  private final LiveMachine machine;
  private final AtomicReference<Gate.Inside> inside = new AtomicReference<>(new Inside());
  private final AtomicReference<Frame> failure = new AtomicReference<>();
  private final LongAdder[] sentTo;
  private final AtomicLongArray takenFrom;
  private final List<String> nodes;
  private final AtomicLong[] unacked;

  /** Null when the machine keeps no arrivals. */
  private final LogSender logs;

  /** Nodes that count as lost, a bit each; nothing goes there and nothing is taken. */
  private volatile long lost;

  /** A part of a machine that brings nothing of its own. */
  NodePart(ActorSystem<?> system, String name, List<String> roles, Frame.Host host) {
    this(system, name, roles, host, HostParts.NONE, false);
  }

  /**
   * Builds the part. Errors: {@link ClusterException} when this node would build another one.
   *
   * @param keep whether it keeps what comes to its components
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  NodePart(
      ActorSystem<?> system,
      String name,
      List<String> roles,
      Frame.Host host,
      HostParts own,
      boolean keep) {
    this.system = system;
    this.name = name;
    logs = keep ? new LogSender(name) : null;
    nodes = host.nodes();
    ownNode = nodes.indexOf(name);
    MachineBuilder.Blueprint blueprint =
        MachineBuilder.of(host.builder()).read(host.text(), nodes.size());
    plan = blueprint.plan(path -> blueprint.nodeOf(path) == ownNode + 1, own.models());
    nodeOf = nodeOf(blueprint, plan, nodes.size());
    long hash = hash(plan, host, nodeOf);
    if (hash != host.hash()) {
      throw new ClusterException(
          String.format(
              "E63 machines differ   %s would build %016x, this cluster builds %016x%n"
                  + "   use one version and one class path on all nodes",
              name, hash, host.hash()));
    }
    for (int id = 0; id < nodeOf.length; id++) {
      if (nodeOf[id] == ownNode && !roles.contains(blueprint.roleOf(plan.path(id)))) {
        throw new ClusterException(
            String.format(
                "E33 role missing   %s is to host %s, which needs role %s; it has %s",
                name, plan.path(id), blueprint.roleOf(plan.path(id)), String.join(", ", roles)));
      }
    }
    gates = new ActorRef[nodes.size()];
    gateways = new ActorRef[nodes.size()];
    departures = new Departures[nodes.size()];
    takenFrom = new AtomicLongArray(nodes.size());
    sentTo = new LongAdder[nodes.size()];
    Arrays.setAll(sentTo, node -> new LongAdder());
    unacked = new AtomicLong[nodes.size()];
    Arrays.setAll(unacked, node -> new AtomicLong());
    int patience =
        (int) system.settings().config().getDuration("irqlab.cluster.lost-after").toSeconds();
    for (int node = 0; node < gateways.length; node++) {
      if (node != ownNode) {
        int other = node;
        departures[node] = new Departures();
        gateways[node] =
            spawn(
                Gateway.of(
                    departures[node],
                    ownNode,
                    patience,
                    why -> cut(other, why),
                    messages -> unacked[other].addAndGet(-messages)),
                run + "-to-" + nodes.get(node));
        departures[node].to(gateways[node]);
      }
    }
    letters = spawn(deadLetters(), run + "-letters");
    system.eventStream().tell(new EventStream.Subscribe<>(AllDeadLetters.class, letters.narrow()));
    gate = spawn(Gate.of(ownNode, nodes.size(), inside), run + "-gate");
    LiveOptions options =
        blueprint.options().withOutbound(new WayOut()).withNotes().withRecorder(own.probe());
    machine = new LiveMachine(system, plan, keep ? options.withArrivals(logs.folder()) : options);
    if (keep) {
      logs.open(machine);
    }
  }

  // What Akka could not deliver, or dropped: of a machine's messages there must be none.
  private Behavior<Object> deadLetters() {
    return Behaviors.receive(Object.class)
        .onMessageEquals(END, Behaviors::stopped)
        .onMessage(
            AllDeadLetters.class,
            letter -> {
              Object dead = letter.message();
              boolean ours =
                  LiveMachine.carries(dead)
                      || dead instanceof Frame.Batch
                      || dead instanceof Gateway.Flush;
              if (ours && lost == 0 && isOurs(letter.recipient().path())) {
                inside().fail("dead letter: " + dead + " to " + letter.recipient());
              }
              return Behaviors.same();
            })
        .build();
  }

  // Other machines in the same actor system may end as they like, and so may theirs.
  private boolean isOurs(ActorPath to) {
    String path = to.toStringWithoutAddress();
    return path.contains(run)
        || (machine != null && machine.owns(to))
        || Arrays.stream(gates).anyMatch(gate -> gate != null && gate.path().equals(to))
        || path.equals(system.deadLetters().path().toStringWithoutAddress());
  }

  private void cut(int node, String why) {
    failure.compareAndSet(null, new Frame.Cut(name, nodes.get(node), why));
  }

  private Gate.Inside inside() {
    return new Inside();
  }

  private final class Inside implements Gate.Inside {
    @Override
    public boolean take(int from, int messages) {
      if (isLost(from)) {
        return false;
      }
      takenFrom.addAndGet(from, messages);
      return true;
    }

    @Override
    public boolean crowded() {
      return machine.crowded();
    }

    @Override
    public boolean deliver(int receiver, Message message) {
      if (receiver < 0 || receiver >= plan.size() || plan.component(receiver) == null) {
        return false;
      }
      if (message instanceof Traced traced) {
        return deliver(receiver, traced);
      }
      machine.deliver(receiver, message);
      return true;
    }

    private boolean deliver(int receiver, Traced traced) {
      if (traced.from() < 0 || traced.from() >= plan.size() || traced.lane() < 0) {
        return false;
      }
      machine.deliver(receiver, traced.from(), traced.lane(), traced.message());
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
      failure.compareAndSet(null, new Frame.Failed(name, "", why));
    }
  }

  /** All paths of a machine, with nothing built. */
  static Plan paths(Frame.Host host) {
    return MachineBuilder.of(host.builder())
        .read(host.text(), host.nodes().size())
        .plan(path -> false);
  }

  /** The number of the node of each component, from 0. */
  static int[] nodeOf(Frame.Host host, Plan plan) {
    MachineBuilder.Blueprint blueprint =
        MachineBuilder.of(host.builder()).read(host.text(), host.nodes().size());
    return nodeOf(blueprint, plan, host.nodes().size());
  }

  private static int[] nodeOf(MachineBuilder.Blueprint blueprint, Plan plan, int nodes) {
    int[] nodeOf = new int[plan.size()];
    for (int id = 0; id < nodeOf.length; id++) {
      nodeOf[id] = blueprint.nodeOf(plan.path(id)) - 1;
      if (nodeOf[id] < 0 || nodeOf[id] >= nodes) {
        throw new ClusterException(
            "path=" + plan.path(id) + " is on node" + (nodeOf[id] + 1) + " of " + nodes);
      }
    }
    return nodeOf;
  }

  /** A hash of what must be equal on all nodes. */
  static long hash(Plan plan, Frame.Host host, int[] nodeOf) {
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
        Arrays.copyOf(raisedBy, used),
        Arrays.stream(sentTo).mapToLong(LongAdder::sum).toArray(),
        IntStream.range(0, takenFrom.length()).mapToLong(takenFrom::get).toArray());
  }

  /** What the books hold so far, as the content of {@link Frame.Notes}. */
  byte[] notes() {
    Notes.Told told = machine.notes().take();
    StateWriter out = new StateWriter(ProtocolCodecs.all());
    Closings.write(told.closed(), out);
    told.counted().write(out);
    return out.toBytes();
  }

  LiveResult collect() {
    return machine.collect();
  }

  /** What came to the components, after {@link #collect}; empty when it was not to be kept. */
  Optional<LogSender> logs() {
    return Optional.ofNullable(logs);
  }

  /** A {@link Frame.Failed} or {@link Frame.Cut} when something went wrong here. */
  Optional<Frame> failure() {
    Frame own = failure.get();
    if (own != null) {
      return Optional.of(own);
    }
    return machine
        .failure()
        .map(broken -> new Frame.Failed(name, broken.path(), String.valueOf(broken.getCause())));
  }

  /** From now on nothing goes to these nodes, and nothing is taken from them. */
  void lose(int[] numbers) {
    for (int node : numbers) {
      if (node >= 0 && node < gates.length && node != ownNode) {
        lost |= 1L << node;
        gateways[node].tell(Gateway.Stop.STOP);
      }
    }
  }

  private boolean isLost(int node) {
    return (lost & 1L << node) != 0;
  }

  @Override
  public void close() {
    system.eventStream().tell(new EventStream.Unsubscribe<>(letters.<AllDeadLetters>narrow()));
    letters.tell(END);
    machine.close();
    logs().ifPresent(LogSender::close);
    inside.set(null);
    gate.tell(new Frame.Release());
    for (ActorRef<Gateway.Command> gateway : gateways) {
      if (gateway != null) {
        gateway.tell(Gateway.Stop.STOP);
      }
    }
  }

  private final class WayOut implements Outbound {
    @Override
    public void post(int receiver, Message message) {
      NodePart.this.post(receiver, message);
    }

    @Override
    public void post(int receiver, int sender, int lane, Message message) {
      NodePart.this.post(receiver, new Traced(sender, lane, message));
    }

    @Override
    public long cameLessWent() {
      long sum = 0;
      for (int node = 0; node < sentTo.length; node++) {
        sum += takenFrom.get(node) - sentTo[node].sum();
      }
      return sum;
    }

    // What is on its way and not yet acknowledged; the window of a gateway is as much.
    @Override
    public boolean full() {
      for (AtomicLong each : unacked) {
        if (each.get() > FULL) {
          return true;
        }
      }
      return false;
    }
  }

  private void post(int receiver, Message message) {
    int node = nodeOf[receiver];
    sentTo[node].increment();
    if (!isLost(node)) {
      unacked[node].incrementAndGet();
      departures[node].post(receiver, message);
    }
  }

  private <T> ActorRef<T> spawn(Behavior<T> behavior, String actor) {
    return system.systemActorOf(
        behavior, actor, DispatcherSelector.fromConfig("irqlab.dispatcher"));
  }
}
