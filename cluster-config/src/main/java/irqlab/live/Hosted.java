package irqlab.live;

import akka.actor.typed.Behavior;
import akka.actor.typed.ExtensibleBehavior;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Message;
import java.util.Arrays;

/**
 * The one actor there is: it hosts any component.
 *
 * <p>Alarms are in a heap of the actor's own. The machine's timer wakes the actor for one that is
 * far away, a {@link NearAlarm} for one that is nearer than the timer is exact, such as the end of
 * a handler of 2 us: other actors get their turn meanwhile, and no thread is blocked. An alarm is
 * late, never early.
 */
final class Hosted<M extends Message> extends ExtensibleBehavior<Object> {
  /** Alarms delivered for one tick before the mailbox gets its turn. */
  private static final int BATCH = 16;

  /** One in so many things received, the actor sees whether a thread of its pool is to wake. */
  private static final int LOOK = 16;

  private final int id;
  private final String path;
  private final Component<M> component;
  private final Shared shared;
  private final boolean source;
  private final boolean spins;
  private final LiveIo<M> io;

  /** Null in a machine that keeps no arrivals. */
  private final ArrivalLog log;

  private final NearAlarm near;
  private boolean started;
  private boolean frozen;

  /** A tick is on its way that no timer sends. */
  private boolean ticking;

  private int received;
  private long wakeNs = Long.MAX_VALUE;
  private long[] parked = new long[16];
  private int parkedCount;

  /**
   * An actor that has not started.
   *
   * @param source its alarms wait while the valve is closed
   * @param spins a near alarm of it is waited for by a busy thread
   */
  Hosted(
      int id, String path, Component<M> component, boolean source, boolean spins, Shared shared) {
    this.id = id;
    this.path = path;
    this.component = component;
    this.source = source;
    this.spins = spins;
    this.shared = shared;
    this.io = new LiveIo<>(shared, id, path, shared.recording != null);
    this.near = new NearAlarm(shared.dispatcher, () -> shared.refs[id].tell(Control.FROM_SELF));
    this.log = shared.recording == null ? null : shared.recording.open(id, path, shared.seed);
  }

  int id() {
    return id;
  }

  Meter meter() {
    return io.meter;
  }

  @Override
  public Behavior<Object> receive(TypedActorContext<Object> context, Object told) {
    if (++received % LOOK == 0) {
      PoolTask.wakeSleeper();
    }
    try {
      if (told instanceof Control.Mail mail) {
        message(ArrivalLog.OUTSIDE, 0, mail.message);
      } else {
        control((Control) told);
      }
    } catch (RuntimeException | StackOverflowError | AssertionError broken) {
      frozen = true;
      shared.fail(path, broken);
    }
    return this;
  }

  @Override
  public Behavior<Object> receiveSignal(TypedActorContext<Object> context, Signal signal) {
    return this;
  }

  // Wiring is typed, so a message can only be of the component's protocol.
  @SuppressWarnings("unchecked")
  private void message(int from, int lane, Message message) {
    if (frozen) {
      park(message);
      if (log != null) {
        log.message(ArrivalLog.PARKED, 0, from, lane, message);
      }
    } else {
      start();
      io.begin();
      if (log != null) {
        log.message(ArrivalLog.MESSAGE, io.nowPs(), from, lane, message);
      }
      component.on((M) message, io);
      arm();
    }
    io.meter.add(Meter.PROCESSED);
  }

  private void control(Control control) {
    if (control instanceof Control.Tick tick) {
      tick(tick);
    } else if (control instanceof Control.Traced traced) {
      message(traced.from, traced.lane, traced.message);
    } else if (control instanceof Control.Start) {
      start();
      arm();
    } else if (control instanceof Control.Freeze) {
      frozen = true;
      near.giveUp();
      io.meter.add(Meter.FROZEN);
    } else if (control instanceof Control.Note) {
      note();
    } else if (control instanceof Control.Collect collect) {
      Control.Part part = close();
      if (shared.notes != null) {
        note();
      }
      collect.to.accept(part);
    } else if (control instanceof Control.Show show) {
      show.to.accept(inspect());
    }
  }

  private void note() {
    shared.notes.take(id, io.meter.ledger.counts(), io.meter.takeTrail());
  }

  // A message may come before the word to start, from a component that had it already.
  private void start() {
    if (!started) {
      started = true;
      io.begin();
      if (log != null) {
        log.start(io.nowPs());
      }
      component.start(io);
    }
  }

  @SuppressWarnings("unchecked")
  private void tick(Control.Tick tick) {
    if (tick.fromTimer) {
      wakeNs = Long.MAX_VALUE;
    } else {
      ticking = false;
    }
    if (frozen) {
      return;
    }
    long nowNs = System.nanoTime();
    if (source && shared.valve.closed(nowNs)) {
      if (wakeNs > nowNs + Valve.LOOK_NS) {
        wakeAt(nowNs + Valve.LOOK_NS);
      }
      return;
    }
    if (spins) {
      nowNs = spin(nowNs);
    }
    io.begin(nowNs);
    for (int left = BATCH; left > 0 && io.alarms.nextNs() <= nowNs; left--) {
      AlarmHeap.Entry due = io.alarms.poll();
      if (due.port != null) {
        io.release(due);
      } else {
        io.meter.add(Meter.ALARMS);
        io.meter.late(nowNs - due.dueNs);
        if (log != null) {
          log.alarm(io.nowPs(), due.id);
        }
        component.on((M) due.message, io);
      }
      if (io.alarms.nextNs() <= nowNs) {
        nowNs = System.nanoTime();
        io.begin(nowNs);
      }
    }
    arm();
  }

  private void arm() {
    long nextNs = io.alarms.nextNs();
    if (ticking) {
      near.notAfter(nextNs);
      return;
    }
    // The timer is asked for as much earlier as it is late.
    if (nextNs == Long.MAX_VALUE || nextNs - shared.pollNs >= wakeNs) {
      return;
    }
    if (nextNs - io.nowNs() < shared.pollNs) {
      ticking = true;
      if (spins) {
        shared.refs[id].tell(Control.FROM_SELF);
      } else {
        near.start(nextNs);
      }
    } else {
      wakeAt(nextNs - shared.pollNs);
    }
  }

  private void wakeAt(long atNs) {
    wakeNs = atNs;
    shared.timer.at(atNs, () -> shared.refs[id].tell(Control.FROM_TIMER));
  }

  // What a core computes meanwhile: nothing, as a busy one.
  private long spin(long fromNs) {
    long untilNs = io.alarms.nextNs();
    long nowNs = fromNs;
    if (untilNs - fromNs < shared.pollNs) {
      while (nowNs < untilNs) {
        Thread.onSpinWait();
        nowNs = System.nanoTime();
      }
    }
    return nowNs;
  }

  private void park(Message message) {
    long interrupt = message.interruptId();
    if (interrupt != 0) {
      if (parkedCount == parked.length) {
        parked = Arrays.copyOf(parked, parkedCount * 2);
      }
      parked[parkedCount++] = interrupt;
    }
  }

  private Control.Part close() {
    for (int i = 0; i < parkedCount; i++) {
      io.meter.pending(parked[i]);
    }
    io.alarms.forEach(
        entry -> {
          if (entry.message.interruptId() != 0) {
            io.meter.pending(entry.message.interruptId());
          }
        });
    Inspection shown = inspect();
    shown.replay(
        new Inspector() {
          @Override
          public void value(String name, long value) {}

          @Override
          public void pending(long interrupt, String where) {
            io.meter.pending(interrupt);
          }
        });
    if (log != null) {
      io.held(log);
      io.begin();
      log.end(io.nowPs(), Replay.state(component));
    }
    return new Control.Part(id, path, io.meter, shown);
  }

  private Inspection inspect() {
    Inspection shown = new Inspection();
    component.inspect(shown);
    return shown;
  }
}
