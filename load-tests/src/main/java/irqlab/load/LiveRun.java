package irqlab.load;

import irqlab.live.LiveMachine;
import irqlab.live.LiveOptions;
import irqlab.live.LiveResult;
import irqlab.protocol.LoadMessage;
import irqlab.runtime.Plan;
import irqlab.scenario.LoadLaw;
import irqlab.scenario.LoadSpec;
import irqlab.scenario.MoveSpec;
import irqlab.scenario.Scenario;
import irqlab.scenario.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a scenario on the wall clock, every component an actor of one process.
 *
 * <p>Stop rules are those of the scenario, looked at about every millisecond and counted from the
 * start, boot included. Races are real: no two runs are equal, there is no digest and there are no
 * ties; the books balance all the same.
 */
public final class LiveRun {
  /** How long every interrupt may take to get its fate after the last one was raised: 2 s. */
  private static final long SETTLE_NS = 2_000_000_000L;

  private final Scenario scenario;
  private final RunWatch watch;
  private final Plan plan;
  private final LiveBooks books;
  private final boolean[] moved;
  private boolean partial;

  private LiveRun(Scenario scenario, RunWatch watch) {
    this.scenario = scenario;
    this.watch = watch;
    plan = Machines.plan(scenario);
    books = new LiveBooks(plan);
    moved = new boolean[scenario.moves().size()];
  }

  /** Runs a scenario to its end, or until the watch interrupts it. */
  public static RunResult run(Scenario scenario, RunWatch watch) {
    return new LiveRun(scenario, watch).run();
  }

  private RunResult run() {
    LiveOptions options = LiveOptions.of(scenario.seed()).withRecorder(books);
    try (LiveMachine machine = LiveMachine.standalone(plan, options)) {
      machine.start();
      machine.await(now -> look(machine, now));
      LiveResult result =
          machine.finish(() -> machine.inject(Machines.LOAD, new LoadMessage.Stop()), SETTLE_NS);
      watch.progress(books.progress(result.wallNs(), true));
      return result(result);
    }
  }

  private boolean look(LiveMachine machine, irqlab.live.Progress now) {
    dueMoves(machine);
    watch.progress(books.progress(now.wallNs(), false));
    partial = watch.interrupted();
    return partial || stop(now.wallNs() * 1000);
  }

  private boolean stop(long nowPs) {
    boolean late = nowPs >= scenario.stop().afterPs().orElse(Long.MAX_VALUE);
    boolean enough = books.raised() >= scenario.stop().afterRaises().orElse(Long.MAX_VALUE);
    return late || enough || (scenario.stop().whenDrained() && loadsEnded(nowPs));
  }

  private boolean loadsEnded(long nowPs) {
    for (LoadSpec load : scenario.loads()) {
      if (load instanceof LoadSpec.Device && load.finite() && !ended(load, nowPs)) {
        return false;
      }
    }
    return true;
  }

  private boolean ended(LoadSpec load, long nowPs) {
    List<Target> targets = ((LoadSpec.Device) load).targets();
    long count = load.count();
    if (load.arrivals() instanceof LoadLaw.Times) {
      List<Long> timesPs = ((LoadLaw.Times) load.arrivals()).timesPs();
      count = timesPs.size();
    }
    for (Target target : targets) {
      if (books.raised(target) < count) {
        return false;
      }
    }
    return nowPs >= load.startPs();
  }

  private void dueMoves(LiveMachine machine) {
    List<MoveSpec> moves = scenario.moves();
    for (int i = 0; i < moves.size(); i++) {
      MoveSpec move = moves.get(i);
      if (!moved[i]
          && move.afterRaises().isPresent()
          && books.raised(move.target().orElseThrow()) >= move.afterRaises().getAsLong()) {
        moved[i] = true;
        machine.inject(Machines.LOAD, new LoadMessage.Move(i));
      }
    }
  }

  private RunResult result(LiveResult result) {
    Map<String, Snapshot> components = new LinkedHashMap<>();
    for (LiveResult.ComponentCount each : result.components()) {
      Snapshot snapshot = new Snapshot();
      each.shown().replay(snapshot);
      components.put(each.path(), snapshot);
    }
    return new RunResult(
        scenario,
        "wall",
        1,
        partial,
        components.get(Machines.LOAD).valueOrZero("started_ps"),
        result.wallNs() * 1000,
        result.wallNs(),
        result.messages() + result.alarms(),
        0,
        0,
        Machines.paths(scenario.topology()),
        result.ledger(),
        components);
  }
}
