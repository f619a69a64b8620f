package irqlab.load;

import irqlab.cluster.MachineBuilder;
import irqlab.live.LiveOptions;
import irqlab.runtime.Plan;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import irqlab.topology.ComponentSpec;
import irqlab.topology.Placement;
import irqlab.topology.Role;
import java.util.HashMap;
import java.util.Map;
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
    Map<String, String> roles = new HashMap<>();
    for (ComponentSpec each : scenario.topology().components()) {
      // Load comes from where CPU 0 is.
      roles.put(each.path(), (each.role() == Role.LOAD ? Role.CPU : each.role()).text());
    }
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
      public int nodeOf(String path) {
        return Integer.parseInt(scenario.topology().nodeOf(path).substring("node".length()));
      }

      @Override
      public String roleOf(String path) {
        return roles.get(path);
      }

      @Override
      public Plan plan(Predicate<String> hosted) {
        return Machines.plan(scenario, hosted);
      }
    };
  }
}
