package irqlab.windowed;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import irqlab.observe.Ledger;
import irqlab.runtime.Board;
import irqlab.runtime.Checkpoint;
import irqlab.runtime.Codecs;
import irqlab.runtime.Inspector;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import irqlab.runtime.TiePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * A machine in virtual time over several groups, each one an actor on a thread of the pool. It does
 * what one {@link Board} does, event for event, and its digest is that board's.
 *
 * <p>Between two calls of {@link #advance} every group stands at the same simulated time and
 * nothing is on its way. Digests, stop rules and checkpoints are taken then, and so at times that
 * do not depend on the groups. One owner.
 */
public final class WindowedMachine implements AutoCloseable {
  /** Links shorter than this keep their ends in one group: 100 ns. */
  public static final long LOOKAHEAD_MIN_PS = 100_000;

  private static final String DISPATCHER = "irqlab.dispatcher";
  private static final long CONTROL_S = 30;

  private enum Stop {
    STOP
  }

  private final Plan plan;
  private final int[] groupOf;
  private final long lookaheadPs;
  private final List<Group> groups = new ArrayList<>();
  private final ActorRef<GroupActor.Command>[] actors;
  private final ActorSystem<?> system;
  private final boolean ownsSystem;
  private final ActorRef<Stop> guardian;
  private long nowPs;

  /**
   * A machine that has not started.
   *
   * <p>Errors: {@link IllegalArgumentException} names a link that is too short to be cut.
   *
   * @param system the host's; the machine puts one actor with its children into it
   * @param plan all of it is hosted here
   * @param groupOfPath the group of a component, 0 to n - 1; each must have one
   */
  public WindowedMachine(
      ActorSystem<?> system,
      Plan plan,
      Codecs codecs,
      long seed,
      TiePolicy policy,
      ToIntFunction<String> groupOfPath) {
    this(system, false, plan, codecs, seed, policy, groupOfPath);
  }

  /** As the constructor, in an actor system of its own, which opens no port. */
  public static WindowedMachine standalone(
      Plan plan, Codecs codecs, long seed, TiePolicy policy, ToIntFunction<String> groupOfPath) {
    groups(plan, groupOfPath);
    Config local =
        ConfigFactory.parseString(
            "akka.actor.provider=local, akka.coordinated-shutdown.run-by-jvm-shutdown-hook=off,"
                + "akka.coordinated-shutdown.exit-jvm=off, akka.log-dead-letters=off");
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(), "irqlab", local.withFallback(ConfigFactory.load()).resolve());
    return new WindowedMachine(system, true, plan, codecs, seed, policy, groupOfPath);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private WindowedMachine(
      ActorSystem<?> system,
      boolean ownsSystem,
      Plan plan,
      Codecs codecs,
      long seed,
      TiePolicy policy,
      ToIntFunction<String> groupOfPath) {
    this.system = system;
    this.ownsSystem = ownsSystem;
    this.plan = plan;
    groupOf = groups(plan, groupOfPath);
    lookaheadPs = plan.lookaheadPs(groupOf);
    int count = 1 + Arrays.stream(groupOf).max().orElse(0);
    actors = new ActorRef[count];
    for (int number = 0; number < count; number++) {
      int own = number;
      groups.add(
          new Group(
              number,
              count,
              groupOf,
              lookaheadPs,
              1,
              GroupActor.peers(number, actors),
              outbox -> new Board(plan, codecs, seed, policy, new Ledger(), groupOf, own, outbox)));
    }
    CompletableFuture<Void> ready = new CompletableFuture<>();
    guardian =
        system.systemActorOf(
            guardian(ready), "irqlab-windowed-" + UUID.randomUUID(), Props.empty());
    get(ready);
  }

  private Behavior<Stop> guardian(CompletableFuture<Void> ready) {
    return Behaviors.setup(
        context -> {
          for (int number = 0; number < actors.length; number++) {
            actors[number] =
                context.spawn(
                    GroupActor.of(groups.get(number)),
                    "group-" + number,
                    DispatcherSelector.fromConfig(DISPATCHER));
          }
          ready.complete(null);
          return Behaviors.receive(Stop.class)
              .onMessage(Stop.class, stop -> Behaviors.stopped())
              .build();
        });
  }

  /** The group of each component by id, checked. */
  private static int[] groups(Plan plan, ToIntFunction<String> groupOfPath) {
    int[] groupOf = new int[plan.size()];
    for (int id = 0; id < groupOf.length; id++) {
      groupOf[id] = groupOfPath.applyAsInt(plan.path(id));
    }
    int count = 1 + Arrays.stream(groupOf).max().orElse(0);
    for (int group = 0; group < count; group++) {
      int wanted = group;
      if (Arrays.stream(groupOf).noneMatch(each -> each == wanted)) {
        throw new IllegalArgumentException("group=" + group + " of " + count + " is empty");
      }
    }
    plan.shortestCut(groupOf)
        .filter(cut -> cut.latencyPs() < LOOKAHEAD_MIN_PS)
        .ifPresent(
            cut -> {
              throw new IllegalArgumentException(
                  "link="
                      + cut.from()
                      + " -> "
                      + cut.to()
                      + " latencyPs="
                      + cut.latencyPs()
                      + ": shorter than "
                      + LOOKAHEAD_MIN_PS
                      + ", so both ends must be in one group");
            });
    return groupOf;
  }

  /** Lets every component start. Once, before the first {@link #advance}; not after a load. */
  public void start() {
    groups.forEach(group -> group.board().start());
  }

  /** Executes every event before this time and moves the clock there. */
  public void advance(long toPs) {
    Leg leg = new Leg(toPs, actors.length);
    for (ActorRef<GroupActor.Command> actor : actors) {
      actor.tell(new GroupActor.Advance(leg));
    }
    try {
      leg.done().get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the machine runs", interrupted);
    } catch (ExecutionException broken) {
      if (broken.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(broken.getCause());
    }
    nowPs = Math.max(nowPs, toPs);
  }

  /**
   * Advances step by step until a rule holds, which is asked at fixed simulated times only.
   *
   * @param everyPs the rule is asked at multiples of this
   * @return the time reached
   */
  public long run(long limitPs, long everyPs, BooleanSupplier done) {
    while (nowPs < limitPs && !done.getAsBoolean()) {
      advance(Math.min(limitPs, (nowPs / everyPs + 1) * everyPs));
    }
    return nowPs;
  }

  /** Machine time in picoseconds. */
  public long nowPs() {
    return nowPs;
  }

  /** How many groups there are. */
  public int groups() {
    return groups.size();
  }

  /** The shortest latency of a link between groups, or Long.MAX_VALUE. */
  public long lookaheadPs() {
    return lookaheadPs;
  }

  /** Windows so far. */
  public long windows() {
    return groups.get(0).windows();
  }

  /** The digest of the whole machine. */
  public long digest() {
    return sum(Board::digest);
  }

  /** The chained hash of one component. */
  public long digest(String path) {
    return board(path).digest(path);
  }

  /** Events executed. */
  public long events() {
    return sum(Board::events);
  }

  /** Ties met. */
  public long ties() {
    return sum(Board::ties);
  }

  /** Adds up something over the books of all groups, such as raises so far. */
  public long books(ToLongFunction<Ledger> part) {
    return sum(board -> part.applyAsLong(board.ledger()));
  }

  /** Shows one component. */
  public void inspect(String path, Inspector out) {
    board(path).inspect(path, out);
  }

  /** Puts a message of the outside world on the machine, as {@link Board#inject}. */
  public <M extends Message> void inject(String path, M message) {
    board(path).inject(path, message);
  }

  /** The state of the whole machine. */
  public Checkpoint save() {
    Checkpoint whole = groups.get(0).board().save();
    for (Group group : groups.subList(1, groups.size())) {
      whole = whole.merged(group.board().save());
    }
    return whole;
  }

  /** Takes over a state, whoever made it. */
  public void load(Checkpoint checkpoint) {
    groups.forEach(group -> group.board().load(checkpoint));
    nowPs = checkpoint.timePs();
  }

  /** Closes and adds the books of all groups; once, at the end. */
  public Ledger closeBooks() {
    Ledger whole = new Ledger();
    for (Group group : groups) {
      group.board().closeBooks();
      whole.add(group.board().ledger());
    }
    return whole;
  }

  /** The wired machine. */
  public Plan plan() {
    return plan;
  }

  /** Stops the actors, and the actor system when it is the machine's own. */
  @Override
  public void close() {
    guardian.tell(Stop.STOP);
    if (ownsSystem) {
      system.terminate();
      get(system.getWhenTerminated().toCompletableFuture());
    }
  }

  private Board board(String path) {
    int id = plan.find(path);
    if (id < 0) {
      throw new IllegalArgumentException("path=" + path + " is not in this machine");
    }
    return groups.get(groupOf[id]).board();
  }

  private long sum(ToLongFunction<Board> of) {
    return groups.stream().mapToLong(group -> of.applyAsLong(group.board())).sum();
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(CONTROL_S, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    } catch (ExecutionException | TimeoutException broken) {
      throw new IllegalStateException(broken.toString(), broken);
    }
  }
}
