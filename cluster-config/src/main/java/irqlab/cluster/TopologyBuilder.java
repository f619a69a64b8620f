package irqlab.cluster;

import irqlab.live.LiveOptions;
import irqlab.runtime.Plan;
import irqlab.topology.ComponentSpec;
import irqlab.topology.EndpointSpec;
import irqlab.topology.Role;
import irqlab.topology.Topology;
import irqlab.topology.TopologyWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Builds the machine of an embedder on each host, from the text of its topology.
 *
 * <p>Two kinds of comment stand before the topology: {@code # slow-down = N}, and {@code # model =
 * NAME} for each PCIe function whose model the host brings.
 */
public final class TopologyBuilder implements MachineBuilder {
  /** Its name on the wire. */
  static final String NAME = "topology";

  private static final String SLOW_DOWN = "# slow-down = ";
  private static final String MODEL = "# model = ";

  /** Found by {@link java.util.ServiceLoader}. */
  public TopologyBuilder() {}

  /**
   * The text of a machine.
   *
   * @param models names of the PCIe functions whose models the hosts bring
   */
  static String text(Topology topology, long seed, int slowDown, Collection<String> models) {
    StringBuilder text = new StringBuilder();
    text.append(SLOW_DOWN).append(slowDown).append('\n');
    new TreeSet<>(models).forEach(each -> text.append(MODEL).append(each).append('\n'));
    text.append("seed = ").append(seed).append('\n');
    return text.append(TopologyWriter.write(topology)).toString();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Blueprint read(String text, int nodes) {
    List<String> head = text.lines().takeWhile(line -> line.startsWith("# ")).toList();
    int slowDown = Integer.parseInt(after(SLOW_DOWN, head).get(0));
    return new Spread(Topology.parse(text), slowDown, after(MODEL, head));
  }

  private static List<String> after(String key, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()))
        .toList();
  }

  private static final class Spread implements Blueprint {
    private final Topology topology;
    private final int slowDown;
    private final List<String> models;
    private final Map<String, String> roles = new HashMap<>();

    Spread(Topology topology, int slowDown, List<String> models) {
      this.topology = topology;
      this.slowDown = slowDown;
      this.models = models;
      for (ComponentSpec each : topology.components()) {
        // The place of the world outside is where CPU 0 is.
        roles.put(each.path(), (each.role() == Role.LOAD ? Role.CPU : each.role()).text());
      }
    }

    @Override
    public long seed() {
      return topology.seed();
    }

    @Override
    public LiveOptions options() {
      return LiveOptions.of(seed()).withSlowDown(slowDown);
    }

    @Override
    public int nodeOf(String path) {
      return Integer.parseInt(topology.nodeOf(path).substring("node".length()));
    }

    @Override
    public String roleOf(String path) {
      return roles.get(path);
    }

    @Override
    public Plan plan(Predicate<String> hosted) {
      return plan(hosted, Map.of());
    }

    @Override
    public Plan plan(Predicate<String> hosted, Map<String, Supplier<?>> given) {
      for (EndpointSpec endpoint : topology.endpoints()) {
        String path = "pcie/" + endpoint.name();
        if (hosted.test(path)) {
          check(endpoint.name(), given.containsKey(path));
        }
      }
      return Wiring.plan(topology, hosted, given, new Outside());
    }

    private void check(String endpoint, boolean given) {
      if (models.contains(endpoint) && !given) {
        throw new ClusterException(
            String.format(
                "E65 model missing   endpoint=%s is placed here and has a model of its own%n"
                    + "   give it to this member's host:   Machine.host(...).endpoint(\"%s\", ...)",
                endpoint, endpoint));
      }
      if (given && !models.contains(endpoint)) {
        throw new ClusterException(
            String.format(
                "E65 model not asked for   endpoint=%s has a model of its own here, which this"
                    + " machine does not ask for%n   say where it is started:  "
                    + " Machine.of(...).endpoint(\"%s\")",
                endpoint, endpoint));
      }
    }
  }
}
