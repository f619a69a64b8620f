package irqlab.load;

import irqlab.cluster.ClusterException;
import irqlab.cluster.ClusterSettings;
import irqlab.cluster.Coordinator;
import irqlab.live.LiveMachine;
import irqlab.live.LiveOptions;
import irqlab.live.LiveResult;
import irqlab.live.Unrecorded;
import irqlab.live.WholeMachine;
import irqlab.protocol.LoadMessage;
import irqlab.scenario.LoadLaw;
import irqlab.scenario.LoadSpec;
import irqlab.scenario.MoveSpec;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioWriter;
import irqlab.scenario.Target;
import irqlab.topology.Placement;
import irqlab.topology.RolePlacement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a scenario on the wall clock, every component an actor, in one process or over several on
 * this host.
 *
 * <p>Stop rules are those of the scenario, looked at about every millisecond and counted from the
 * start, boot included. A load has ended when its device has raised as often as all its loads with
 * an end say, and a move that waits for raises waits for those of the whole device: a live machine
 * counts by device. Races are real: no two runs are equal, there is no digest and there are no
 * ties; the books balance all the same.
 */
public final class LiveRun {
  /** How long every interrupt may take to get its fate after the last one was raised: 2 s. */
  private static final long SETTLE_NS = 2_000_000_000L;

  private final Scenario scenario;
  private final RunWatch watch;
  private final int nodes;
  private final Map<String, Integer> components = new HashMap<>();
  private final boolean[] moved;
  private boolean partial;

  private LiveRun(Scenario scenario, int nodes, RunWatch watch) {
    this.scenario = scenario;
    this.watch = watch;
    this.nodes = nodes;
    moved = new boolean[scenario.moves().size()];
    List<String> paths = Machines.paths(scenario.topology());
    for (int id = 0; id < paths.size(); id++) {
      components.put(paths.get(id), id);
    }
  }

  /** Runs a scenario in this process to its end, or until the watch interrupts it. */
  public static RunResult run(Scenario scenario, RunWatch watch) {
    return run(scenario, Optional.empty(), watch);
  }

  /**
   * As {@link #run(Scenario, RunWatch)}.
   *
   * @param arrivals folder for what came to each component, see {@link irqlab.live.Replay}
   */
  public static RunResult run(Scenario scenario, Optional<Path> arrivals, RunWatch watch) {
    LiveOptions plain = Machines.liveOptions(scenario);
    LiveOptions options = arrivals.map(plain::withArrivals).orElse(plain);
    RunResult result;
    try (LiveMachine machine = LiveMachine.standalone(Machines.plan(scenario), options)) {
      result = new LiveRun(scenario, 1, watch).run(machine);
    }
    if (arrivals.isPresent()) {
      try {
        result.unrecorded().write(arrivals.get());
      } catch (IOException broken) {
        // The result says it, whether the folder does or not.
      }
    }
    return result;
  }

  /**
   * Runs a scenario over several processes, which are started and ended here.
   *
   * @param nodes at least 2, this process among them
   * @param jvmOptions of the other processes
   * @param arrivals folder for what came to each component
   * @param news told who joins and who is lost, a line each
   * @throws ClusterException when they do not come together; a node that is lost later ends the
   *     run, whose result says so
   */
  public static RunResult run(
      Scenario scenario,
      int nodes,
      List<String> jvmOptions,
      Optional<Path> arrivals,
      RunWatch watch,
      Consumer<String> news) {
    try (Coordinator coordinator = Coordinator.open(news)) {
      coordinator.unless(watch::interrupted);
      coordinator.launch(nodes - 1, jvmOptions);
      coordinator.host(ScenarioBuilder.NAME, ScenarioWriter.write(scenario), arrivals);
      return new LiveRun(scenario, nodes, watch).run(coordinator);
    }
  }

  /**
   * Runs a scenario on nodes that are there already, and leaves them there.
   *
   * @param settings of this process, which hosts nothing
   * @param address host and port of one of them
   * @param expected how many to wait for; those that are there take part
   * @param arrivals folder for what came to each component
   * @throws ClusterException when they are not there, or do not fit
   */
  public static RunResult runOn(
      Scenario scenario,
      ClusterSettings settings,
      String address,
      int expected,
      Optional<Path> arrivals,
      RunWatch watch,
      Consumer<String> news) {
    try (Coordinator coordinator = Coordinator.join(settings, address, news)) {
      coordinator.unless(watch::interrupted);
      coordinator.await(expected);
      List<String> names = coordinator.nodes();
      Placement placement = scenario.topology().placement();
      boolean own = placement.nodes() == names.size() && !placement.cpuNodes().isEmpty();
      Scenario placed = own ? scenario : placed(scenario, coordinator);
      coordinator.host(ScenarioBuilder.NAME, ScenarioWriter.write(placed), arrivals);
      return new LiveRun(placed, names.size(), watch).run(coordinator);
    }
  }

  private static Scenario placed(Scenario scenario, Coordinator coordinator) {
    List<List<String>> roles = coordinator.nodes().stream().map(coordinator::roles).toList();
    Placement placement =
        RolePlacement.of(roles, scenario.topology().cpus())
            .orElseThrow(
                () ->
                    new ClusterException(
                        "E33 role missing   a machine needs nodes for cpu, ioapic and pcie; there"
                            + " are "
                            + roles));
    return scenario.withTopology(scenario.topology().withPlacement(placement));
  }

  private RunResult run(WholeMachine machine) {
    machine.start();
    machine.await(now -> look(machine, now));
    LiveResult result =
        machine.finish(() -> machine.inject(Machines.LOAD, new LoadMessage.Stop()), SETTLE_NS);
    return result(result, machine.losses(), machine.unrecorded());
  }

  private boolean look(WholeMachine machine, irqlab.live.Progress now) {
    dueMoves(machine);
    long devices = 0;
    for (Map.Entry<String, Integer> each : components.entrySet()) {
      devices += RunBooks.ofDevice(each.getKey()) ? machine.raised(each.getValue()) : 0;
    }
    // Fates are counted by node and not by device, so this is the devices' share of them.
    long collapsed =
        now.raised() == 0 ? 0 : (now.closed() - now.handled()) * devices / now.raised();
    watch.progress(
        new Progress(
            machinePs(now.wallNs()), now.wallNs(), devices, now.handled(), collapsed, false));
    partial = watch.interrupted();
    return partial || stop(machine, devices, machinePs(now.wallNs()));
  }

  private long machinePs(long wallNs) {
    return wallNs * 1000 / scenario.wall().slowDown();
  }

  private boolean stop(WholeMachine machine, long devices, long nowPs) {
    boolean late = nowPs >= scenario.stop().afterPs().orElse(Long.MAX_VALUE);
    boolean enough = devices >= scenario.stop().afterRaises().orElse(Long.MAX_VALUE);
    return late || enough || (scenario.stop().whenDrained() && loadsEnded(machine, nowPs));
  }

  private boolean loadsEnded(WholeMachine machine, long nowPs) {
    Map<Integer, Long> due = new HashMap<>();
    for (LoadSpec load : scenario.loads()) {
      if (load instanceof LoadSpec.Device && load.finite()) {
        if (nowPs < load.startPs()) {
          return false;
        }
        for (Target target : ((LoadSpec.Device) load).targets()) {
          due.merge(component(target), count(load), Long::sum);
        }
      }
    }
    return due.entrySet().stream()
        .allMatch(each -> machine.raised(each.getKey()) >= each.getValue());
  }

  private static long count(LoadSpec load) {
    return load.arrivals() instanceof LoadLaw.Times
        ? ((LoadLaw.Times) load.arrivals()).timesPs().size()
        : load.count();
  }

  private int component(Target target) {
    Integer endpoint = components.get("pcie/" + target.source());
    return endpoint == null ? components.get("legacy/" + target.source()) : endpoint;
  }

  private void dueMoves(WholeMachine machine) {
    for (int i = 0; i < moved.length; i++) {
      MoveSpec move = scenario.moves().get(i);
      if (!moved[i]
          && move.afterRaises().isPresent()
          && machine.raised(component(move.target().orElseThrow()))
              >= move.afterRaises().getAsLong()) {
        moved[i] = true;
        machine.inject(Machines.LOAD, new LoadMessage.Move(i));
      }
    }
  }

  private RunResult result(LiveResult result, Map<String, String> losses, Unrecorded unrecorded) {
    Map<String, Snapshot> shown = new LinkedHashMap<>();
    for (LiveResult.ComponentCount each : result.components()) {
      Snapshot snapshot = new Snapshot();
      each.shown().replay(snapshot);
      shown.put(each.path(), snapshot);
    }
    return new RunResult(
        scenario,
        "wall",
        nodes,
        partial,
        shown.getOrDefault(Machines.LOAD, new Snapshot()).valueOrZero("started_ps"),
        machinePs(result.wallNs()),
        result.wallNs(),
        result.messages() + result.alarms(),
        0,
        0,
        Machines.paths(scenario.topology()),
        result.ledger(),
        shown,
        Optional.of(result.lateness()),
        losses,
        unrecorded);
  }
}
