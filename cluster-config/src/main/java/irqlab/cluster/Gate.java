package irqlab.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import irqlab.runtime.Message;
import irqlab.wire.Frame;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The way in: takes batches of all other nodes apart, in order, and gives credit back. A batch that
 * is missing, or a receiver that is not hosted here, ends the run: nothing is lost silently.
 */
final class Gate extends AbstractBehavior<Frame> {
  /** An acknowledgement for so many batches; well below {@link Gateway#WINDOW}. */
  private static final int ACK_EVERY = 8;

  /** What a gate needs of its node. */
  interface Inside {
    /** Gives a message to a component; false when it is not hosted here. */
    boolean deliver(int receiver, Message message);

    /** The gateway to that node, for acknowledgements. */
    ActorRef<Gateway.Command> gateway(int node);

    /** The gate of that node. */
    ActorRef<Frame> gate(int node);

    /** The run must end: something was lost or went wrong. */
    void fail(String why);
  }

  private final int ownNode;
  private final AtomicReference<Inside> inside;
  private final long[] received;

  private Gate(
      ActorContext<Frame> context, int ownNode, int nodes, AtomicReference<Inside> inside) {
    super(context);
    this.ownNode = ownNode;
    this.inside = inside;
    this.received = new long[nodes];
  }

  /**
   * A gate.
   *
   * @param inside empty once the run is over: Akka remembers addresses that came over the wire, and
   *     with them how their actors were made, long after these have stopped
   */
  static Behavior<Frame> of(int ownNode, int nodes, AtomicReference<Inside> inside) {
    return Behaviors.setup(context -> new Gate(context, ownNode, nodes, inside));
  }

  @Override
  public Receive<Frame> createReceive() {
    return newReceiveBuilder()
        .onMessage(Frame.Batch.class, this::batch)
        .onMessage(Frame.Ack.class, this::ack)
        .onMessage(Frame.Release.class, release -> Behaviors.stopped())
        .build();
  }

  private Behavior<Frame> batch(Frame.Batch batch) {
    Inside node = inside.get();
    int from = batch.from();
    if (node == null) {
      return Behaviors.stopped();
    }
    if (from < 0 || from >= received.length || from == ownNode) {
      node.fail("batch of node number " + from);
      return this;
    }
    if (batch.number() != received[from] + 1) {
      node.fail(
          "batch=" + batch.number() + " of node number " + from + ": after " + received[from]);
      return this;
    }
    received[from] = batch.number();
    List<Message> messages = batch.messages();
    for (int i = 0; i < messages.size(); i++) {
      if (!node.deliver(batch.receivers()[i], messages.get(i))) {
        node.fail("receiver=" + batch.receivers()[i] + " is not hosted here");
      }
    }
    if (batch.number() % ACK_EVERY == 0) {
      node.gate(from).tell(new Frame.Ack(ownNode, batch.number()));
    }
    return this;
  }

  private Behavior<Frame> ack(Frame.Ack ack) {
    Inside node = inside.get();
    if (node != null && ack.from() >= 0 && ack.from() < received.length && ack.from() != ownNode) {
      node.gateway(ack.from()).tell(new Gateway.Acked(ack.number()));
    }
    return this;
  }
}
