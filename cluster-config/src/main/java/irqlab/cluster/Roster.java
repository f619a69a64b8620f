package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.live.LiveFailure;
import irqlab.observe.Closings;
import irqlab.wire.Frame;
import irqlab.wire.WireVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who is in the cluster, as the coordinator knows it: takes what they say, and notices who is gone.
 * One owner.
 */
final class Roster {
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  /** How long an answer may take. */
  static final long REPLY_S = 30;

  /** The setting that says how long a node may be silent. */
  static final String LOST_AFTER = "irqlab.cluster.lost-after";

  private static final long PING_NS = 1_000_000_000L;

  private static final long LOOK_MS = 1;

  /** This process itself stood still for so long: nobody is blamed for silence. */
  private static final long PAUSED_NS = 1_000_000_000L;

  final List<NodeProcess> processes = new ArrayList<>();
  final Map<String, Member> members = new TreeMap<>(BY_NUMBER);
  final Map<String, String> losses = new LinkedHashMap<>();

  /** By node number, of the run that is on. */
  List<String> nodes = List.of();

  /** Whose interrupts have a fate, of the run that is on. */
  Closings closings = new Closings();

  long lossNs;
  final Consumer<String> news;
  private final ActorSystem<?> system;
  private final Realm realm;
  private final ActorRef<Frame> self;
  private final String own;
  private final LinkedBlockingQueue<Frame> inbox = new LinkedBlockingQueue<>();
  final long lostAfterNs;
  private final long openedNs = System.nanoTime();
  private boolean running;
  private long lookedNs;
  private long pingedNs;

  Roster(ActorSystem<?> system, Realm realm, Consumer<String> news) {
    this.system = system;
    this.realm = realm;
    this.news = news;
    lostAfterNs = system.settings().config().getDuration(LOST_AFTER).toNanos();
    pingedNs = openedNs;
    self = system.systemActorOf(inbox(), realm.actor(), Props.empty());
    own = ActorRefResolver.get(system).toSerializationFormat(self);
  }

  /** Takes its one actor out of the system. */
  void close() {
    system.classicSystem().stop(Adapter.toClassic(self));
  }

  /** From now on silence is a loss, and a loss ends the run instead of refusing it. */
  void running(boolean now) {
    running = now;
    lookedNs = System.nanoTime();
    living().forEach(each -> each.heardNs = lookedNs);
  }

  // Puts what comes into the queue, and notices when an agent ends.
  private akka.actor.typed.Behavior<Frame> inbox() {
    return Behaviors.setup(
        context -> {
          context.spawn(ClusterNode.greeter(realm, context.getSelf()), "greeter");
          return Behaviors.receive(Frame.class)
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
              .build();
        });
  }

  Stream<Member> living() {
    return members.values().stream().filter(each -> !each.lost);
  }

  void tellAll(Frame frame) {
    living().forEach(each -> each.courier.say(frame));
  }

  /** Says that the coordinator is there; who hears it answers. */
  void pingAll() {
    living().forEach(each -> each.agent.tell(Member.STILL_HERE));
  }

  void until(String what, BooleanSupplier done) {
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPLY_S);
    while (!done.getAsBoolean()) {
      take(LOOK_MS);
      if (System.nanoTime() > limitNs) {
        throw new ClusterException("no answer in " + REPLY_S + " s, waiting for " + what);
      }
    }
  }

  /** Waits until each living node has done this; one that takes too long in a run is lost. */
  void untilEach(String what, Predicate<Member> done) {
    long beganNs = System.nanoTime();
    until(
        what,
        () -> {
          if (running && System.nanoTime() - beganNs > lostAfterNs) {
            living()
                .filter(done.negate())
                .toList()
                .forEach(each -> lose(each.name, "gave no answer: " + what));
          }
          return living().allMatch(done);
        });
  }

  /** Waits until the parts of the living are gone, but no longer than this. */
  void untilReleased(long withinNs) {
    long limitNs = System.nanoTime() + withinNs;
    while (living().anyMatch(each -> each.readies == 0)
        && System.nanoTime() < limitNs
        && !Thread.currentThread().isInterrupted()) {
      try {
        take(LOOK_MS);
      } catch (ClusterException | LiveFailure late) {
        // The machine has ended; what goes wrong with its hosts now is no matter of it.
        system.log().debug("after the end: {}", late.getMessage());
      }
    }
  }

  /** Why some member of the cluster does not fit. */
  Optional<String> misfit() {
    return realm.misfit(system);
  }

  // Takes what has come, and notices who is gone.
  void take(long waitMs) {
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
    long nowNs = System.nanoTime();
    living().forEach(each -> each.courier.look(nowNs));
    silence();
    if (realm.pings() && System.nanoTime() - pingedNs > PING_NS) {
      pingedNs = System.nanoTime();
      pingAll();
    }
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
      cut(cut);
    } else if (frame instanceof Frame.Gone gone) {
      lose(gone.node(), gone.why());
    } else if (frame instanceof Frame.Numbered each) {
      heard(each.from()).courier.take(each).ifPresent(this::note);
    } else if (frame instanceof Frame.Got each) {
      heard(each.from()).courier.got(each.number());
    } else if (frame instanceof Frame.Counts each) {
      heard(each.node()).take(each);
    } else if (frame instanceof Frame.Notes each) {
      heard(each.node()).take(each, closings);
    } else if (frame instanceof Frame.Books each) {
      heard(each.node()).take(each);
    } else if (frame instanceof Frame.Log each) {
      heard(each.node()).logs.add(each);
    } else if (frame instanceof Frame.Shown each) {
      heard(each.node()).take(each);
    } else if (frame instanceof Frame.Pong each) {
      heard(each.node()).take(each);
    } else if (frame instanceof Frame.Hosting each) {
      heard(each.node()).gate = each.gate();
    } else if (frame instanceof Frame.Ready each) {
      heard(each.node()).readies++;
    }
  }

  // Whom this process cannot reach is lost; between two others it is the cable that is.
  private void cut(Frame.Cut cut) {
    Member told = members.get(cut.node());
    if (told != null && realm.here(told)) {
      lose(cut.other(), "cannot be reached: " + cut.why());
    } else {
      lost(cut.node() + " to " + cut.other(), cut.why());
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
      members.put(welcome.node(), new Member(welcome.node(), agent, welcome.roles(), own));
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
      realm.lost(system, member.agent.path().address());
      lost(node, why);
    } else if (member == null && processes.stream().anyMatch(each -> each.name().equals(node))) {
      throw notFormed("", processes.size() + 1);
    }
  }

  /** Who came, who did not, and what those who did not come said last. */
  ClusterException notFormed(String within, int count) {
    StringBuilder text = new StringBuilder("E52 cluster did not form");
    text.append(within.isEmpty() ? "" : " ").append(within).append("   ").append(standing(count));
    for (NodeProcess process : processes) {
      if (!members.containsKey(process.name())) {
        List<String> lines = process.lastLines();
        text.append(String.format("%n   %s, last lines:", process.name()));
        text.append(lines.isEmpty() ? " none" : "");
        lines.forEach(line -> text.append(String.format("%n      %s", line)));
      }
    }
    return new ClusterException(text.toString());
  }

  /** {@code node1 up, node2 up, node3 never answered (pid 4711)}. */
  String standing(int count) {
    if (processes.isEmpty()) {
      return members.size()
          + " of "
          + count
          + " nodes came"
          + (members.isEmpty() ? "" : ": " + String.join(", ", members.keySet()));
    }
    StringJoiner all = new StringJoiner(", ");
    members.keySet().forEach(name -> all.add(name + " up"));
    for (NodeProcess process : processes) {
      if (!members.containsKey(process.name())) {
        all.add(
            process.name()
                + (process.alive()
                    ? " never answered (pid " + process.pid() + ")"
                    : " " + process.ended()));
      }
    }
    return all.toString();
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
}
