package irqlab.cluster;

import akka.actor.typed.ActorRef;
import irqlab.runtime.Message;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What components of this node have for another one, until its {@link Gateway} takes it: a queue
 * that wakes the gateway once for all that has gathered, where a message to an actor for each would
 * cost as much as the way to a component.
 *
 * <p>Many threads {@link #post}; what one of them posts stays in order. One gateway takes.
 */
final class Departures {
  private final ConcurrentLinkedQueue<Post> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile ActorRef<Gateway.Command> gateway;

  /** One message for a component there. */
  record Post(int receiver, Message message) {}

  /** Who takes; before the first message. */
  void to(ActorRef<Gateway.Command> taker) {
    gateway = taker;
  }

  void post(int receiver, Message message) {
    waiting.add(new Post(receiver, message));
    if (!told.get() && told.compareAndSet(false, true)) {
      gateway.tell(Gateway.Flush.FLUSH);
    }
  }

  /** The gateway is about to take: whoever posts from now on tells it again. */
  void heard() {
    told.set(false);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The one that has waited longest, or null. */
  Post take() {
    return waiting.poll();
  }
}
