package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.StateWriter;
import irqlab.wire.Frame;
import irqlab.wire.WireVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The actor that does on its node what the coordinator says: it builds the node's part of a
 * machine, starts it, tells its counts and notes, and hands over its books. One run at a time.
 */
final class NodeAgent extends AbstractBehavior<Frame> {
  /** How often counts are told unasked. */
  private static final Duration COUNTS = Duration.ofMillis(5);

  /** How often the books so far are told: all that is known of a node that is lost later. */
  private static final Duration NOTES = Duration.ofMillis(100);

  /** The wave of counts that nobody asked for. */
  private static final Frame.Count UNASKED = new Frame.Count(0);

  /** What the agent tells itself when notes are due; no node has this number. */
  private static final Frame.Ping NOTES_DUE = new Frame.Ping(-1);

  /** What the agent of a guest tells itself to see whether its coordinator is there. */
  private static final Frame.Ping ALONE = new Frame.Ping(-2);

  private static final Duration ALONE_LOOK = Duration.ofMillis(500);

  /** What the agent tells itself when the courier is to look; no node has this number either. */
  private static final Frame.Ping COURIER_DUE = new Frame.Ping(-3);

  private static final Duration LOOK = Duration.ofMillis(500);

  /** Books are sent in pieces that fit a frame. */
  private static final int PIECE_BYTES = 128 * 1024;

  private final String name;
  private final List<String> roles;
  private final Runnable left;
  private final HostParts own;
  private final Consumer<NodePart> hosting;
  private final TimerScheduler<Frame> timers;
  private final long alone;
  private ActorRef<Frame> coordinator;
  private Courier courier;
  private String coordinatorAddress = "";
  private NodePart part;
  private boolean told;
  private long unheard;

  /** Whether the next machine keeps what comes to its components. */
  private boolean keeping;

  private NodeAgent(
      ActorContext<Frame> context,
      TimerScheduler<Frame> timers,
      String name,
      List<String> roles,
      HostParts own,
      Consumer<NodePart> hosting,
      Runnable left) {
    super(context);
    this.name = name;
    this.roles = List.copyOf(roles);
    this.left = left;
    this.own = own;
    this.hosting = hosting;
    this.timers = timers;
    alone =
        2
            * context.getSystem().settings().config().getDuration(Roster.LOST_AFTER).toMillis()
            / ALONE_LOOK.toMillis();
    timers.startTimerWithFixedDelay(COURIER_DUE, COURIER_DUE, LOOK);
  }

  /**
   * An agent.
   *
   * @param roles what the node may host
   * @param left called when the node was told to leave, and its books are handed over
   */
  static Behavior<Frame> of(String name, List<String> roles, Runnable left) {
    return of(ClusterNode.AGENTS, name, roles, HostParts.NONE, part -> {}, left);
  }

  /**
   * An agent of one machine.
   *
   * @param key under which it is found
   * @param own what the process gives to its part
   * @param hosting told the part that is hosted from now on, or null
   */
  static Behavior<Frame> of(
      ServiceKey<Frame> key,
      String name,
      List<String> roles,
      HostParts own,
      Consumer<NodePart> hosting,
      Runnable left) {
    return Behaviors.setup(
        context -> {
          context.getSystem().receptionist().tell(Receptionist.register(key, context.getSelf()));
          return Behaviors.withTimers(
              timers -> new NodeAgent(context, timers, name, roles, own, hosting, left));
        });
  }

  @Override
  public Receive<Frame> createReceive() {
    return newReceiveBuilder()
        .onMessage(Frame.Hello.class, this::hello)
        .onMessage(Frame.Numbered.class, this::numbered)
        .onMessage(Frame.Got.class, this::got)
        .onMessage(Frame.Ping.class, this::ping)
        .onMessage(Frame.Count.class, count -> guarded(() -> count(count)))
        .onMessage(Frame.Leave.class, leave -> leave())
        .onSignal(Terminated.class, this::orphaned)
        .onSignal(PostStop.class, signal -> stopped())
        .build();
  }

  // What the coordinator says during a run comes by courier: once, and in order.
  private void act(Frame frame) {
    guarded(
        () -> {
          if (frame instanceof Frame.Keep) {
            keeping = true;
          } else if (frame instanceof Frame.Host host) {
            host(host);
          } else if (frame instanceof Frame.Gates gates) {
            gates(gates);
          } else if (frame instanceof Frame.Clock clock) {
            clock(clock);
          } else if (frame instanceof Frame.Go) {
            go();
          } else if (frame instanceof Frame.Inject inject) {
            inject(inject);
          } else if (frame instanceof Frame.Show show) {
            show(show);
          } else if (frame instanceof Frame.More more) {
            more(more);
          } else if (frame instanceof Frame.Count count) {
            count(count);
          } else if (frame instanceof Frame.Lost lost) {
            part.lose(lost.nodes());
          } else if (frame instanceof Frame.Freeze) {
            part.machine().freeze();
          } else if (frame instanceof Frame.Collect) {
            collect();
          } else if (frame instanceof Frame.Release) {
            release();
          }
        });
  }

  private Behavior<Frame> hello(Frame.Hello hello) {
    ActorRefResolver resolver = ActorRefResolver.get(getContext().getSystem());
    ActorRef<Frame> asking = resolver.resolveActorRef(hello.replyTo());
    boolean taken = part != null || (own.guest() && coordinator != null);
    if (taken && !asking.equals(coordinator)) {
      asking.tell(new Frame.Refused(name, "it is at work in another run"));
      return this;
    }
    if (!asking.equals(coordinator)) {
      coordinator = asking;
      keeping = false;
      courier = new Courier(name, asking);
      coordinatorAddress = hello.replyTo();
      getContext().watch(asking);
      if (own.guest()) {
        timers.startTimerWithFixedDelay(ALONE, ALONE, ALONE_LOOK);
      }
    }
    unheard = 0;
    coordinator.tell(
        new Frame.Welcome(
            name,
            WireVersion.own().program(),
            System.getProperty("java.version"),
            resolver.toSerializationFormat(getContext().getSelf()),
            roles));
    return this;
  }

  // What one before the present coordinator said is of no use any more.
  private Behavior<Frame> numbered(Frame.Numbered numbered) {
    if (courier != null && numbered.from().equals(coordinatorAddress)) {
      courier.take(numbered).ifPresent(this::act);
    }
    return this;
  }

  private Behavior<Frame> got(Frame.Got got) {
    if (courier != null && got.from().equals(coordinatorAddress)) {
      courier.got(got.number());
    }
    return this;
  }

  // Without its coordinator a run is of no use to anybody.
  private Behavior<Frame> orphaned(Terminated gone) {
    if (coordinator != null && gone.getRef().path().equals(coordinator.path())) {
      coordinator = null;
      courier = null;
      timers.cancel(ALONE);
      release();
    }
    return this;
  }

  // Somebody else's cluster may keep a member for ever that cannot be reached. Looks are counted
  // and not time, so that a process that was stopped for a while blames nobody.
  private void alone() {
    if (coordinator != null && ++unheard > alone) {
      getContext().getLog().warn("node={} hears no more of who started its machine", name);
      release();
    }
  }

  private Behavior<Frame> ping(Frame.Ping ping) {
    if (ping.equals(ALONE)) {
      return guarded(this::alone);
    }
    if (ping.equals(NOTES_DUE)) {
      return guarded(this::notes);
    }
    if (ping.equals(COURIER_DUE)) {
      if (courier != null) {
        courier.look(System.nanoTime());
      }
      return this;
    }
    unheard = 0;
    if (coordinator != null) {
      coordinator.tell(new Frame.Pong(name, ping.number(), System.nanoTime()));
    }
    return this;
  }

  private void more(Frame.More more) {
    if (part != null && part.logs().isPresent()) {
      part.logs().get().more(more.upTo(), courier::say);
    }
  }

  private void host(Frame.Host host) {
    letGo();
    boolean keep = keeping;
    keeping = false;
    try {
      part = new NodePart(getContext().getSystem(), name, roles, host, own, keep);
      hosting.accept(part);
      courier.say(new Frame.Hosting(name, part.gateAddress()));
    } catch (RuntimeException broken) {
      courier.say(new Frame.Refused(name, String.valueOf(broken.getMessage())));
    }
  }

  private void gates(Frame.Gates gates) {
    part.connect(gates.gates());
    courier.say(new Frame.Ready(name));
  }

  private void clock(Frame.Clock clock) {
    part.machine().clock(clock.startNs());
    courier.say(new Frame.Ready(name));
  }

  private void go() {
    part.machine().go();
    timers.startTimerWithFixedDelay(UNASKED, UNASKED, COUNTS);
    timers.startTimerWithFixedDelay(NOTES_DUE, NOTES_DUE, NOTES);
  }

  private void inject(Frame.Inject inject) {
    part.machine().inject(part.plan().path(inject.receiver()), inject.message());
  }

  // The component's thread answers: an agent that waited for it would fall silent.
  private void show(Frame.Show show) {
    Courier to = courier;
    part.machine()
        .show(
            show.component(),
            shown -> {
              StateWriter out = new StateWriter(ProtocolCodecs.all());
              shown.write(out);
              byte[] bytes = out.toBytes();
              int count = pieces(bytes);
              for (int i = 0; i < count; i++) {
                to.say(new Frame.Shown(name, show.number(), i, count, piece(bytes, i)));
              }
            });
  }

  private void count(Frame.Count count) {
    if (part == null) {
      return;
    }
    Frame.Counts counts = part.counts(count.wave());
    if (count.wave() > 0) {
      courier.say(counts);
    } else {
      coordinator.tell(counts);
    }
    if (!told && part.failure().isPresent()) {
      told = true;
      courier.say(part.failure().get());
    }
  }

  // What was asked for the last time is there by now; what is not comes with the next notes.
  private void notes() {
    if (part != null) {
      tellNotes();
      part.machine().askNotes();
    }
  }

  private void tellNotes() {
    byte[] bytes = part.notes();
    int count = pieces(bytes);
    for (int i = 0; i < count; i++) {
      courier.say(new Frame.Notes(name, i, count, piece(bytes, i)));
    }
  }

  private void collect() {
    timers.cancel(UNASKED);
    timers.cancel(NOTES_DUE);
    StateWriter out = new StateWriter(ProtocolCodecs.all());
    part.collect().write(out);
    tellNotes();
    byte[] bytes = out.toBytes();
    int count = pieces(bytes);
    for (int i = 0; i < count; i++) {
      courier.say(new Frame.Books(name, i, count, piece(bytes, i)));
    }
  }

  private static int pieces(byte[] bytes) {
    return (bytes.length + PIECE_BYTES - 1) / PIECE_BYTES;
  }

  private static byte[] piece(byte[] bytes, int index) {
    int from = index * PIECE_BYTES;
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE_BYTES));
  }

  // The books go before the node does; what still comes here is lost with it, and counted so.
  private Behavior<Frame> leave() {
    guarded(
        () -> {
          if (part != null && coordinator != null) {
            part.machine().freeze();
            collect();
          }
          if (coordinator != null) {
            courier.say(new Frame.Gone(name, "was told to end"));
          }
          release();
        });
    if (own.guest()) {
      return Behaviors.stopped();
    }
    left.run();
    return this;
  }

  private Behavior<Frame> stopped() {
    guarded(this::release);
    if (own.guest()) {
      left.run();
    }
    return this;
  }

  private void release() {
    letGo();
    if (own.guest() && coordinator != null) {
      // The next one may come; this one waits to hear that its part is gone.
      timers.cancel(ALONE);
      getContext().unwatch(coordinator);
      courier.say(new Frame.Ready(name));
      coordinator = null;
    }
  }

  private void letGo() {
    timers.cancel(UNASKED);
    timers.cancel(NOTES_DUE);
    told = false;
    if (part != null) {
      hosting.accept(null);
      part.close();
      part = null;
    }
  }

  // A fault of this node is told, and the agent lives on for the next run.
  private Behavior<Frame> guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError broken) {
      if (coordinator != null) {
        courier.say(new Frame.Failed(name, "", broken.toString()));
      }
    }
    return this;
  }

  /** Puts an agent into this system, where blocking for a moment is allowed. */
  static ActorRef<Frame> spawn(
      ActorSystem<?> system, String name, List<String> roles, Runnable left) {
    return system.systemActorOf(
        of(name, roles, left), "irqlab-agent", akka.actor.typed.DispatcherSelector.blocking());
  }
}
