package irqlab.topology;

import irqlab.runtime.Assembly;
import java.util.function.Predicate;

/**
 * What a node module brings to the class path, found by {@link java.util.ServiceLoader}: it builds
 * the components of its role and wires them.
 */
public interface NodeModule {
  /** The role whose components it builds. */
  Role role();

  /**
   * Adds the components of this role that are wanted here, with their ports.
   *
   * @param hosted true for the paths that live in this process; others are only wired to
   */
  void build(Topology topology, Assembly assembly, Predicate<String> hosted);
}
