package irqlab.cluster;

import irqlab.live.LiveOptions;
import irqlab.runtime.Plan;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes a machine from a text, the same one on every node; found by {@link ServiceLoader}. The text
 * is all that nodes hand each other of a machine.
 */
public interface MachineBuilder {
  /** Its name on the wire. */
  String name();

  /**
   * Reads a machine.
   *
   * @param nodes how many nodes it is to run on, at least 1
   */
  Blueprint read(String text, int nodes);

  /** A machine that is not yet built. */
  interface Blueprint {
    /** Of every random stream. */
    long seed();

    /** How each node hosts its part. */
    default LiveOptions options() {
      return LiveOptions.of(seed());
    }

    /** The node of a component, from 1. */
    int nodeOf(String path);

    /** The role that a node must have to host a component. */
    String roleOf(String path);

    /** Builds the components of these paths, wired to all others. */
    Plan plan(Predicate<String> hosted);

    /**
     * As {@link #plan(Predicate)}, with devices of the host's own.
     *
     * <p>Errors: {@link ClusterException} when one is missing here, or none is asked for.
     *
     * @param models by path, a new one for each machine; those of other nodes are not made
     */
    default Plan plan(Predicate<String> hosted, Map<String, Supplier<?>> models) {
      if (!models.isEmpty()) {
        throw new ClusterException("models=" + models.keySet() + ": this builder takes none");
      }
      return plan(hosted);
    }
  }

  /** The builder of this name. Errors: {@link ClusterException} when there is none. */
  static MachineBuilder of(String name) {
    // The thread of somebody else's actor system may have a loader that does not know this program.
    return named(name, ServiceLoader.load(MachineBuilder.class))
        .or(
            () ->
                named(
                    name,
                    ServiceLoader.load(
                        MachineBuilder.class, MachineBuilder.class.getClassLoader())))
        .orElseThrow(
            () -> new ClusterException("builder=" + name + " is not on this node's class path"));
  }

  private static Optional<MachineBuilder> named(String name, ServiceLoader<MachineBuilder> all) {
    return all.stream()
        .map(ServiceLoader.Provider::get)
        .filter(builder -> builder.name().equals(name))
        .findFirst();
  }
}
