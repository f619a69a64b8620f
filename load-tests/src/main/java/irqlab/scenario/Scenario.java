package irqlab.scenario;

import irqlab.runtime.TiePolicy;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A run: a machine, what is done to it, and what is expected.
 *
 * @param name for people and file names
 * @param about one line
 * @param stop when it ends
 * @param topology the machine, with the seed
 * @param loads what raises interrupts
 * @param moves affinity writes
 * @param storms affinity writes at random
 * @param cpuMoves CPUs that go offline and come back
 * @param checks what must hold at the end
 * @param ties who comes first at equal times
 * @param checkEveryPs stop rules are looked at at multiples of this
 * @param wall what is different on the wall clock
 */
public record Scenario(
    String name,
    String about,
    Stop stop,
    Topology topology,
    List<LoadSpec> loads,
    List<MoveSpec> moves,
    List<StormSpec> storms,
    List<CpuMoveSpec> cpuMoves,
    List<CheckSpec> checks,
    TiePolicy ties,
    long checkEveryPs,
    WallSpec wall) {
  /** 1 ms. */
  public static final long CHECK_EVERY_PS = 1_000_000_000L;

  /** Copies the lists. */
  public Scenario {
    loads = List.copyOf(loads);
    moves = List.copyOf(moves);
    storms = List.copyOf(storms);
    cpuMoves = List.copyOf(cpuMoves);
    checks = List.copyOf(checks);
  }

  /** The seed of every random stream. */
  public long seed() {
    return topology.seed();
  }

  /** This scenario with another seed. */
  public Scenario withSeed(long seed) {
    return withTopology(topology.withSeed(seed));
  }

  /** This scenario on another machine, that has the sources which the loads name. */
  public Scenario withTopology(Topology next) {
    return new Scenario(
        name, about, stop, next, loads, moves, storms, cpuMoves, checks, ties, checkEveryPs, wall);
  }

  /** This scenario with another end. */
  public Scenario withStop(Stop next) {
    return new Scenario(
        name,
        about,
        next,
        topology,
        loads,
        moves,
        storms,
        cpuMoves,
        checks,
        ties,
        checkEveryPs,
        wall);
  }

  /** This scenario with more checks. */
  public Scenario withChecks(List<CheckSpec> more) {
    List<CheckSpec> all = new ArrayList<>(checks);
    all.addAll(more);
    return new Scenario(
        name, about, stop, topology, loads, moves, storms, cpuMoves, all, ties, checkEveryPs, wall);
  }

  /** This scenario as it runs on the wall clock. */
  public Scenario forWall() {
    List<CheckSpec> all = new ArrayList<>(checks);
    for (CheckSpec other : wall.checks()) {
      all.removeIf(check -> check.metric().equals(other.metric()));
    }
    all.addAll(wall.checks());
    all.sort(Comparator.comparing(CheckSpec::metric));
    return new Scenario(
        name,
        about,
        wall.stop().orElse(stop),
        wall.handler() == WallSpec.HandlerCost.NONE ? topology.withoutHandlerCost() : topology,
        wall.loads().isEmpty() ? loads : wall.loads(),
        moves,
        storms,
        cpuMoves,
        all,
        ties,
        checkEveryPs,
        wall.applied());
  }
}
