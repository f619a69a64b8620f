package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import irqlab.runtime.Message;
import irqlab.wire.Frame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The way in: takes batches of all other nodes apart, in order, and gives credit back. A batch that
 * is missing is asked for, one that comes again is dropped; a receiver that is not hosted here ends
 * the run: nothing is lost silently.
 */
final class Gate extends AbstractBehavior<Frame> {
  /** An acknowledgement for so many batches; well below {@link Gateway#WINDOW}. */
  private static final int ACK_EVERY = 8;

  /** The last few batches are acknowledged after this long, and what was held back. */
  private static final Duration ACK_LATEST = Duration.ofMillis(5);

  /** So many times credit is held back at most; a node that gives none at all counts as lost. */
  private static final int LATE_MAX = 100;

  private static final Frame LATE = new Frame.Go();

  /** What a gate needs of its node. */
  interface Inside {
    /** A batch of so many messages came; false when that node counts as lost. */
    boolean take(int from, int messages);

    /** Whether this node has more to do than it should: credit then waits. */
    boolean crowded();

    /** Gives a message to a component; false when it is not hosted here. */
    boolean deliver(int receiver, Message message);

    /** The gateway to that node, for acknowledgements. */
    ActorRef<Gateway.Command> gateway(int node);

    /** The gate of that node. */
    ActorRef<Frame> gate(int node);

    /** The run must end: something went wrong here. */
    void fail(String why);
  }

  private final int ownNode;
  private final AtomicReference<Inside> inside;
  private final int ackEvery;
  private final long[] received;
  private final long[] acked;
  private final int[] late;

  /** The batch that each node was last asked to send again. */
  private final long[] missing;

  private Gate(
      ActorContext<Frame> context,
      int ownNode,
      int nodes,
      AtomicReference<Inside> inside,
      int ackEvery) {
    super(context);
    this.ackEvery = ackEvery;
    this.ownNode = ownNode;
    this.inside = inside;
    this.received = new long[nodes];
    this.acked = new long[nodes];
    this.late = new int[nodes];
    this.missing = new long[nodes];
  }

  /**
   * A gate.
   *
   * @param inside empty once the run is over: Akka remembers addresses that came over the wire, and
   *     with them how their actors were made, long after these have stopped
   */
  static Behavior<Frame> of(int ownNode, int nodes, AtomicReference<Inside> inside) {
    return of(ownNode, nodes, inside, ACK_EVERY);
  }

  /** A gate that acknowledges so many batches at once. */
  static Behavior<Frame> of(int ownNode, int nodes, AtomicReference<Inside> inside, int ackEvery) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(LATE, ACK_LATEST);
                  return new Gate(context, ownNode, nodes, inside, ackEvery);
                }));
  }

  @Override
  public Receive<Frame> createReceive() {
    return newReceiveBuilder()
        .onMessage(Frame.Batch.class, this::batch)
        .onMessage(Frame.Ack.class, this::ack)
        .onMessage(Frame.Missing.class, this::missing)
        .onMessage(Frame.Go.class, late -> late())
        .onMessage(Frame.Release.class, release -> Behaviors.stopped())
        .build();
  }

  // What this gate tells itself: no other frame is without meaning here, and it never travels.
  private Behavior<Frame> late() {
    Inside node = inside.get();
    for (int from = 0; node != null && from < received.length; from++) {
      if (received[from] > acked[from] && (!node.crowded() || ++late[from] >= LATE_MAX)) {
        ack(node, from);
      }
    }
    return this;
  }

  private void ack(Inside node, int from) {
    acked[from] = received[from];
    late[from] = 0;
    node.gate(from).tell(new Frame.Ack(ownNode, received[from]));
  }

  private Behavior<Frame> batch(Frame.Batch batch) {
    Inside node = inside.get();
    int from = batch.from();
    if (node == null) {
      return Behaviors.stopped();
    }
    if (!other(from)) {
      node.fail("batch of node number " + from);
      return this;
    }
    if (batch.number() != received[from] + 1) {
      outOfTurn(node, from, batch.number());
      return this;
    }
    List<Message> messages = batch.messages();
    if (!node.take(from, messages.size())) {
      return this;
    }
    received[from] = batch.number();
    for (int i = 0; i < messages.size(); i++) {
      if (!node.deliver(batch.receivers()[i], messages.get(i))) {
        node.fail("receiver=" + batch.receivers()[i] + " is not hosted here");
      }
    }
    if (batch.number() - acked[from] >= ackEvery && !node.crowded()) {
      ack(node, from);
    }
    return this;
  }

  // One that comes again had no credit, or that was lost; one too early follows one that was lost.
  private void outOfTurn(Inside node, int from, long number) {
    if (number <= received[from]) {
      acked[from] = Math.min(acked[from], number - 1);
    } else if (missing[from] <= received[from]) {
      missing[from] = received[from] + 1;
      node.gate(from).tell(new Frame.Missing(ownNode, missing[from]));
    }
  }

  private Behavior<Frame> missing(Frame.Missing missing) {
    Inside node = inside.get();
    if (node != null && other(missing.from())) {
      node.gateway(missing.from()).tell(new Gateway.Missing(missing.number()));
    }
    return this;
  }

  private boolean other(int node) {
    return node >= 0 && node < received.length && node != ownNode;
  }

  private Behavior<Frame> ack(Frame.Ack ack) {
    Inside node = inside.get();
    if (node != null && other(ack.from())) {
      node.gateway(ack.from()).tell(new Gateway.Acked(ack.number()));
    }
    return this;
  }
}
