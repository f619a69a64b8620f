package irqlab.live;

import akka.actor.ActorPath;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import irqlab.observe.Ledger;
import irqlab.runtime.Component;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The components of a plan that this process hosts, each one an Akka Typed actor, on the wall
 * clock.
 *
 * <p>Life: {@link #start}, {@link #await} a stop rule, {@link #finish}, {@link #close}. At the end
 * the machine is frozen: no component reacts any more, what is in a mailbox is counted as pending,
 * and when as much was processed as was sent, twice in a row, every part of the books is closed and
 * the parts are added. So the books balance at any moment one chooses to stop.
 *
 * <p>Errors: a component that throws stops the machine with {@link LiveFailure}. One thread at a
 * time may call, but {@link #deliver} and {@link #progress}, which any thread may.
 */
public final class LiveMachine implements WholeMachine, AutoCloseable {
  private static final DispatcherSelector DISPATCHER =
      DispatcherSelector.fromConfig("irqlab.dispatcher");
  private static final long LOOK_NS = 1_000_000;
  private static final long CONTROL_S = 30;

  private enum Stop {
    STOP
  }

  private final ActorSystem<?> system;
  private final boolean ownsSystem;
  private final Plan plan;
  private final Shared shared;
  private final LiveOptions options;
  private final List<Hosted<?>> hosted = new ArrayList<>();
  private final Hosted<?>[] byId;
  private final ActorRef<Stop> guardian;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final AtomicLong injected = new AtomicLong();

  /**
   * Makes the actors; nothing reacts before {@link #start}.
   *
   * @param system the host's; the machine puts one actor with its children into it
   * @param plan its components must not be in use by another runtime
   */
  public LiveMachine(ActorSystem<?> system, Plan plan, LiveOptions options) {
    this(system, false, plan, options);
  }

  private LiveMachine(ActorSystem<?> system, boolean ownsSystem, Plan plan, LiveOptions options) {
    this.system = system;
    this.ownsSystem = ownsSystem;
    this.plan = plan;
    byId = new Hosted<?>[plan.size()];
    // Several machines may live in one system, and nothing static counts them.
    String name = "irqlab-live-" + UUID.randomUUID();
    Executor dispatcher = system.dispatchers().lookup(DISPATCHER);
    shared = new Shared(plan.size(), new WakeTimer(name + "-timer"), dispatcher, options);
    this.options = options;
    guardian = system.systemActorOf(guardian(), name, Props.empty());
    get(ready, "actors");
  }

  /** Whether something that an actor system could not deliver is a message of a machine. */
  public static boolean carries(Object letter) {
    return letter instanceof Message
        || letter instanceof Control.Mail
        || letter instanceof Control.Traced;
  }

  /** Does something in an actor system as that of {@link #standalone}, and ends it. */
  public static <T> T inSystem(Function<ActorSystem<?>, T> work) {
    ActorSystem<Void> system = ownSystem();
    try {
      return work.apply(system);
    } finally {
      system.terminate();
      get(system.getWhenTerminated().toCompletableFuture(), "actor system");
    }
  }

  /** A machine in an actor system of its own, which opens no port and ends with the machine. */
  public static LiveMachine standalone(Plan plan, LiveOptions options) {
    return new LiveMachine(ownSystem(), true, plan, options);
  }

  private static ActorSystem<Void> ownSystem() {
    Config local =
        ConfigFactory.parseString(
            "akka.actor.provider=local, akka.coordinated-shutdown.run-by-jvm-shutdown-hook=off,"
                + "akka.coordinated-shutdown.exit-jvm=off, akka.log-dead-letters=off");
    return ActorSystem.create(
        Behaviors.empty(), "irqlab", local.withFallback(ConfigFactory.load()).resolve());
  }

  private Behavior<Stop> guardian() {
    return Behaviors.setup(
        context -> {
          for (int id = 0; id < plan.size(); id++) {
            if (plan.component(id) != null) {
              Hosted<?> actor = hosted(id, plan.component(id));
              hosted.add(actor);
              byId[id] = actor;
              shared.refs[id] = context.spawn(actor, plan.path(id).replace('/', '-'), DISPATCHER);
            }
          }
          shared.valve.watch(hosted, options.outbound());
          ready.complete(null);
          return Behaviors.receive(Stop.class)
              .onMessage(Stop.class, stop -> Behaviors.stopped())
              .onSignal(
                  PostStop.class,
                  signal -> {
                    stopped.complete(null);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private <M extends Message> Hosted<M> hosted(int id, Component<M> component) {
    String path = plan.path(id);
    boolean source = options.sources().test(path);
    return new Hosted<>(id, path, component, source, options.spins().test(path), shared);
  }

  @Override
  public void start() {
    clock(System.nanoTime());
    go();
  }

  /**
   * Sets the clock. When a part of the machine is elsewhere, every part has its clock before any
   * part goes: a message may come before the word to go.
   *
   * @param startNs the {@link System#nanoTime} of machine time 0, the same moment on all nodes
   */
  public void clock(long startNs) {
    shared.startNs = startNs;
  }

  /** Every component may start; the clock was set. */
  public void go() {
    tellAll(Control.START);
  }

  /** Waits until the rule says that the run is over. Looks about every millisecond. */
  @Override
  public void await(StopRule rule) {
    while (!rule.done(progress())) {
      check();
      LockSupport.parkNanos(LOOK_NS);
      if (Thread.interrupted()) {
        throw new IllegalStateException("interrupted while the machine runs");
      }
    }
    check();
  }

  /** Gives a message of the outside world, or of another process, to a component hosted here. */
  public void deliver(int receiver, Message message) {
    shared.refs[receiver].tell(new Control.Mail(message));
  }

  /** As {@link #deliver(int, Message)}, with the component and lane that it came from. */
  public void deliver(int receiver, int sender, int lane, Message message) {
    shared.refs[receiver].tell(new Control.Traced(sender, lane, message));
  }

  /** As {@link #deliver(int, Message)}, by path; counted as sent by this process. */
  @Override
  public void inject(String path, Message message) {
    int id = plan.find(path);
    if (id < 0) {
      throw new IllegalArgumentException("path=" + path + " is not in this machine");
    }
    injected.incrementAndGet();
    shared.post(id, message);
  }

  /** Where the part hosted here stands. */
  @Override
  public Progress progress() {
    long processed = 0;
    long closed = 0;
    long handled = 0;
    for (Hosted<?> each : hosted) {
      processed += each.meter().get(Meter.PROCESSED);
      closed += each.meter().get(Meter.CLOSED);
      handled += each.meter().get(Meter.HANDLED);
    }
    // What was sent is read after what was processed, so it is never the smaller one.
    long sent = injected.get();
    long raised = 0;
    for (Hosted<?> each : hosted) {
      sent += each.meter().get(Meter.SENT);
      raised += each.meter().get(Meter.RAISED);
    }
    return new Progress(
        System.nanoTime() - shared.startNs, sent, processed, raised, closed, handled);
  }

  /** Whether more messages are under way here than the components should have; any thread. */
  public boolean crowded() {
    return shared.valve.crowded();
  }

  /** What one component hosted here has raised so far; any thread may ask. */
  @Override
  public long raised(int id) {
    Hosted<?> actor = byId[id];
    return actor == null ? 0 : actor.meter().get(Meter.RAISED);
  }

  /** What a component hosted here shows of itself now, while the machine runs. */
  public Inspection inspect(String path) {
    int id = plan.find(path);
    if (id < 0 || byId[id] == null) {
      throw new IllegalArgumentException("path=" + path + " is not hosted here");
    }
    CompletableFuture<Inspection> shown = new CompletableFuture<>();
    show(id, shown::complete);
    return get(shown, path);
  }

  /** As {@link #inspect} and does not wait: the component's thread hands over what it shows. */
  public void show(int id, Consumer<Inspection> to) {
    if (id < 0 || id >= byId.length || byId[id] == null) {
      throw new IllegalArgumentException("id=" + id + " is not hosted here");
    }
    shared.refs[id].tell(new Control.Show(to));
  }

  /** Whether an actor of this path belongs to this machine. */
  public boolean owns(ActorPath path) {
    return path.toStringWithoutAddress().startsWith(guardian.path().toStringWithoutAddress());
  }

  /**
   * Has every component tell what its books hold now; they answer one after the other. Only for a
   * machine with {@link LiveOptions#noted}.
   */
  public void askNotes() {
    tellAll(Control.NOTE);
  }

  /** What the components have told of their books; {@link #collect} completes it. */
  public Notes notes() {
    return shared.notes;
  }

  /** The wired machine. */
  public Plan plan() {
    return plan;
  }

  /** Why what came to the components is not kept, when it should be; any thread may ask. */
  public Optional<String> logFault() {
    return shared.recording == null ? Optional.empty() : shared.recording.fault();
  }

  /** None: what is all here is lost as a whole. */
  @Override
  public Map<String, String> losses() {
    return Map.of();
  }

  /** Every component, when one log broke: no log goes on after that. */
  @Override
  public Unrecorded unrecorded() {
    Map<String, String> lacking = new HashMap<>();
    logFault().ifPresent(why -> paths().forEach(path -> lacking.put(path, why)));
    return new Unrecorded(lacking, false);
  }

  private List<String> paths() {
    return IntStream.range(0, plan.size()).mapToObj(plan::path).toList();
  }

  /** The failure of a component hosted here, if there was one. */
  public Optional<LiveFailure> failure() {
    return Optional.ofNullable(shared.failure.get());
  }

  /** Throws {@link #failure}, if there was one. */
  public void check() {
    failure()
        .ifPresent(
            broken -> {
              throw broken;
            });
  }

  /**
   * Ends the run of a machine that is all here.
   *
   * @param stopSources asks the sources of load to raise no more; may do nothing
   * @param settleNs how long to wait after that for every interrupt to get its fate; the rest is
   *     pending in the books
   */
  @Override
  public LiveResult finish(Runnable stopSources, long settleNs) {
    stopSources.run();
    long untilNs = System.nanoTime() + settleNs;
    // With nothing on its way the sources have heard, too: before, all that was raised may have its
    // fate for a moment while they go on.
    await(now -> (now.open() == 0 && now.inFlight() == 0) || System.nanoTime() >= untilNs);
    freeze();
    Progress before = progress();
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONTROL_S);
    while (true) {
      LockSupport.parkNanos(LOOK_NS);
      Progress now = progress();
      if (before.processed() == now.sent()) {
        break;
      }
      if (System.nanoTime() > limitNs) {
        throw new IllegalStateException(
            "inFlight=" + now.inFlight() + " after " + CONTROL_S + " s");
      }
      before = now;
    }
    check();
    return collect();
  }

  /** Returns when no component hosted here reacts any more; what still comes is counted. */
  public void freeze() {
    tellAll(Control.FREEZE);
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONTROL_S);
    for (Hosted<?> each : hosted) {
      while (each.meter().get(Meter.FROZEN) == 0) {
        if (System.nanoTime() > limitNs) {
          throw new IllegalStateException("a component reacts longer than " + CONTROL_S + " s");
        }
        LockSupport.parkNanos(LOOK_NS / 10);
      }
    }
  }

  /**
   * Closes the books of the components hosted here. Only when frozen and nothing is on its way,
   * here or between processes.
   */
  public LiveResult collect() {
    long wallNs = System.nanoTime() - shared.startNs;
    ConcurrentLinkedQueue<Control.Part> parts = new ConcurrentLinkedQueue<>();
    AtomicInteger left = new AtomicInteger(hosted.size());
    CompletableFuture<Void> all = new CompletableFuture<>();
    if (hosted.isEmpty()) {
      all.complete(null);
    }
    tellAll(
        new Control.Collect(
            part -> {
              parts.add(part);
              if (left.decrementAndGet() == 0) {
                all.complete(null);
              }
            }));
    while (!all.isDone()) {
      check();
      LockSupport.parkNanos(LOOK_NS);
    }
    List<Control.Part> sorted = new ArrayList<>(parts);
    sorted.sort(Comparator.comparingInt(Control.Part::id));
    Ledger books = new Ledger();
    List<LiveResult.ComponentCount> counts = new ArrayList<>();
    Lateness lateness = new Lateness();
    for (Control.Part part : sorted) {
      Meter meter = part.meter();
      books.add(meter.ledger);
      lateness.add(meter);
      counts.add(
          new LiveResult.ComponentCount(
              part.id(),
              part.path(),
              meter.get(Meter.PROCESSED),
              meter.get(Meter.SENT),
              meter.get(Meter.ALARMS),
              meter.lateNs().getMaxValue(),
              part.shown()));
    }
    return new LiveResult(books, wallNs, counts, lateness);
  }

  /** Stops the actors and the timer, and the actor system when it is the machine's own. */
  @Override
  public void close() {
    shared.timer.close();
    guardian.tell(Stop.STOP);
    if (ownsSystem) {
      system.terminate();
      get(system.getWhenTerminated().toCompletableFuture(), "actor system");
    } else {
      get(stopped, "actors");
    }
    if (shared.recording != null) {
      shared.recording.close();
    }
  }

  private void tellAll(Control control) {
    for (ActorRef<Object> ref : shared.refs) {
      if (ref != null) {
        ref.tell(control);
      }
    }
  }

  private static <T> T get(CompletableFuture<T> future, String what) {
    try {
      return future.get(CONTROL_S, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted, waiting for " + what, interrupted);
    } catch (ExecutionException | TimeoutException broken) {
      throw new IllegalStateException("waiting for " + what + ": " + broken, broken);
    }
  }
}
