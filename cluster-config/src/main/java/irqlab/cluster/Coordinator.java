package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import irqlab.live.Inspection;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.live.Unrecorded;
import irqlab.live.WholeMachine;
import irqlab.observe.Closings;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import irqlab.wire.Frame;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

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
public final class Coordinator implements WholeMachine, AutoCloseable {
  /** The node that is in the coordinator's own process. */
  public static final String NAME = "node1";

  private static final int PINGS = 12;
  private static final long LOOK_MS = 1;

  private static final long LOST_END_S = 5;

  /** How long living nodes have to come to rest after a loss. */
  private static final long REST_NS = 3_000_000_000L;

  private final ActorSystem<?> system;
  private final boolean ownsSystem;
  private final Roster roster;
  private final Joining joining;
  private volatile Map<String, Place> places = Map.of();
  private long startNs;
  private long wave;
  private int[] nodeOf = new int[0];
  private Optional<Path> arrivals = Optional.empty();
  private Unrecorded unrecorded = Unrecorded.NOTHING;
  private int shows;
  private boolean released;
  private ClassArchive archive = ClassArchive.none();

  /** Where a component is. */
  private record Place(int id, Member member) {}

  private Coordinator(
      ActorSystem<?> system, boolean ownsSystem, Realm realm, Consumer<String> news) {
    this.system = system;
    this.ownsSystem = ownsSystem;
    roster = new Roster(system, realm, news);
    joining = new Joining(system, roster);
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
    return open(ClusterSettings.local(NAME), news);
  }

  /** Forms a cluster of one node, this process, with these settings. */
  public static Coordinator open(ClusterSettings settings, Consumer<String> news) {
    ActorSystem<Void> system = ClusterNode.system(settings);
    ClusterNode.join(system, ClusterNode.address(system));
    NodeAgent.spawn(system, settings.name(), settings.roles(), () -> {});
    return new Coordinator(system, true, Realm.OWN, news);
  }

  /**
   * Joins a cluster whose nodes are there already, and hosts nothing itself.
   *
   * @param settings of this process
   * @param hostAndPort one of the nodes
   */
  public static Coordinator join(
      ClusterSettings settings, String hostAndPort, Consumer<String> news) {
    SeedCheck seed = new SeedCheck(hostAndPort, ClusterNode.config(settings));
    Joining.refuse(seed.silence(() -> false).or(seed::foreign));
    ActorSystem<Void> system = ClusterNode.system(settings);
    ClusterNode.join(system, hostAndPort);
    Coordinator coordinator = new Coordinator(system, true, Realm.OWN, news);
    coordinator.joining.fault(() -> seed.stranger(system));
    return coordinator;
  }

  /** Works in somebody else's actor system and cluster, and ends neither. */
  static Coordinator guest(ActorSystem<?> system, Realm.Guest realm) {
    return new Coordinator(system, false, realm, line -> {});
  }

  /** The actor system of this process. */
  ActorSystem<?> system() {
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
    return launch(Collections.nCopies(count, jvmOptions));
  }

  /** As {@link #launch(int, List)}, with options for each. */
  public List<NodeProcess> launch(List<List<String>> jvmOptions) {
    return launch(jvmOptions, Collections.nCopies(jvmOptions.size(), List.of()));
  }

  /**
   * As {@link #launch(List)}.
   *
   * @param wrappers what the command of each begins with, such as {@code ip netns exec NAME}; it
   *     has to become the process, and not to start another
   */
  public List<NodeProcess> launch(List<List<String>> jvmOptions, List<List<String>> wrappers) {
    if (system.settings().config().getBoolean("irqlab.cluster.class-archive")) {
      archive = ClassArchive.usual();
    }
    for (int i = 0; i < jvmOptions.size(); i++) {
      String name = "node" + (roster.processes.size() + 2);
      List<String> options = archive.options(jvmOptions.get(i), i == 0);
      roster.processes.add(
          NodeProcess.start(name, "cpu,ioapic,pcie", address(), options, wrappers.get(i)));
    }
    await(roster.processes.size() + 1);
    return List.copyOf(roster.processes);
  }

  /** While nodes join this is looked at: when it says so, they are not waited for any longer. */
  public void unless(BooleanSupplier interrupted) {
    joining.unless(interrupted);
  }

  /** Waits until so many nodes have answered, this one included, and looks whether they fit. */
  public void await(int count) {
    joining.await(count);
    roster.members.values().forEach(this::setClock);
  }

  /** Waits until these hosts of a machine have answered. */
  void await(Realm.Guest realm) {
    joining.await(realm);
    roster.members.values().forEach(this::setClock);
  }

  /** The names of the nodes that have joined, in order. */
  public List<String> nodes() {
    return List.copyOf(roster.members.keySet());
  }

  /** What a node may host: {@code cpu}, {@code ioapic}, {@code pcie}. */
  public List<String> roles(String node) {
    return roster.members.get(node).roles;
  }

  // What must be added to this node's nanoTime for that node's: from the quickest of some pings.
  private void setClock(Member member) {
    long bestNs = Long.MAX_VALUE;
    for (int i = 0; i < PINGS; i++) {
      int number = i;
      member.pong = null;
      long sentNs = System.nanoTime();
      member.agent.tell(new Frame.Ping(number));
      roster.until(
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
    host(builder, text, nodes(), Optional.empty());
  }

  /**
   * As {@link #host(String, String)}.
   *
   * @param folder for what comes to each component of this machine, see {@link irqlab.live.Replay};
   *     {@link #unrecorded} says whether it is whole
   */
  public void host(String builder, String text, Optional<Path> folder) {
    host(builder, text, nodes(), folder);
  }

  /**
   * As {@link #host(String, String, Optional)}.
   *
   * @param nodes names in the order of their numbers; all that have joined
   */
  void host(String builder, String text, List<String> nodes, Optional<Path> folder) {
    arrivals = folder;
    unrecorded = Unrecorded.NOTHING;
    roster.nodes = List.copyOf(nodes);
    Frame.Host asked = new Frame.Host(builder, text, 0, roster.nodes);
    Plan plan = NodePart.paths(asked);
    nodeOf = NodePart.nodeOf(asked, plan);
    Map<String, Place> found = new HashMap<>();
    for (int id = 0; id < plan.size(); id++) {
      found.put(plan.path(id), new Place(id, roster.members.get(nodes.get(nodeOf[id]))));
    }
    places = found;
    released = false;
    Frame.Host host =
        new Frame.Host(builder, text, NodePart.hash(plan, asked, nodeOf), roster.nodes);
    roster.closings = new Closings();
    roster.members.values().forEach(Member::forget);
    if (arrivals.isPresent()) {
      roster.tellAll(new Frame.Keep());
    }
    roster.tellAll(host);
    roster.untilEach("nodes building", each -> each.gate != null);
    roster.tellAll(
        new Frame.Gates(roster.nodes.stream().map(each -> roster.members.get(each).gate).toList()));
    roster.untilEach("nodes connecting", each -> each.readies == 1);
  }

  /** Machine time 0 is now, on every node. */
  @Override
  public void start() {
    startNs = System.nanoTime();
    roster.living().forEach(each -> each.courier.say(new Frame.Clock(startNs + each.clockNs)));
    roster.untilEach("clocks", each -> each.readies == 2);
    roster.running(true);
    roster.tellAll(new Frame.Go());
  }

  /**
   * Waits until the rule says that the run is over, or a node is lost. Counts are some 5 ms old.
   */
  @Override
  public void await(StopRule rule) {
    while (!rule.done(progress()) && roster.losses.isEmpty()) {
      roster.take(LOOK_MS);
    }
  }

  /** Where the run stands, as far as it is known here. */
  @Override
  public Progress progress() {
    Progress whole = new Progress(System.nanoTime() - startNs, 0, 0, 0, 0, 0);
    for (Member member : roster.members.values()) {
      Frame.Counts each = member.counts;
      whole =
          whole.plus(
              new Progress(
                  0, each.sent(), each.processed(), each.raised(), each.closed(), each.handled()));
    }
    return whole;
  }

  /** What one component has raised so far, as far as it is known here. */
  @Override
  public long raised(int id) {
    return roster.members.values().stream().mapToLong(each -> each.raised(id)).sum();
  }

  /** Gives a message of the outside world to a component, wherever it is; any thread may. */
  @Override
  public void inject(String path, Message message) {
    Place place = place(path);
    place.member.courier.say(new Frame.Inject(place.id, message));
  }

  private Place place(String path) {
    Place place = places.get(path);
    if (place == null) {
      throw new IllegalArgumentException("path=" + path + " is not in this machine");
    }
    return place;
  }

  /**
   * What a component shows of itself now, wherever it is.
   *
   * <p>Errors: {@link ClusterException} when its node is lost.
   */
  Inspection inspect(String path) {
    Place place = place(path);
    Member member = place.member;
    member.show(++shows);
    member.courier.say(new Frame.Show(shows, place.id));
    roster.until("what " + path + " shows", () -> member.lost || member.shown().isPresent());
    return member
        .shown()
        .orElseThrow(
            () -> new ClusterException("path=" + path + " was on node=" + member.name + ": lost"));
  }

  /** Who was lost during the run, and how; by name of the node, in the order of noticing. */
  @Override
  public Map<String, String> losses() {
    return new LinkedHashMap<>(roster.losses);
  }

  /**
   * Ends the run: stops the sources, lets interrupts get their fates, freezes every node, waits
   * until what all nodes have processed is what all had sent one look later, and adds the books.
   * After a loss the living nodes have three seconds to come to rest, and what has no fate anywhere
   * has that of a lost node.
   *
   * @param settleNs how long to wait for fates; the rest is pending in the books
   */
  @Override
  public LiveResult finish(Runnable stopSources, long settleNs) {
    if (roster.losses.isEmpty()) {
      stopSources.run();
      long untilNs = System.nanoTime() + settleNs;
      await(now -> System.nanoTime() >= untilNs || settled(now));
    }
    roster.tellAll(new Frame.Freeze());
    boolean rested = rest();
    roster.tellAll(new Frame.Collect());
    roster.untilEach("the books", Member::booksDone);
    LiveResult whole = null;
    for (Member member : roster.members.values()) {
      whole = whole == null ? member.result() : whole.plus(member.result());
    }
    if (!roster.losses.isEmpty()) {
      roster.closings.close(whole.ledger());
    }
    if (arrivals.isPresent()) {
      TreeMap<String, Integer> ids = new TreeMap<>();
      places.forEach((path, place) -> ids.put(path, place.id()));
      unrecorded = new LogTaker(roster, arrivals.get(), ids, nodeOf).take(!rested);
    }
    release();
    return whole;
  }

  /** What the recording of the last machine lacks, after {@link #finish}. */
  @Override
  public Unrecorded unrecorded() {
    return unrecorded;
  }

  private void release() {
    released = true;
    roster.running(false);
    roster.members.values().forEach(each -> each.readies = 0);
    roster.tellAll(new Frame.Release());
  }

  // As Mattern counts: nothing is on its way when as much was processed as was sent a look later.
  // False when, after a loss, there still was something.
  private boolean rest() {
    long beganNs = System.nanoTime();
    look();
    long before = processed();
    look();
    while (before != expected()) {
      long nowNs = System.nanoTime();
      if (roster.losses.isEmpty() && nowNs - beganNs > TimeUnit.SECONDS.toNanos(Roster.REPLY_S)) {
        throw new ClusterException(
            "inFlight=" + (expected() - processed()) + " after " + Roster.REPLY_S + " s");
      }
      if (!roster.losses.isEmpty() && nowNs - Math.max(beganNs, roster.lossNs) > REST_NS) {
        return false;
      }
      before = processed();
      look();
    }
    return true;
  }

  private long processed() {
    return roster.living().mapToLong(each -> each.counts.processed()).sum();
  }

  private long expected() {
    boolean[] lost = new boolean[roster.nodes.size()];
    for (int node = 0; node < lost.length; node++) {
      lost[node] = roster.members.get(roster.nodes.get(node)).lost;
    }
    return roster.living().mapToLong(each -> each.expected(lost)).sum();
  }

  /**
   * Waits until nothing is on its way and every raise has its fate, a node is lost, or this {@link
   * System#nanoTime}. What was injected before is seen by then.
   */
  void settle(long untilNs) {
    look();
    long before = processed();
    look();
    while ((before != expected() || progress().open() != 0)
        && roster.losses.isEmpty()
        && System.nanoTime() < untilNs) {
      roster.take(LOOK_MS);
      before = processed();
      look();
    }
  }

  // Counts that come unasked are of different moments, so looks with fresh ones decide. Nothing may
  // be on its way: then the sources have heard, too, that they are to stop.
  private boolean settled(Progress now) {
    if (now.open() != 0) {
      return false;
    }
    look();
    long before = processed();
    look();
    return before == expected() && progress().open() == 0;
  }

  /** One wave: fresh counts of every node, which has all that was injected before. */
  void look() {
    long number = ++wave;
    roster.tellAll(new Frame.Count(number));
    roster.untilEach("counts", each -> each.wave == number);
  }

  /** Takes what nodes have told meanwhile, and notices who is gone. */
  void take() {
    roster.take(0);
  }

  /**
   * Ends the processes that this node started, leaves the cluster, and ends the actor system; in
   * somebody else's system only what it put there.
   */
  @Override
  public void close() {
    if (!ownsSystem) {
      leave();
      return;
    }
    for (NodeProcess process : roster.processes) {
      // One that has not joined has no books, and may be deep in its beginning.
      boolean joined = roster.members.containsKey(process.name());
      if (!joined || roster.losses.containsKey(process.name())) {
        process.kill();
      }
      process.askToEnd();
    }
    roster.processes.forEach(NodeProcess::close);
    if (roster.losses.isEmpty() && !roster.processes.isEmpty()) {
      archive.ended(roster.processes.get(0).endedInOrder());
    }
    // With a node that cannot be reached there is no leaving in order, and the report waits.
    ClusterNode.end(system, roster.losses.isEmpty() ? Roster.REPLY_S : LOST_END_S);
  }

  // The parts are gone when their nodes say so, or when one has waited long enough for that.
  private void leave() {
    try {
      if (!released) {
        release();
      }
      roster.untilReleased(TimeUnit.SECONDS.toNanos(LOST_END_S));
    } finally {
      roster.close();
    }
  }
}
