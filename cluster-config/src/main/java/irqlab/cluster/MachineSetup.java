package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import irqlab.live.LiveOptions;
import irqlab.observe.Ledger;
import irqlab.runtime.Assembly;
import irqlab.runtime.Plan;
import irqlab.topology.ComponentSpec;
import irqlab.topology.NodeModule;
import irqlab.topology.Topology;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A machine that is not started. One owner; it may start several, each with parts of its own.
 *
 * <p>Errors: starting throws {@link IllegalArgumentException} when a part is attached where there
 * is no component, or of a wrong type, and {@link IllegalStateException} when a component has no
 * node module on the class path.
 */
public final class MachineSetup {
  private final Topology topology;
  private final TreeMap<String, Supplier<?>> parts = new TreeMap<>();
  private long seed;
  private Ledger.Recorder probe;
  private UnaryOperator<LiveOptions> options = UnaryOperator.identity();

  MachineSetup(Topology topology) {
    this.topology = topology;
    this.seed = topology.seed();
  }

  /** Of every random stream; else the topology's. */
  public MachineSetup seed(long next) {
    seed = next;
    return this;
  }

  /**
   * Puts a device of one's own behind a PCIe function of the topology.
   *
   * @param name of the function
   * @param model makes an {@code irqlab.pcie.endpoint.EndpointModel}, a new one for each machine
   */
  public MachineSetup endpoint(String name, Supplier<?> model) {
    if (topology.endpoint(name).isEmpty()) {
      throw new IllegalArgumentException("endpoint=" + name + " is not in this topology");
    }
    parts.put("pcie/" + name, model);
    return this;
  }

  /**
   * Sees every raise, fate and mark; it changes none. On a {@link RunningMachine} many threads call
   * it, on a {@link VirtualMachine} its owner.
   */
  public MachineSetup probe(Ledger.Recorder next) {
    probe = next;
    return this;
  }

  /** Changes how a {@link RunningMachine} is hosted, such as its slow-down. */
  public MachineSetup live(UnaryOperator<LiveOptions> change) {
    options = change;
    return this;
  }

  /** A machine in virtual time, at 0; needs no Akka. */
  public VirtualMachine onBoard() {
    Outside outside = new Outside();
    return new VirtualMachine(topology, plan(outside), seed, new Ledger(probe), outside);
  }

  /**
   * Starts a machine whose components are actors of somebody else's actor system: one actor with
   * its children, which {@link Machine#close} stops.
   */
  public RunningMachine startIn(ActorSystem<?> system) {
    Outside outside = new Outside();
    LiveOptions chosen = options.apply(LiveOptions.of(seed).withRecorder(probe));
    return new RunningMachine(topology, plan(outside), system, chosen, outside);
  }

  private Plan plan(Outside outside) {
    List<String> paths = topology.components().stream().map(ComponentSpec::path).toList();
    Assembly assembly = new Assembly(paths);
    parts.forEach((path, part) -> assembly.attach(path, part.get()));
    ClassLoader loader = NodeModule.class.getClassLoader();
    for (NodeModule module : ServiceLoader.load(NodeModule.class, loader)) {
      module.build(topology, assembly, path -> true);
    }
    assembly.add(Outside.PATH, outside);
    List<String> missing = assembly.missing();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          missing.size()
              + " components have no node module on the class path, first path="
              + missing.get(0)
              + ": add irqlab-cpu-node, irqlab-ioapic-node and irqlab-pcie-node");
    }
    if (!assembly.unusedAttachments().isEmpty()) {
      throw new IllegalStateException("unused=" + assembly.unusedAttachments());
    }
    return assembly.plan();
  }
}
