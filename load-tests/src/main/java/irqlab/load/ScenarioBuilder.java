package irqlab.load;

import irqlab.cluster.MachineBuilder;
import irqlab.live.LiveOptions;
import irqlab.runtime.Plan;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import irqlab.topology.Placement;
import java.util.function.Predicate;

/**
 * Builds the machine of a scenario on each node of a cluster, from the text of the scenario.
 *
 * <p>A scenario that says nothing of so many nodes is dealt out as {@link Placement} has it.
 */
public final class ScenarioBuilder implements MachineBuilder {
  /** Its name on the wire. */
  public static final String NAME = "scenario";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Blueprint read(String text, int nodes) {
    Scenario read = ScenarioReader.parse("scenario.conf", text);
    Scenario scenario =
        read.topology().placement().nodes() == nodes
            ? read
            : read.withTopology(read.topology().withPlacement(Placement.ofNodes(nodes)));
    return new Blueprint() {
      @Override
      public long seed() {
        return scenario.seed();
      }

      @Override
      public LiveOptions options() {
        return Machines.liveOptions(scenario);
      }

      @Override
      public String nodeOf(String path) {
        return scenario.topology().nodeOf(path);
      }

      @Override
      public Plan plan(Predicate<String> hosted) {
        return Machines.plan(scenario, hosted);
      }
    };
  }
}
