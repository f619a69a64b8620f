package irqlab.topology;

import irqlab.topology.hocon.Document;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Faults;
import irqlab.topology.hocon.Section;
import irqlab.topology.hocon.SourceText;
import irqlab.topology.hocon.TopologyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns the {@code machine}, {@code legacy} and {@code endpoints} of a text into a {@link
 * Topology}.
 *
 * <p>A machine that was put together in code is checked by {@code parse(TopologyWriter.write(it))}.
 */
public final class TopologyReader {
  /** The number of this format; a text without {@code irqlab.format} is read as this one. */
  public static final int FORMAT = 1;

  /** The seed of a text that names none. */
  public static final long SEED = 1;

  private TopologyReader() {}

  /**
   * Reads a text that holds a machine and nothing else.
   *
   * @throws TopologyException with every fault of the text
   */
  public static Topology parse(String hocon) {
    Faults faults = new Faults("topology");
    Optional<SourceText> source = SourceText.of("topology", hocon, faults);
    faults.throwIfAny();
    Optional<Document> document =
        Document.parse(source.orElseThrow(), Optional.empty(), List.of(), faults);
    faults.throwIfAny();
    Section root = Section.root(document.orElseThrow(), faults).as("a topology");
    root.only("irqlab", "machine", "legacy", "endpoints", "seed");
    checkFormat(root);
    long seed = root.number("seed", 0, Long.MAX_VALUE, SEED);
    Topology topology = read(root, seed);
    faults.throwIfAny();
    return topology;
  }

  /** Adds a fault when the text is of a format that this version does not know. */
  public static void checkFormat(Section root) {
    Optional<Section> section = root.section("irqlab", "the format");
    if (section.isPresent()) {
      section.get().only("format");
      int format = section.get().integer("format", 0, Integer.MAX_VALUE, FORMAT);
      if (format != FORMAT) {
        section
            .get()
            .fault(
                FaultCode.E10,
                "format",
                "this version reads format " + FORMAT,
                "use the version that wrote it, or write   irqlab.format = " + FORMAT);
      }
    }
  }

  /**
   * Reads a machine out of a larger text.
   *
   * <p>Faults go where the sections put them; when there are any the answer is not to be used.
   *
   * @param root of the text, with the keys {@code machine}, {@code legacy} and {@code endpoints}
   * @param seed of the random streams
   */
  public static Topology read(Section root, long seed) {
    if (!root.has("machine")) {
      root.missing("machine", "machine { cpus = 4 }");
    }
    Optional<Section> machine = root.section("machine", "the machine");
    MachineReader reader = new MachineReader(machine);
    List<Section> legacySections = root.sections("legacy", "a legacy device");
    List<LegacySpec> legacy = new ArrayList<>();
    for (Section section : legacySections) {
      legacy.add(LegacyReader.read(section));
    }
    List<Section> endpointSections = new ArrayList<>();
    List<EndpointSpec> endpoints = new ArrayList<>();
    for (Section section : root.sections("endpoints", "an endpoint")) {
      for (EndpointSpec endpoint : new EndpointReader(section, endpoints).read()) {
        endpoints.add(endpoint);
        endpointSections.add(section);
      }
    }
    Topology topology = numbered(reader.topology(legacy, endpoints, seed));
    if (machine.isPresent()) {
      new TopologyChecks(topology, machine.get(), legacySections, endpointSections).check();
    }
    return topology;
  }

  /**
   * IRQ-005: gives each MSI without a number the lowest one that is free, from the number of GSIs
   * on, in the order of the text. Numbers that the text names are not free.
   */
  private static Topology numbered(Topology topology) {
    Set<Integer> taken = new TreeSet<>();
    topology.legacy().forEach(source -> taken.add(source.irq()));
    for (EndpointSpec endpoint : topology.endpoints()) {
      endpoint.vectors().forEach(vector -> vector.irq().ifPresent(taken::add));
    }
    int free = topology.gsiTop();
    List<EndpointSpec> endpoints = new ArrayList<>();
    for (EndpointSpec endpoint : topology.endpoints()) {
      List<VectorSpec> vectors = new ArrayList<>();
      for (VectorSpec vector : endpoint.vectors()) {
        boolean needed = vector.irq().isEmpty() && endpoint.msi() != MsiKind.INTX;
        while (needed && !taken.add(free)) {
          free++;
        }
        vectors.add(needed ? vector.withIrq(free) : vector);
      }
      endpoints.add(endpoint.withVectors(vectors));
    }
    return topology.withEndpoints(endpoints);
  }
}
