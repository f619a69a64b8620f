package irqlab.live;

import akka.actor.typed.ActorRef;
import irqlab.observe.Ledger;
import irqlab.runtime.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** What the actors of one machine have in common. All but the failure is set before the start. */
final class Shared {
  /** Longer alarms (a hundred years) do not fit the clock. */
  static final long DELAY_MAX_NS = 3_000_000_000_000_000_000L;

  final long seed;
  final Ledger.Recorder recorder;

  /** Null for a machine that tells nothing of its books while it runs. */
  final Notes notes;

  /** Keeps arrivals, or null. */
  final Recording recording;

  /** Nanoseconds of wall time in a nanosecond of machine time. */
  final long slowDown;

  final Valve valve = new Valve();
  final WakeTimer timer;

  /** What runs the actors. */
  final Executor dispatcher;

  /** An alarm nearer than this is waited for by a {@link NearAlarm} and not by the timer. */
  final long pollNs;

  /** By component id; null where another process hosts it. */
  final ActorRef<Object>[] refs;

  final Outbound outbound;
  final AtomicReference<LiveFailure> failure = new AtomicReference<>();

  /** {@link System#nanoTime} of machine time 0. */
  volatile long startNs;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Shared(int size, WakeTimer timer, Executor dispatcher, LiveOptions options) {
    this.dispatcher = dispatcher;
    this.seed = options.seed();
    this.pollNs = options.pollNs();
    this.slowDown = options.slowDown();
    this.timer = timer;
    this.outbound = options.outbound();
    this.recorder = options.recorder();
    this.notes = options.noted() ? new Notes(size) : null;
    this.recording = options.arrivals().map(Recording::new).orElse(null);
    this.refs = new ActorRef[size];
  }

  /** The machine time in this much wall time. */
  long machinePs(long ns) {
    return ns * 1000 / slowDown;
  }

  /** The least wall time in which this much machine time has passed. */
  long wallNs(long ps) {
    if (ps >= DELAY_MAX_NS / slowDown) {
      return DELAY_MAX_NS;
    }
    long wallPs = ps * slowDown;
    return wallPs / 1000 + (wallPs % 1000 == 0 ? 0 : 1);
  }

  void post(int receiver, Message message) {
    ActorRef<Object> ref = refs[receiver];
    if (ref == null) {
      outbound.post(receiver, message);
    } else {
      ref.tell(new Control.Mail(message));
    }
  }

  void post(int receiver, int sender, int lane, Message message) {
    ActorRef<Object> ref = refs[receiver];
    if (ref == null) {
      outbound.post(receiver, sender, lane, message);
    } else {
      ref.tell(new Control.Traced(sender, lane, message));
    }
  }

  void fail(String path, Throwable cause) {
    failure.compareAndSet(null, new LiveFailure(path, cause));
  }
}
