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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The way out to one other node. It puts what components send there into batches: whatever has
 * gathered in its {@link Departures}, so that batches grow with the load and a lone message does
 * not wait.
 *
 * <p>Akka drops what does not fit its queues, so at most {@link #WINDOW} batches are on their way
 * unacknowledged; the rest waits there. Order is kept. What a broken connection has lost is sent
 * again, when the other gate asks for it or nothing was acknowledged for a second or two.
 */
final class Gateway extends AbstractBehavior<Gateway.Command> {
  /** Messages of one batch. */
  static final int BATCH_MAX = 256;

  /** Batches on their way. */
  static final int WINDOW = 32;

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What a gateway receives. */
  sealed interface Command {}

  /** The gate of the other node is known [node]. */
  record Connect(ActorRef<Frame> gate) implements Command {}

  /** The other node has all batches up to this one [gate]. */
  record Acked(long number) implements Command {}

  /** The other node waits for this batch, which did not come [gate]. */
  record Missing(long number) implements Command {}

  /** The run is over. */
  enum Stop implements Command {
    STOP
  }

  /** Something waits in the departures [departures]. */
  enum Flush implements Command {
    FLUSH
  }

  private enum Look implements Command {
    LOOK
  }

  private final Departures departures;
  private final int ownNode;
  private final int patience;
  private final Consumer<String> cut;
  private final LongConsumer credit;

  /** The batches on their way, oldest first: kept until they have come. */
  private final ArrayDeque<Frame.Batch> onWay = new ArrayDeque<>();

  private final int[] receivers;
  private final int batchMax;
  private final int window;
  private ActorRef<Frame> gate;
  private long sent;
  private long acked;
  private int silentLooks;

  private Gateway(
      ActorContext<Command> context,
      Departures departures,
      int ownNode,
      int patience,
      Consumer<String> cut,
      LongConsumer credit,
      int batchMax,
      int window) {
    super(context);
    this.departures = departures;
    this.ownNode = ownNode;
    this.patience = patience;
    this.cut = cut;
    this.credit = credit;
    this.batchMax = batchMax;
    this.receivers = new int[batchMax];
    this.window = window;
  }

  /**
   * A gateway.
   *
   * @param departures it is the only one that takes from them; they are told to whom to tell
   * @param patience how many seconds may pass without credit for what is on its way
   * @param cut told, once, when they have passed; called by the gateway's thread
   * @param credit told how many messages were acknowledged; called by the gateway's thread
   */
  static Behavior<Command> of(
      Departures departures, int ownNode, int patience, Consumer<String> cut, LongConsumer credit) {
    return of(departures, ownNode, patience, cut, credit, BATCH_MAX, WINDOW);
  }

  /** A gateway with other limits, for measuring what these are good for. */
  static Behavior<Command> of(
      Departures departures,
      int ownNode,
      int patience,
      Consumer<String> cut,
      LongConsumer credit,
      int batchMax,
      int window) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Look.LOOK, LOOK);
                  return new Gateway(
                      context, departures, ownNode, patience, cut, credit, batchMax, window);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Flush.class, flush -> flush())
        .onMessage(Acked.class, this::acked)
        .onMessage(Missing.class, this::missing)
        .onMessage(Connect.class, this::connect)
        .onMessage(Look.class, look -> look())
        .onMessage(Stop.class, stop -> Behaviors.stopped())
        .build();
  }

  private Behavior<Command> flush() {
    departures.heard();
    send();
    return this;
  }

  private Behavior<Command> acked(Acked ack) {
    silentLooks = ack.number() > acked ? 0 : silentLooks;
    for (; acked < Math.min(sent, ack.number()); acked++) {
      credit.accept(onWay.remove().messages().size());
    }
    send();
    return this;
  }

  // Counts looks and not time, so that a process that was stopped for a while blames nobody.
  private Behavior<Command> look() {
    silentLooks = sent == acked ? 0 : silentLooks + 1;
    if (silentLooks == patience) {
      cut.accept("no credit for " + (sent - acked) + " batches in " + patience + " s");
    } else if (silentLooks > 1) {
      sendAgain(acked + 1);
    }
    return this;
  }

  // Those before it have come, though they have no credit yet.
  private Behavior<Command> missing(Missing missing) {
    sendAgain(missing.number());
    return this;
  }

  // What was on its way when a connection broke is gone, or its acknowledgement is.
  private void sendAgain(long from) {
    for (Frame.Batch batch : onWay) {
      if (batch.number() >= from && gate != null) {
        gate.tell(batch);
      }
    }
  }

  private Behavior<Command> connect(Connect connect) {
    gate = connect.gate();
    send();
    return this;
  }

  private void send() {
    while (gate != null && !departures.isEmpty() && sent - acked < window) {
      List<Message> messages = new ArrayList<>();
      for (int count = 0; count < batchMax; count++) {
        Departures.Post post = departures.take();
        if (post == null) {
          break;
        }
        receivers[count] = post.receiver();
        messages.add(post.message());
      }
      int[] to = Arrays.copyOf(receivers, messages.size());
      Frame.Batch batch = new Frame.Batch(ownNode, ++sent, to, messages);
      onWay.add(batch);
      gate.tell(batch);
    }
  }
}
