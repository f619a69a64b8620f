package irqlab.cluster;

import akka.actor.typed.ActorRef;
import irqlab.wire.Frame;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * One end of what a coordinator and a node say to each other. Akka delivers at most once, and what
 * is on its way when a connection breaks is gone: what goes by courier is numbered, kept until the
 * other end has it, and said again when it does not say so for a second. Any thread.
 */
final class Courier {
  private static final long AGAIN_NS = 1_000_000_000L;

  /** After so many times without an answer the other end has long been lost. */
  private static final int TIMES_MAX = 600;

  private final String own;
  private final ActorRef<Frame> other;
  private final ArrayDeque<Frame.Numbered> kept = new ArrayDeque<>();
  private long sent;
  private long received;
  private long saidNs;
  private int times;

  /**
   * An end.
   *
   * @param own what the other end knows this one by
   */
  Courier(String own, ActorRef<Frame> other) {
    this.own = own;
    this.other = other;
  }

  /** Says this once, in order with all else that goes by this courier. */
  synchronized void say(Frame frame) {
    Frame.Numbered numbered = new Frame.Numbered(own, ++sent, frame);
    if (kept.isEmpty()) {
      saidNs = System.nanoTime();
    }
    kept.add(numbered);
    other.tell(numbered);
  }

  /** The other end has all up to this number. */
  synchronized void got(long number) {
    while (!kept.isEmpty() && kept.peek().number() <= number) {
      kept.remove();
      saidNs = System.nanoTime();
      times = 0;
    }
  }

  /** What the other end says, when it is the next; it is told how far it was heard. */
  synchronized Optional<Frame> take(Frame.Numbered numbered) {
    boolean next = numbered.number() == received + 1;
    received += next ? 1 : 0;
    other.tell(new Frame.Got(own, received));
    return next ? Optional.of(numbered.frame()) : Optional.empty();
  }

  /** To be called now and then: says again what the other end does not seem to have. */
  synchronized void look(long nowNs) {
    if (!kept.isEmpty() && nowNs - saidNs > AGAIN_NS) {
      saidNs = nowNs;
      kept.forEach(other::tell);
      if (++times > TIMES_MAX) {
        kept.clear();
      }
    }
  }
}
