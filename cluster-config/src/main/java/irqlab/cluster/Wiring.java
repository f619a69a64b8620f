package irqlab.cluster;

import irqlab.runtime.Assembly;
import irqlab.runtime.Plan;
import irqlab.topology.ComponentSpec;
import irqlab.topology.NodeModule;
import irqlab.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Builds the components of a topology that an embedder's process hosts. */
final class Wiring {
  private Wiring() {}

  /**
   * The machine, with what is hosted here built.
   *
   * <p>Errors: {@link IllegalStateException} when a component that is hosted here has no node
   * module on the class path, {@link IllegalArgumentException} when a part is of a wrong type.
   *
   * @param hosted true for the paths that live here
   * @param parts of the embedder's own, by path; those of other paths are not made
   * @param outside the place of the world outside; used when its path lives here
   */
  static Plan plan(
      Topology topology,
      Predicate<String> hosted,
      Map<String, Supplier<?>> parts,
      Outside outside) {
    List<String> paths = topology.components().stream().map(ComponentSpec::path).toList();
    Assembly assembly = new Assembly(paths);
    parts.forEach(
        (path, part) -> {
          if (assembly.has(path) && hosted.test(path)) {
            assembly.attach(path, part.get());
          }
        });
    ClassLoader loader = NodeModule.class.getClassLoader();
    for (NodeModule module : ServiceLoader.load(NodeModule.class, loader)) {
      module.build(topology, assembly, hosted);
    }
    if (hosted.test(Outside.PATH)) {
      assembly.add(Outside.PATH, outside);
    }
    List<String> missing = assembly.missing().stream().filter(hosted).toList();
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
