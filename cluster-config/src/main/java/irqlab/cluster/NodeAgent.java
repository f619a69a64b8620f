package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.StateWriter;
import irqlab.wire.Frame;
import java.time.Duration;
import java.util.Arrays;

/**
 * The actor that does on its node what the coordinator says: it builds the node's part of a
 * machine, starts it, tells its counts, and hands over its books. One run at a time.
 */
final class NodeAgent extends AbstractBehavior<Frame> {
  /** How often counts are told unasked. */
  private static final Duration COUNTS = Duration.ofMillis(5);

  /** Books are sent in pieces that fit a frame. */
  private static final int PIECE_BYTES = 128 * 1024;

  private final String name;
  private final TimerScheduler<Frame> timers;
  private ActorRef<Frame> coordinator;
  private NodePart part;
  private boolean told;

  private NodeAgent(ActorContext<Frame> context, TimerScheduler<Frame> timers, String name) {
    super(context);
    this.name = name;
    this.timers = timers;
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(ClusterNode.AGENTS, context.getSelf()));
  }

  static Behavior<Frame> of(String name) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new NodeAgent(context, timers, name)));
  }

  @Override
  public Receive<Frame> createReceive() {
    return newReceiveBuilder()
        .onMessage(Frame.Hello.class, this::hello)
        .onMessage(Frame.Ping.class, this::ping)
        .onMessage(Frame.Host.class, host -> guarded(() -> host(host)))
        .onMessage(Frame.Gates.class, gates -> guarded(() -> gates(gates)))
        .onMessage(Frame.Clock.class, clock -> guarded(() -> clock(clock)))
        .onMessage(Frame.Go.class, go -> guarded(this::go))
        .onMessage(Frame.Count.class, count -> guarded(() -> count(count)))
        .onMessage(Frame.Freeze.class, freeze -> guarded(() -> part.machine().freeze()))
        .onMessage(Frame.Collect.class, collect -> guarded(this::collect))
        .onMessage(Frame.Release.class, release -> guarded(this::release))
        .onSignal(PostStop.class, signal -> guarded(this::release))
        .build();
  }

  private Behavior<Frame> hello(Frame.Hello hello) {
    ActorRefResolver resolver = ActorRefResolver.get(getContext().getSystem());
    coordinator = resolver.resolveActorRef(hello.replyTo());
    coordinator.tell(
        new Frame.Welcome(
            name,
            ClusterNode.programVersion(),
            System.getProperty("java.version"),
            resolver.toSerializationFormat(getContext().getSelf())));
    return this;
  }

  private Behavior<Frame> ping(Frame.Ping ping) {
    coordinator.tell(new Frame.Pong(name, ping.number(), System.nanoTime()));
    return this;
  }

  private void host(Frame.Host host) {
    release();
    try {
      part = new NodePart(getContext().getSystem(), name, host);
      coordinator.tell(new Frame.Hosting(name, part.gateAddress()));
    } catch (RuntimeException broken) {
      coordinator.tell(new Frame.Refused(name, String.valueOf(broken.getMessage())));
    }
  }

  private void gates(Frame.Gates gates) {
    part.connect(gates.gates());
    coordinator.tell(new Frame.Ready(name));
  }

  private void clock(Frame.Clock clock) {
    part.machine().clock(clock.startNs());
    coordinator.tell(new Frame.Ready(name));
  }

  private void go() {
    part.machine().go();
    timers.startTimerWithFixedDelay(COUNTS, new Frame.Count(0), COUNTS);
  }

  private void count(Frame.Count count) {
    if (part == null) {
      return;
    }
    coordinator.tell(part.counts(count.wave()));
    if (!told && part.failure().isPresent()) {
      told = true;
      coordinator.tell(part.failure().get());
    }
  }

  private void collect() {
    timers.cancelAll();
    StateWriter out = new StateWriter(ProtocolCodecs.all());
    part.collect().write(out);
    byte[] bytes = out.toBytes();
    int pieces = (bytes.length + PIECE_BYTES - 1) / PIECE_BYTES;
    for (int i = 0; i < pieces; i++) {
      int from = i * PIECE_BYTES;
      byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE_BYTES));
      coordinator.tell(new Frame.Books(name, i, pieces, piece));
    }
  }

  private void release() {
    timers.cancelAll();
    told = false;
    if (part != null) {
      part.close();
      part = null;
    }
  }

  // A fault of this node is told, and the agent lives on for the next run.
  private Behavior<Frame> guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException broken) {
      if (coordinator != null) {
        coordinator.tell(new Frame.Failed(name, "", broken.toString()));
      }
    }
    return this;
  }

  /** Puts an agent into this system, where blocking for a moment is allowed. */
  static ActorRef<Frame> spawn(ActorSystem<?> system, String name) {
    return system.systemActorOf(
        of(name), "irqlab-agent", akka.actor.typed.DispatcherSelector.blocking());
  }
}
