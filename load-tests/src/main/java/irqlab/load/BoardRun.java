package irqlab.load;

import irqlab.observe.Ledger;
import irqlab.observe.LedgerRow;
import irqlab.protocol.LoadMessage;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Board;
import irqlab.runtime.Plan;
import irqlab.scenario.LoadLaw;
import irqlab.scenario.LoadSpec;
import irqlab.scenario.MoveSpec;
import irqlab.scenario.Scenario;
import irqlab.scenario.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a scenario in virtual time on one thread.
 *
 * <p>Stop rules, moves that wait for a number of raises, and progress are looked at every {@link
 * Scenario#checkEveryPs}, at the same simulated times on every runtime. When a stop rule holds the
 * devices stop raising and the machine runs on until nothing is in flight.
 */
public final class BoardRun {
  /** Machine time that the end of a run may take until nothing is in flight: one second. */
  private static final long DRAIN_MAX_PS = 1_000_000_000_000L;

  /** How finely the end of boot is looked for where the moment after it matters: 1 us. */
  private static final long BOOT_STEP_PS = 1_000_000;

  private final Scenario scenario;
  private final RunWatch watch;
  private final Plan plan;
  private final Board board;
  private final Ledger ledger = new Ledger().withOrder();
  private final boolean[] moved;
  private final long startNs;
  private long bootPs = -1;
  private boolean partial;

  private BoardRun(Scenario scenario, RunWatch watch) {
    this.scenario = scenario;
    this.watch = watch;
    plan = Machines.plan(scenario);
    board = new Board(plan, ProtocolCodecs.all(), scenario.seed(), scenario.ties(), ledger);
    moved = new boolean[scenario.moves().size()];
    startNs = RunClock.nowNs();
  }

  /** Runs a scenario to its end, or until the watch interrupts it. */
  public static RunResult run(Scenario scenario, RunWatch watch) {
    return new BoardRun(scenario, watch).run();
  }

  /**
   * Runs a scenario to a moment and leaves the machine as it is then, interrupts on their way and
   * all. Stop rules are not looked at.
   *
   * @param atPs machine time from the end of boot, at least 0
   */
  public static RunResult runTo(Scenario scenario, RunWatch watch, long atPs) {
    return new BoardRun(scenario, watch).runTo(atPs);
  }

  private RunResult runTo(long atPs) {
    board.start();
    long checkPs = scenario.checkEveryPs();
    long timePs = 0;
    while ((bootPs < 0 || timePs < bootPs + atPs) && board.nextPs() != Long.MAX_VALUE) {
      long nextCheckPs = (timePs / checkPs + 1) * checkPs;
      timePs = Math.min(nextCheckPs, bootPs < 0 ? timePs + BOOT_STEP_PS : bootPs + atPs);
      board.runBefore(timePs);
      bootPs = bootPs < 0 ? startedPs() : bootPs;
      if (timePs == nextCheckPs && bootPs >= 0) {
        dueMoves();
        watch.progress(progress(false));
      }
      if (watch.interrupted()) {
        partial = true;
        break;
      }
    }
    return result();
  }

  private RunResult run() {
    board.start();
    long timePs = 0;
    while (!stop()) {
      timePs += scenario.checkEveryPs();
      board.runBefore(timePs);
      if (bootPs < 0) {
        bootPs = startedPs();
      }
      dueMoves();
      watch.progress(progress(false));
      if (watch.interrupted()) {
        partial = true;
        break;
      }
    }
    board.inject(Machines.LOAD, new LoadMessage.Stop());
    drain();
    watch.progress(progress(true));
    return result();
  }

  private boolean stop() {
    if (bootPs < 0) {
      return board.nextPs() == Long.MAX_VALUE;
    }
    long sincePs = board.nowPs() - bootPs;
    if (scenario.stop().afterPs().isPresent() && sincePs >= scenario.stop().afterPs().getAsLong()) {
      return true;
    }
    if (scenario.stop().afterRaises().isPresent()
        && deviceRaises() >= scenario.stop().afterRaises().getAsLong()) {
      return true;
    }
    return scenario.stop().whenDrained() && loadsEnded(sincePs);
  }

  // Each load with an end has raised all it had to.
  private boolean loadsEnded(long sincePs) {
    for (LoadSpec load : scenario.loads()) {
      if (load instanceof LoadSpec.Device && load.finite() && !ended(load, sincePs)) {
        return false;
      }
    }
    return true;
  }

  private boolean ended(LoadSpec load, long sincePs) {
    if (load.arrivals() instanceof LoadLaw.Times) {
      List<Long> timesPs = ((LoadLaw.Times) load.arrivals()).timesPs();
      return sincePs > load.startPs() + timesPs.get(timesPs.size() - 1);
    }
    for (Target target : ((LoadSpec.Device) load).targets()) {
      if (raises(target) < load.count()) {
        return false;
      }
    }
    return true;
  }

  private long raises(Target target) {
    LedgerRow row = ledger.find(component(target), target.entry());
    return row == null ? 0 : row.raised();
  }

  private int component(Target target) {
    int endpoint = plan.find("pcie/" + target.source());
    return endpoint >= 0 ? endpoint : plan.find("legacy/" + target.source());
  }

  private long deviceRaises() {
    long sum = 0;
    for (LedgerRow row : ledger.rows()) {
      sum += RunBooks.ofDevice(plan.path(row.component())) ? row.raised() : 0;
    }
    return sum;
  }

  private void dueMoves() {
    List<MoveSpec> moves = scenario.moves();
    for (int i = 0; i < moves.size(); i++) {
      if (!moved[i]
          && moves.get(i).afterRaises().isPresent()
          && raises(moves.get(i).target().orElseThrow())
              >= moves.get(i).afterRaises().getAsLong()) {
        moved[i] = true;
        board.inject(Machines.LOAD, new LoadMessage.Move(i));
      }
    }
  }

  // Nothing is in flight when only alarms wait and no core is inside a handler.
  private void drain() {
    long limitPs = board.nowPs() + DRAIN_MAX_PS;
    long stepPs = Math.min(scenario.checkEveryPs(), 1_000_000_000L);
    do {
      board.runBefore(board.nowPs() + stepPs);
    } while (board.nowPs() < limitPs && busy());
  }

  private boolean busy() {
    if (board.lastInFlightPs() >= 0) {
      return true;
    }
    for (int cpu = 0; cpu < scenario.topology().cpus(); cpu++) {
      Snapshot core = new Snapshot();
      board.inspect("cpu/" + cpu + "/core", core);
      if (!core.text("mode").equals("HALTED")) {
        return true;
      }
    }
    return false;
  }

  private long startedPs() {
    Snapshot load = new Snapshot();
    board.inspect(Machines.LOAD, load);
    return load.valueOrZero("started_ps");
  }

  private Progress progress(boolean done) {
    RunBooks books = RunBooks.of(ledger, plan);
    return new Progress(
        board.nowPs(),
        RunClock.nowNs() - startNs,
        books.raised(),
        books.handled(),
        books.collapsed(),
        done);
  }

  private RunResult result() {
    board.closeBooks();
    Map<String, Snapshot> components = new LinkedHashMap<>();
    for (int id = 0; id < plan.size(); id++) {
      Snapshot snapshot = new Snapshot();
      board.inspect(plan.path(id), snapshot);
      components.put(plan.path(id), snapshot);
    }
    return new RunResult(
        scenario,
        "virtual",
        1,
        partial,
        bootPs,
        board.nowPs(),
        RunClock.nowNs() - startNs,
        board.events(),
        board.ties(),
        board.digest(),
        Machines.paths(scenario.topology()),
        ledger,
        components,
        Optional.empty());
  }
}
