package irqlab.live;

import akka.actor.typed.ActorRef;
import irqlab.observe.Ledger;
import irqlab.runtime.Message;
import java.util.concurrent.atomic.AtomicReference;

/** What the actors of one machine have in common. All but the failure is set before the start. */
final class Shared {
  /** Longer alarms (a hundred years) do not fit the clock. */
  static final long DELAY_MAX_NS = 3_000_000_000_000_000_000L;

  final long seed;
  final Ledger.Recorder recorder;
  final WakeTimer timer;

  /** An alarm nearer than this is waited for in the mailbox, see {@link Hosted}. */
  final long pollNs;

  /** By component id; null where another process hosts it. */
  final ActorRef<Object>[] refs;

  final Outbound outbound;
  final AtomicReference<LiveFailure> failure = new AtomicReference<>();

  /** {@link System#nanoTime} of machine time 0. */
  volatile long startNs;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Shared(
      int size,
      long seed,
      long pollNs,
      WakeTimer timer,
      Outbound outbound,
      Ledger.Recorder recorder) {
    this.seed = seed;
    this.pollNs = pollNs;
    this.timer = timer;
    this.outbound = outbound;
    this.recorder = recorder;
    this.refs = new ActorRef[size];
  }

  void post(int receiver, Message message) {
    ActorRef<Object> ref = refs[receiver];
    if (ref == null) {
      outbound.post(receiver, message);
    } else {
      ref.tell(message);
    }
  }

  void fail(String path, Throwable cause) {
    failure.compareAndSet(null, new LiveFailure(path, cause));
  }
}
