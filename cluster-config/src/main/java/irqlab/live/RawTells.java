package irqlab.live;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.ExtensibleBehavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import irqlab.runtime.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The flow of messages of a recorded machine between bare actors, to measure a live machine
 * against: as many actors on the same dispatcher, and the nth message to an actor makes it tell the
 * same ones that the component's nth reaction did. An alarm is a message to oneself. Nothing else
 * is done: no component, no books, no clock.
 *
 * <p>It ends whatever the order, with as many messages: what an actor tells depends on how many it
 * got, and on nothing else.
 */
public final class RawTells {
  private static final Object TOKEN = new Object();
  private static final long LIMIT_S = 120;

  /** What one actor does. */
  private static final class Part {
    // Receivers of all reactions one after the other, and where each reaction's end.
    private int[] sends = new int[64];
    private int[] ends = new int[64];
    private int sendCount;
    private int reactions;
    private int atStart;
    private long receives;

    private void send(int receiver) {
      if (sendCount == sends.length) {
        sends = Arrays.copyOf(sends, sendCount * 2);
      }
      sends[sendCount++] = receiver;
    }

    private void close() {
      if (reactions == ends.length) {
        ends = Arrays.copyOf(ends, reactions * 2);
      }
      ends[reactions++] = sendCount;
    }
  }

  private final Part[] parts;
  private final int[] outside;
  private long tells;

  private RawTells(int size) {
    parts = new Part[size];
    outside = new int[size];
    for (int id = 0; id < size; id++) {
      parts[id] = new Part();
    }
  }

  /**
   * Takes the flow of a recorded run.
   *
   * <p>Errors: {@link IllegalStateException} when the replay differs.
   *
   * @param plan the machine that ran, built anew, twice
   * @throws IOException when the recording is not whole
   */
  public static RawTells of(Plan plan, Plan again, long seed, Path folder) throws IOException {
    RawTells raw = new RawTells(plan.size());
    // First which alarms expired: only those are messages.
    Map<Long, Boolean> expired = new HashMap<>();
    Recording first = new Recording(raw, expired, false);
    replay(plan, seed, folder, first);
    Recording second = new Recording(raw, expired, true);
    replay(again, seed, folder, second);
    second.close();
    for (int id = 0; id < raw.parts.length; id++) {
      raw.parts[id].receives += raw.outside[id];
      raw.tells += raw.outside[id];
      for (int i = 0; i < raw.parts[id].sendCount; i++) {
        raw.parts[raw.parts[id].sends[i]].receives++;
        raw.tells++;
      }
    }
    return raw;
  }

  private static void replay(Plan plan, long seed, Path folder, Recording to) throws IOException {
    Replay.Result result = Replay.run(plan, seed, folder, to);
    if (!result.lacks().nothing()) {
      throw new IOException(String.join("; ", result.lacks().sentences()));
    }
    result
        .difference()
        .ifPresent(
            difference -> {
              throw new IllegalStateException("replay diverged: " + difference);
            });
  }

  private static final class Recording implements Replay.Observer {
    private final RawTells raw;
    private final Map<Long, Boolean> expired;
    private final boolean writing;
    private int id = -1;

    private Recording(RawTells raw, Map<Long, Boolean> expired, boolean writing) {
      this.raw = raw;
      this.expired = expired;
      this.writing = writing;
    }

    @Override
    public void reacts(int next, int kind, long number) {
      close();
      id = next;
      if (kind == ArrivalLog.ALARM) {
        expired.put(key(number), true);
      } else if (writing && kind == ArrivalLog.START) {
        raw.parts[id].atStart = 1;
      }
    }

    private void close() {
      if (writing && id >= 0) {
        raw.parts[id].close();
      }
    }

    private long key(long number) {
      return (long) id << 40 | number;
    }

    @Override
    public void sends(int receiver) {
      if (writing) {
        raw.parts[id].send(receiver);
      }
    }

    @Override
    public void asks(long number) {
      if (writing && expired.containsKey(key(number))) {
        raw.parts[id].send(id);
      }
    }

    @Override
    public void outside(int receiver) {
      if (writing) {
        raw.outside[receiver]++;
      }
    }
  }

  /** How many messages one run tells. */
  public long tells() {
    return tells;
  }

  /** Runs once in somebody's actor system; returns the nanoseconds from the first to the last. */
  public long run(ActorSystem<?> system) {
    Run run = new Run();
    ActorRef<Object> guardian =
        system.systemActorOf(run.guardian(), "irqlab-raw-" + UUID.randomUUID(), Props.empty());
    wait(run.ready, "actors");
    long startNs = System.nanoTime();
    for (int id = 0; id < parts.length; id++) {
      run.actors[id].start();
    }
    wait(run.done, "messages");
    long tookNs = System.nanoTime() - startNs;
    guardian.tell(TOKEN);
    wait(run.stopped, "end");
    return tookNs;
  }

  private static void wait(CountDownLatch latch, String what) {
    try {
      if (!latch.await(LIMIT_S, TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited " + LIMIT_S + " s for " + what);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted, waiting for " + what, interrupted);
    }
  }

  private final class Run {
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch done;
    private final Bare[] actors = new Bare[parts.length];

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final ActorRef<Object>[] refs = new ActorRef[parts.length];

    private Run() {
      done = new CountDownLatch((int) Arrays.stream(parts).filter(p -> p.receives != 0).count());
    }

    private Behavior<Object> guardian() {
      return Behaviors.setup(
          context -> {
            DispatcherSelector same = DispatcherSelector.fromConfig("irqlab.dispatcher");
            for (int id = 0; id < parts.length; id++) {
              actors[id] = new Bare(this, id);
              refs[id] = context.spawn(actors[id], "raw-" + id, same);
            }
            ready.countDown();
            return Behaviors.receive(Object.class)
                .onMessage(Object.class, any -> Behaviors.stopped())
                .onSignal(
                    PostStop.class,
                    signal -> {
                      stopped.countDown();
                      return Behaviors.same();
                    })
                .build();
          });
    }
  }

  private final class Bare extends ExtensibleBehavior<Object> {
    private final Run run;
    private final int id;
    private final Part part;
    private int reaction;
    private long left;

    private Bare(Run run, int id) {
      this.run = run;
      this.id = id;
      this.part = parts[id];
      this.left = part.receives;
      this.reaction = part.atStart;
    }

    // The reaction to the start needs no message; nothing has come when it runs.
    private void start() {
      if (part.atStart != 0) {
        tell(0);
      }
      for (int i = 0; i < outside[id]; i++) {
        run.refs[id].tell(TOKEN);
      }
    }

    private void tell(int number) {
      for (int at = number == 0 ? 0 : part.ends[number - 1]; at < part.ends[number]; at++) {
        run.refs[part.sends[at]].tell(TOKEN);
      }
    }

    @Override
    public Behavior<Object> receive(TypedActorContext<Object> context, Object message) {
      if (reaction < part.reactions) {
        tell(reaction++);
      }
      if (--left == 0) {
        run.done.countDown();
      }
      return this;
    }

    @Override
    public Behavior<Object> receiveSignal(TypedActorContext<Object> context, Signal signal) {
      return this;
    }
  }
}
