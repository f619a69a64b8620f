package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import irqlab.live.LiveMachine;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Message;
import irqlab.runtime.StateReader;
import irqlab.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The first node of a cluster, {@code node1}: it starts or awaits the others, has each build its
 * part of a machine, runs it to a stop rule, waits until nothing is on its way anywhere, and adds
 * the books of all.
 *
 * <p>Life: {@link #open}, {@link #launch} or {@link #await(int)}, then for each run {@link #host},
 * {@link #start}, {@link #await(StopRule)}, {@link #finish}; at last {@link #close}. One thread.
 *
 * <p>Errors: {@link ClusterException} when nodes do not come, do not fit, or one is lost. Nothing
 * waits for ever.
 */
public final class Coordinator implements AutoCloseable {
  /** The coordinator's own name. */
  public static final String NAME = "node1";

  private static final long REPLY_S = 30;
  private static final int PINGS = 12;
  private static final long LOOK_MS = 1;

  private final ActorSystem<Void> system;
  private final LinkedBlockingQueue<Frame> inbox = new LinkedBlockingQueue<>();
  private final String replyTo;
  private final List<NodeProcess> processes = new ArrayList<>();
  private final Map<String, ActorRef<Frame>> agents = new TreeMap<>();
  private final Map<String, Long> clockNs = new TreeMap<>();
  private final Map<String, Frame.Counts> counts = new TreeMap<>();
  private NodePart part;
  private long wave;

  private Coordinator() {
    system = ClusterNode.system("cpu,ioapic,pcie,load");
    ClusterNode.join(system, ClusterNode.address(system));
    ActorRef<Frame> self =
        system.systemActorOf(
            Behaviors.setup(
                context ->
                    Behaviors.receive(Frame.class)
                        .onMessage(
                            Frame.Welcome.class,
                            welcome -> {
                              ActorRef<Frame> agent = resolve(welcome.agent());
                              context.watchWith(
                                  agent, new Frame.Failed(welcome.node(), "", "node lost"));
                              inbox.add(welcome);
                              return Behaviors.same();
                            })
                        .onAnyMessage(
                            frame -> {
                              inbox.add(frame);
                              return Behaviors.same();
                            })
                        .build()),
            "irqlab-coordinator",
            Props.empty());
    replyTo = ActorRefResolver.get(system).toSerializationFormat(self);
    find();
  }

  /** Forms a cluster of one node on the loopback interface. */
  public static Coordinator open() {
    return new Coordinator();
  }

  // Greets every agent that registers.
  private void find() {
    Set<ActorRef<Frame>> known = new HashSet<>();
    ActorRef<Receptionist.Listing> finder =
        system.systemActorOf(
            Behaviors.receive(Receptionist.Listing.class)
                .onMessage(
                    Receptionist.Listing.class,
                    listing -> {
                      for (ActorRef<Frame> agent :
                          listing.getServiceInstances(ClusterNode.AGENTS)) {
                        if (known.add(agent)) {
                          agent.tell(new Frame.Hello(replyTo));
                        }
                      }
                      return Behaviors.same();
                    })
                .build(),
            "irqlab-finder",
            Props.empty());
    system.receptionist().tell(Receptionist.subscribe(ClusterNode.AGENTS, finder));
  }

  /** Host and port at which nodes join. */
  public String address() {
    return ClusterNode.address(system);
  }

  /**
   * Starts other nodes as processes on this host and waits until they have joined.
   *
   * @param count how many beside this one; they are called node2, node3 ...
   */
  public List<NodeProcess> launch(int count, List<String> jvmOptions) {
    for (int i = 0; i < count; i++) {
      processes.add(NodeProcess.start("node" + (i + 2), "cpu,ioapic,pcie", address(), jvmOptions));
    }
    processes.forEach(process -> process.awaitReady(REPLY_S * 2));
    await(count);
    return List.copyOf(processes);
  }

  /** Waits until so many other nodes have answered, and compares what they are with this one. */
  public void await(int count) {
    while (agents.size() < count) {
      Frame.Welcome welcome = expect(Frame.Welcome.class, each -> true, "nodes joining");
      String own = ClusterNode.programVersion();
      if (!welcome.program().equals(own)) {
        throw new ClusterException(
            "node=" + welcome.node() + " program=" + welcome.program() + " expected=" + own);
      }
      agents.put(welcome.node(), resolve(welcome.agent()));
      clockNs.put(welcome.node(), clock(welcome.node()));
    }
  }

  // What must be added to this node's nanoTime for that node's: from the quickest of some pings.
  private long clock(String node) {
    long bestNs = Long.MAX_VALUE;
    long difference = 0;
    for (int i = 0; i < PINGS; i++) {
      int number = i;
      long sentNs = System.nanoTime();
      agents.get(node).tell(new Frame.Ping(number));
      Frame.Pong pong =
          expect(
              Frame.Pong.class,
              each -> each.node().equals(node) && each.number() == number,
              "the clock of " + node);
      long tripNs = System.nanoTime() - sentNs;
      if (tripNs < bestNs) {
        bestNs = tripNs;
        difference = pong.nanoTime() - (sentNs + tripNs / 2);
      }
    }
    return difference;
  }

  /**
   * Has every node build its part of a machine.
   *
   * @param builder name of a {@link MachineBuilder}
   * @param text what it reads
   */
  public void host(String builder, String text) {
    List<String> nodes = new ArrayList<>();
    nodes.add(NAME);
    nodes.addAll(agents.keySet());
    long hash = NodePart.hash(new Frame.Host(builder, text, 0, nodes));
    Frame.Host host = new Frame.Host(builder, text, hash, nodes);
    counts.clear();
    agents.values().forEach(agent -> agent.tell(host));
    part = new NodePart(system, NAME, host);
    Map<String, String> gates = new TreeMap<>();
    gates.put(NAME, part.gateAddress());
    while (gates.size() < nodes.size()) {
      Frame.Hosting built = expect(Frame.Hosting.class, each -> true, "nodes building");
      gates.put(built.node(), built.gate());
    }
    List<String> addresses = nodes.stream().map(gates::get).toList();
    agents.values().forEach(agent -> agent.tell(new Frame.Gates(addresses)));
    for (int i = 1; i < nodes.size(); i++) {
      expect(Frame.Ready.class, each -> true, "nodes connecting");
    }
    part.connect(addresses);
  }

  /** Machine time 0 is now, on every node. */
  public void start() {
    long startNs = System.nanoTime();
    part.machine().clock(startNs);
    agents.forEach((node, agent) -> agent.tell(new Frame.Clock(startNs + clockNs.get(node))));
    agents.forEach((node, agent) -> expect(Frame.Ready.class, each -> true, "clocks"));
    agents.values().forEach(agent -> agent.tell(new Frame.Go()));
    part.machine().go();
  }

  /** Waits until the rule says that the run is over. Others' counts are some 5 ms old. */
  public void await(StopRule rule) {
    while (!rule.done(progress())) {
      takeNews(LOOK_MS);
    }
  }

  /** Where the run stands, as far as it is known here. */
  public Progress progress() {
    Progress whole = part.machine().progress();
    for (Frame.Counts each : counts.values()) {
      whole =
          whole.plus(
              new Progress(
                  0, each.sent(), each.processed(), each.raised(), each.closed(), each.handled()));
    }
    return whole;
  }

  /** What one component has raised so far, as far as it is known here. */
  public long raised(int id) {
    long sum = part.machine().raised(id);
    for (Frame.Counts each : counts.values()) {
      for (int i = 0; i + 1 < each.raisedBy().length; i += 2) {
        sum += each.raisedBy()[i] == id ? each.raisedBy()[i + 1] : 0;
      }
    }
    return sum;
  }

  /** The part that this node hosts. */
  public LiveMachine machine() {
    return part.machine();
  }

  /** Gives a message of the outside world to a component, wherever it is. */
  public void inject(String path, Message message) {
    part.machine().inject(path, message);
  }

  /**
   * Ends the run: stops the sources, lets interrupts get their fates, freezes every node, waits
   * until what all nodes have processed is what all had sent one look later, and adds the books.
   *
   * @param settleNs how long to wait for fates; the rest is pending in the books
   */
  public LiveResult finish(Runnable stopSources, long settleNs) {
    stopSources.run();
    long untilNs = System.nanoTime() + settleNs;
    await(now -> System.nanoTime() >= untilNs || settled(now));
    agents.values().forEach(agent -> agent.tell(new Frame.Freeze()));
    part.machine().freeze();
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPLY_S);
    Progress before = look();
    Progress now = look();
    while (before.processed() != now.sent()) {
      if (System.nanoTime() > limitNs) {
        throw new ClusterException("inFlight=" + now.inFlight() + " after " + REPLY_S + " s");
      }
      before = now;
      now = look();
    }
    LiveResult whole = part.collect();
    agents.values().forEach(agent -> agent.tell(new Frame.Collect()));
    for (String node : agents.keySet()) {
      whole = whole.plus(books(node));
    }
    agents.values().forEach(agent -> agent.tell(new Frame.Release()));
    part.close();
    part = null;
    return whole;
  }

  // Counts that come unasked are of different moments, so a second look with fresh ones decides.
  private boolean settled(Progress now) {
    return now.open() == 0 && look().open() == 0;
  }

  // One wave: fresh counts of every node.
  private Progress look() {
    long number = ++wave;
    Set<String> missing = new HashSet<>(agents.keySet());
    agents.values().forEach(agent -> agent.tell(new Frame.Count(number)));
    while (!missing.isEmpty()) {
      Frame.Counts each =
          expect(Frame.Counts.class, fresh -> fresh.wave() == number, "counts of " + missing);
      missing.remove(each.node());
    }
    return progress();
  }

  private LiveResult books(String node) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int next = 0;
    int count = 1;
    while (next < count) {
      int wanted = next;
      Frame.Books piece =
          expect(
              Frame.Books.class,
              each -> each.node().equals(node) && each.index() == wanted,
              "the books of " + node);
      bytes.writeBytes(piece.bytes());
      count = piece.count();
      next++;
    }
    return LiveResult.read(new StateReader(bytes.toByteArray(), ProtocolCodecs.all()));
  }

  // Waits for one frame; others of interest are noted or put back.
  private <T extends Frame> T expect(Class<T> type, Predicate<T> wanted, String what) {
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPLY_S);
    List<Frame> later = new ArrayList<>();
    try {
      while (true) {
        Frame frame = inbox.poll(limitNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (frame == null) {
          throw new ClusterException("no answer in " + REPLY_S + " s, waiting for " + what);
        }
        note(frame);
        if (type.isInstance(frame) && wanted.test(type.cast(frame))) {
          return type.cast(frame);
        }
        if (!(frame instanceof Frame.Counts)) {
          later.add(frame);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted, waiting for " + what, interrupted);
    } finally {
      inbox.addAll(later);
    }
  }

  private void takeNews(long waitMs) {
    try {
      Frame frame = inbox.poll(waitMs, TimeUnit.MILLISECONDS);
      while (frame != null) {
        note(frame);
        frame = inbox.poll();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while the machine runs", interrupted);
    }
    part.failure().ifPresent(Coordinator::fail);
    for (NodeProcess process : processes) {
      if (!process.alive()) {
        throw new ClusterException("node=" + process.name() + ": node lost");
      }
    }
  }

  private void note(Frame frame) {
    if (frame instanceof Frame.Counts each) {
      counts.put(each.node(), each);
    } else if (frame instanceof Frame.Refused refused) {
      throw new ClusterException("node=" + refused.node() + " refuses: " + refused.why());
    } else if (frame instanceof Frame.Failed failed) {
      fail(failed);
    }
  }

  private static void fail(Frame.Failed failed) {
    String where = failed.path().isEmpty() ? "" : " path=" + failed.path();
    throw new ClusterException("node=" + failed.node() + where + ": " + failed.why());
  }

  private ActorRef<Frame> resolve(String address) {
    return ActorRefResolver.get(system).resolveActorRef(address);
  }

  /** Ends the processes that this node started, leaves the cluster, and ends the actor system. */
  @Override
  public void close() {
    if (part != null) {
      part.close();
    }
    processes.forEach(NodeProcess::close);
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(REPLY_S, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException late) {
      throw new ClusterException("the actor system does not end: " + late, late);
    }
  }
}
