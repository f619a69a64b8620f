package irqlab.load;

import irqlab.live.LiveOptions;
import irqlab.protocol.EndpointMessage;
import irqlab.runtime.Assembly;
import irqlab.runtime.Plan;
import irqlab.runtime.Port;
import irqlab.scenario.Scenario;
import irqlab.scenario.WallSpec;
import irqlab.topology.ComponentSpec;
import irqlab.topology.EndpointSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.NodeModule;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/** Builds and wires the machine of a scenario from the node modules on the class path. */
public final class Machines {
  /** The component that acts from outside. */
  public static final String LOAD = "load";

  private Machines() {}

  /** The whole machine, its load included. */
  public static Plan plan(Scenario scenario) {
    return plan(scenario, path -> true);
  }

  /**
   * The part of a machine that lives in this process.
   *
   * @param hosted true for the paths that live here
   */
  public static Plan plan(Scenario scenario, Predicate<String> hosted) {
    Topology topology = scenario.topology();
    Assembly assembly = new Assembly(paths(topology));
    for (NodeModule module : ServiceLoader.load(NodeModule.class)) {
      module.build(topology, assembly, hosted);
    }
    if (hosted.test(LOAD)) {
      assembly.add(LOAD, load(scenario, assembly));
    }
    return assembly.plan();
  }

  /** How a scenario is hosted on the wall clock. */
  public static LiveOptions liveOptions(Scenario scenario) {
    boolean spin = scenario.wall().handler() == WallSpec.HandlerCost.SPIN;
    return LiveOptions.of(scenario.seed())
        .withSlowDown(scenario.wall().slowDown())
        .withSpins(path -> spin && path.endsWith("/core"))
        .withSources(path -> path.equals(LOAD) || RunBooks.ofDevice(path));
  }

  /** All paths of a machine. */
  public static List<String> paths(Topology topology) {
    List<String> paths = new ArrayList<>();
    for (ComponentSpec component : topology.components()) {
      paths.add(component.path());
    }
    return paths;
  }

  private static LoadDriver load(Scenario scenario, Assembly assembly) {
    Topology topology = scenario.topology();
    // The outside world is as far away as the kernel, so that it never ties CPUs into one group.
    long latencyPs = topology.links().kernelPs();
    Map<String, Port<EndpointMessage>> devices = new LinkedHashMap<>();
    for (EndpointSpec endpoint : topology.endpoints()) {
      devices.put(endpoint.name(), assembly.port(LOAD, "pcie/" + endpoint.name(), latencyPs));
    }
    for (LegacySpec source : topology.legacy()) {
      devices.put(source.id(), assembly.port(LOAD, "legacy/" + source.id(), latencyPs));
    }
    int[] cores = new int[topology.cpus()];
    for (int cpu = 0; cpu < cores.length; cpu++) {
      cores[cpu] = assembly.id("cpu/" + cpu + "/core");
    }
    return new LoadDriver(
        scenario,
        devices,
        assembly.bus(LOAD, cores, latencyPs),
        assembly.port(LOAD, "kernel", latencyPs));
  }
}
