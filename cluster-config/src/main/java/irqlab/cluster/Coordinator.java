package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.live.LiveFailure;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.observe.Closings;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import irqlab.wire.Frame;
import irqlab.wire.WireVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Who sets a machine up over the nodes of a cluster, runs it to a stop rule, waits until nothing is
 * on its way anywhere, and adds the books of all.
 *
 * <p>Life: {@link #open}, {@link #launch} or {@link #await(int)}, then for each run {@link #host},
 * {@link #start}, {@link #await(StopRule)}, {@link #finish}; at last {@link #close}. One thread.
 *
 * <p>Errors: {@link ClusterException} when nodes do not come or do not fit. A node that is lost
 * while the machine runs ends the run: {@link #finish} closes the books of the others and of what
 * is known of the lost one, and {@link #losses} names it. Nothing waits for ever.
 */
public final class Coordinator implements AutoCloseable {
  /** The node that is in the coordinator's own process. */
  public static final String NAME = "node1";

  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private static final long REPLY_S = 30;
  private static final int PINGS = 12;
  private static final long LOOK_MS = 1;

  /** How long living nodes have to come to rest after a loss. */
  private static final long REST_NS = 3_000_000_000L;

  /** This process itself stood still for so long: nobody is blamed for silence. */
  private static final long PAUSED_NS = 1_000_000_000L;

  private final ActorSystem<Void> system;
  private final Consumer<String> news;
  private final LinkedBlockingQueue<Frame> inbox = new LinkedBlockingQueue<>();
  private final List<NodeProcess> processes = new ArrayList<>();
  private final Map<String, Member> members = new TreeMap<>(BY_NUMBER);
  private final Map<String, String> losses = new LinkedHashMap<>();
  private final long lostAfterNs;
  private final long openedNs = System.nanoTime();
  private List<String> nodes = List.of();
  private Map<String, Integer> paths = Map.of();
  private int[] nodeOf = new int[0];
  private Closings closings = new Closings();
  private boolean running;
  private long startNs;
  private long lookedNs;
  private long lossNs;
  private long wave;

  private Coordinator(ActorSystem<Void> system, Consumer<String> news) {
    this.system = system;
    this.news = news;
    lostAfterNs = system.settings().config().getDuration("irqlab.cluster.lost-after").toNanos();
    ActorRef<Frame> self = system.systemActorOf(inbox(), "irqlab-coordinator", Props.empty());
    ClusterNode.greetAgents(system, ActorRefResolver.get(system).toSerializationFormat(self));
  }

  // Puts what comes into the queue, and notices when an agent ends.
  private akka.actor.typed.Behavior<Frame> inbox() {
    return Behaviors.setup(
        context ->
            Behaviors.receive(Frame.class)
                .onMessage(
                    Frame.Welcome.class,
                    welcome -> {
                      context.watchWith(
                          resolve(welcome.agent()),
                          new Frame.Gone(welcome.node(), "is no longer in the cluster"));
                      inbox.add(welcome);
                      return Behaviors.same();
                    })
                .onAnyMessage(
                    frame -> {
                      inbox.add(frame);
                      return Behaviors.same();
                    })
                .build());
  }

  /** Forms a cluster of one node, this process, on the loopback interface. */
  public static Coordinator open() {
    return open(line -> {});
  }

  /**
   * Forms a cluster of one node, this process, on the loopback interface.
   *
   * @param news told who joins, a line each
   */
  public static Coordinator open(Consumer<String> news) {
    ActorSystem<Void> system = ClusterNode.system(ClusterSettings.local(NAME));
    ClusterNode.join(system, ClusterNode.address(system));
    NodeAgent.spawn(system, NAME, ClusterSettings.ALL_ROLES, () -> {});
    return new Coordinator(system, news);
  }

  /**
   * Joins a cluster whose nodes are there already, and hosts nothing itself.
   *
   * @param settings of this process
   * @param hostAndPort one of the nodes
   */
  public static Coordinator join(
      ClusterSettings settings, String hostAndPort, Consumer<String> news) {
    ActorSystem<Void> system = ClusterNode.system(settings);
    ClusterNode.join(system, hostAndPort);
    return new Coordinator(system, news);
  }

  /** The actor system of this process. */
  ActorSystem<Void> system() {
    return system;
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
    await(count + 1);
    return List.copyOf(processes);
  }

  /** Waits until so many nodes have answered, this one included, and looks whether they fit. */
  public void await(int count) {
    long withinS = system.settings().config().getDuration("irqlab.cluster.join-within").toSeconds();
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(withinS);
    while (members.size() < count) {
      take(LOOK_MS);
      ClusterNode.misfit(system)
          .ifPresent(
              why -> {
                throw new ClusterException(why);
              });
      if (System.nanoTime() > limitNs) {
        throw new ClusterException(
            "E52 cluster did not form in "
                + withinS
                + " s   "
                + members.size()
                + " of "
                + count
                + " nodes came: "
                + String.join(", ", members.keySet()));
      }
    }
    members.values().forEach(this::setClock);
  }

  /** The names of the nodes that have joined, in order. */
  public List<String> nodes() {
    return List.copyOf(members.keySet());
  }

  /** What a node may host: {@code cpu}, {@code ioapic}, {@code pcie}. */
  public List<String> roles(String node) {
    return members.get(node).roles;
  }

  // What must be added to this node's nanoTime for that node's: from the quickest of some pings.
  private void setClock(Member member) {
    long bestNs = Long.MAX_VALUE;
    for (int i = 0; i < PINGS; i++) {
      int number = i;
      member.pong = null;
      long sentNs = System.nanoTime();
      member.agent.tell(new Frame.Ping(number));
      until(
          "the clock of " + member.name,
          () -> member.pong != null && member.pong.number() == number);
      long tripNs = System.nanoTime() - sentNs;
      if (tripNs < bestNs) {
        bestNs = tripNs;
        member.clockNs = member.pong.nanoTime() - (sentNs + tripNs / 2);
      }
    }
  }

  /**
   * Has every node build its part of a machine.
   *
   * @param builder name of a {@link MachineBuilder}
   * @param text what it reads
   */
  public void host(String builder, String text) {
    nodes = nodes();
    Frame.Host asked = new Frame.Host(builder, text, 0, nodes);
    Plan plan = NodePart.paths(asked);
    nodeOf = NodePart.nodeOf(asked, plan);
    paths = new TreeMap<>();
    for (int id = 0; id < plan.size(); id++) {
      paths.put(plan.path(id), id);
    }
    Frame.Host host = new Frame.Host(builder, text, NodePart.hash(plan, asked, nodeOf), nodes);
    closings = new Closings();
    members.values().forEach(Member::forget);
    tellAll(host);
    until("nodes building", () -> living().allMatch(each -> each.gate != null));
    tellAll(new Frame.Gates(members.values().stream().map(each -> each.gate).toList()));
    until("nodes connecting", () -> living().allMatch(each -> each.readies == 1));
  }

  /** Machine time 0 is now, on every node. */
  public void start() {
    startNs = System.nanoTime();
    living().forEach(each -> each.agent.tell(new Frame.Clock(startNs + each.clockNs)));
    until("clocks", () -> living().allMatch(each -> each.readies == 2));
    long nowNs = System.nanoTime();
    living().forEach(each -> each.heardNs = nowNs);
    lookedNs = nowNs;
    running = true;
    tellAll(new Frame.Go());
  }

  /**
   * Waits until the rule says that the run is over, or a node is lost. Counts are some 5 ms old.
   */
  public void await(StopRule rule) {
    while (!rule.done(progress()) && losses.isEmpty()) {
      take(LOOK_MS);
    }
  }

  /** Where the run stands, as far as it is known here. */
  public Progress progress() {
    Progress whole = new Progress(System.nanoTime() - startNs, 0, 0, 0, 0, 0);
    for (Member member : members.values()) {
      Frame.Counts each = member.counts;
      whole =
          whole.plus(
              new Progress(
                  0, each.sent(), each.processed(), each.raised(), each.closed(), each.handled()));
    }
    return whole;
  }

  /** What one component has raised so far, as far as it is known here. */
  public long raised(int id) {
    return members.values().stream().mapToLong(each -> each.raised(id)).sum();
  }

  /** Gives a message of the outside world to a component, wherever it is. */
  public void inject(String path, Message message) {
    Integer id = paths.get(path);
    if (id == null) {
      throw new IllegalArgumentException("path=" + path + " is not in this machine");
    }
    members.get(nodes.get(nodeOf[id])).agent.tell(new Frame.Inject(id, message));
  }

  /** Who was lost during the run, and how; by name of the node, in the order of noticing. */
  public Map<String, String> losses() {
    return new LinkedHashMap<>(losses);
  }

  /**
   * Ends the run: stops the sources, lets interrupts get their fates, freezes every node, waits
   * until what all nodes have processed is what all had sent one look later, and adds the books.
   * After a loss the living nodes have three seconds to come to rest, and what has no fate anywhere
   * has that of a lost node.
   *
   * @param settleNs how long to wait for fates; the rest is pending in the books
   */
  public LiveResult finish(Runnable stopSources, long settleNs) {
    if (losses.isEmpty()) {
      stopSources.run();
      long untilNs = System.nanoTime() + settleNs;
      await(now -> System.nanoTime() >= untilNs || settled(now));
    }
    tellAll(new Frame.Freeze());
    rest();
    tellAll(new Frame.Collect());
    until("the books", () -> living().allMatch(Member::booksDone));
    LiveResult whole = null;
    for (Member member : members.values()) {
      whole = whole == null ? member.result() : whole.plus(member.result());
    }
    if (!losses.isEmpty()) {
      closings.close(whole.ledger());
    }
    running = false;
    tellAll(new Frame.Release());
    return whole;
  }

  // As Mattern counts: nothing is on its way when as much was processed as was sent a look later.
  private void rest() {
    long beganNs = System.nanoTime();
    look();
    long before = processed();
    look();
    while (before != expected()) {
      long nowNs = System.nanoTime();
      if (losses.isEmpty() && nowNs - beganNs > TimeUnit.SECONDS.toNanos(REPLY_S)) {
        throw new ClusterException(
            "inFlight=" + (expected() - processed()) + " after " + REPLY_S + " s");
      }
      if (!losses.isEmpty() && nowNs - Math.max(beganNs, lossNs) > REST_NS) {
        return;
      }
      before = processed();
      look();
    }
  }

  private long processed() {
    return living().mapToLong(each -> each.counts.processed()).sum();
  }

  private long expected() {
    boolean[] lost = new boolean[nodes.size()];
    for (int node = 0; node < lost.length; node++) {
      lost[node] = members.get(nodes.get(node)).lost;
    }
    return living().mapToLong(each -> each.expected(lost)).sum();
  }

  // Counts that come unasked are of different moments, so a second look with fresh ones decides.
  private boolean settled(Progress now) {
    if (now.open() != 0) {
      return false;
    }
    look();
    return progress().open() == 0;
  }

  // One wave: fresh counts of every node.
  private void look() {
    long number = ++wave;
    tellAll(new Frame.Count(number));
    until("counts", () -> living().allMatch(each -> each.wave == number));
  }

  private Stream<Member> living() {
    return members.values().stream().filter(each -> !each.lost);
  }

  private void tellAll(Frame frame) {
    living().forEach(each -> each.agent.tell(frame));
  }

  private void until(String what, BooleanSupplier done) {
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPLY_S);
    while (!done.getAsBoolean()) {
      take(LOOK_MS);
      if (System.nanoTime() > limitNs) {
        throw new ClusterException("no answer in " + REPLY_S + " s, waiting for " + what);
      }
    }
  }

  // Takes what has come, and notices who is gone.
  private void take(long waitMs) {
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
    for (NodeProcess process : processes) {
      if (!process.alive()) {
        lose(process.name(), process.ended());
      }
    }
    silence();
  }

  private void silence() {
    long nowNs = System.nanoTime();
    boolean paused = nowNs - lookedNs > PAUSED_NS;
    lookedNs = nowNs;
    if (!running) {
      return;
    }
    for (Member member : List.copyOf(members.values())) {
      if (paused) {
        member.heardNs = nowNs;
      } else if (!member.lost && nowNs - member.heardNs > lostAfterNs) {
        lose(member.name, "has said nothing for " + lostAfterNs / 1_000_000_000L + " s");
      }
    }
  }

  private void note(Frame frame) {
    if (frame instanceof Frame.Welcome welcome) {
      welcome(welcome);
    } else if (frame instanceof Frame.Refused refused) {
      throw new ClusterException("node=" + refused.node() + " refuses: " + refused.why());
    } else if (frame instanceof Frame.Failed failed) {
      fail(failed);
    } else if (frame instanceof Frame.Cut cut) {
      lost(cut.node() + " to " + cut.other(), cut.why());
    } else if (frame instanceof Frame.Gone gone) {
      lose(gone.node(), gone.why());
    } else if (frame instanceof Frame.Counts each) {
      heard(each.node()).take(each);
    } else if (frame instanceof Frame.Notes each) {
      heard(each.node()).take(each, closings);
    } else if (frame instanceof Frame.Books each) {
      heard(each.node()).take(each);
    } else if (frame instanceof Frame.Pong each) {
      heard(each.node()).pong = each;
    } else if (frame instanceof Frame.Hosting each) {
      heard(each.node()).gate = each.gate();
    } else if (frame instanceof Frame.Ready each) {
      heard(each.node()).readies++;
    }
  }

  private Member heard(String node) {
    Member member = members.get(node);
    if (member == null) {
      throw new ClusterException("node=" + node + " was not asked");
    }
    member.heardNs = System.nanoTime();
    return member;
  }

  private void welcome(Frame.Welcome welcome) {
    if (!welcome.program().equals(WireVersion.own().program())) {
      throw new ClusterException(ClusterNode.programsDiffer(welcome.node(), welcome.program()));
    }
    Member known = members.get(welcome.node());
    ActorRef<Frame> agent = resolve(welcome.agent());
    if (known != null && !known.agent.equals(agent)) {
      throw new ClusterException("two nodes are called " + welcome.node());
    }
    if (known == null) {
      members.put(welcome.node(), new Member(welcome.node(), agent, welcome.roles()));
      news.accept(
          String.format(
              "%s joined after %.1f s   %s   %s",
              welcome.node(),
              (System.nanoTime() - openedNs) / 1e9,
              agent.path().address().getHost().orElse("this process"),
              String.join(", ", welcome.roles())));
    }
  }

  // Ours: a component threw, which is no matter of the cluster.
  private void fail(Frame.Failed failed) {
    if (!failed.path().isEmpty()) {
      throw new LiveFailure(failed.path(), new IllegalStateException(failed.why()));
    }
    throw new ClusterException("node=" + failed.node() + ": " + failed.why());
  }

  private void lose(String node, String why) {
    Member member = members.get(node);
    if (member != null && !member.lost) {
      member.lost = true;
      ClusterNode.down(system, member.agent.path().address());
      lost(node, why);
    } else if (member == null && processes.stream().anyMatch(each -> each.name().equals(node))) {
      throw new ClusterException("E52 cluster did not form   " + node + " " + why);
    }
  }

  private void lost(String what, String why) {
    if (!running) {
      throw new ClusterException(what + " " + why);
    }
    if (losses.putIfAbsent(what, why) == null) {
      lossNs = System.nanoTime();
      news.accept("lost " + what + ": " + why);
    }
    int[] numbers = new int[nodes.size()];
    int used = 0;
    for (int number = 0; number < nodes.size(); number++) {
      if (members.get(nodes.get(number)).lost) {
        numbers[used++] = number;
      }
    }
    tellAll(new Frame.Lost(Arrays.copyOf(numbers, used)));
  }

  private ActorRef<Frame> resolve(String address) {
    return ActorRefResolver.get(system).resolveActorRef(address);
  }

  /** Ends the processes that this node started, leaves the cluster, and ends the actor system. */
  @Override
  public void close() {
    for (NodeProcess process : processes) {
      if (losses.containsKey(process.name())) {
        process.kill();
      }
      process.askToEnd();
    }
    processes.forEach(NodeProcess::close);
    ClusterNode.end(system);
  }
}
