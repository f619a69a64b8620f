package irqlab.windowed;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;

/** The actor of one group: it carries frames to and from {@link Group} and waits for none. */
final class GroupActor extends AbstractBehavior<GroupActor.Command> {
  /** A frame so late is asked for again. */
  private static final Duration LATE = Duration.ofSeconds(1);

  /** What the actor receives. */
  sealed interface Command {}

  /** Execute everything before this time [machine]. */
  record Advance(Leg leg) implements Command {}

  /** A frame [another group]. */
  record Framed(Frame frame) implements Command {}

  /** Send this frame once more [another group]. */
  record Ask(int from, int epoch, long window) implements Command {}

  private enum Late implements Command {
    LATE
  }

  private final Group group;
  private long windowsAtLook;
  private Leg leg;

  private GroupActor(ActorContext<Command> context, TimerScheduler<Command> timers, Group group) {
    super(context);
    this.group = group;
    timers.startTimerWithFixedDelay(Late.LATE, LATE);
  }

  static Behavior<Command> of(Group group) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new GroupActor(context, timers, group)));
  }

  /** Peers that are actors; the table is complete before the first frame. */
  static Peers peers(int own, ActorRef<Command>[] actors) {
    return new Peers() {
      @Override
      public void send(int to, Frame frame) {
        actors[to].tell(new Framed(frame));
      }

      @Override
      public void ask(int to, int epoch, long window) {
        actors[to].tell(new Ask(own, epoch, window));
      }
    };
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Framed.class, framed -> react(() -> group.receive(framed.frame())))
        .onMessage(Advance.class, this::advance)
        .onMessage(
            Ask.class, ask -> react(() -> group.asked(ask.from(), ask.epoch(), ask.window())))
        .onMessage(Late.class, late -> react(this::look))
        .build();
  }

  private Behavior<Command> advance(Advance advance) {
    leg = advance.leg();
    return react(() -> group.advance(leg.toPs()));
  }

  private void look() {
    if (group.windows() == windowsAtLook) {
      group.askAgain();
    }
    windowsAtLook = group.windows();
  }

  // A component that throws ends the run; the other groups wait until the machine is closed.
  private Behavior<Command> react(Runnable reaction) {
    try {
      reaction.run();
    } catch (RuntimeException | StackOverflowError | AssertionError broken) {
      if (leg != null) {
        leg.failed(broken);
      }
      return Behaviors.stopped();
    }
    if (leg != null && group.reached()) {
      Leg finished = leg;
      leg = null;
      finished.reached();
    }
    return this;
  }
}
