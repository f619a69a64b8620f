package irqlab.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A whole machine on paper, every setting filled in.
 *
 * @param cpus 1 to 4096
 * @param arch whose rows and names are printed
 * @param kernelProfile version of Linux whose rules hold: {@code 6.1} or {@code 6.12}
 * @param timing the profile that the links started from
 * @param lapic mode and ids of the LAPICs
 * @param ioApics none in a machine that has only the 8259A pair
 * @param links how long messages take
 * @param pcie flow control of the PCIe functions
 * @param tickPs period of the local timer of each CPU; 0 means no tick
 * @param hz jiffies per second; they pass also without a tick
 * @param boot how CPU 0 starts the others
 * @param legacy the devices on pins of IO-APICs
 * @param endpoints the PCIe functions
 * @param proc how {@code /proc/interrupts} looks
 * @param placement which cluster node hosts what
 * @param seed of every random stream; not part of {@link #hash()}
 */
public record Topology(
    int cpus,
    Arch arch,
    String kernelProfile,
    Timing timing,
    LapicSpec lapic,
    List<IoApicSpec> ioApics,
    Links links,
    PcieSpec pcie,
    long tickPs,
    int hz,
    Boot boot,
    List<LegacySpec> legacy,
    List<EndpointSpec> endpoints,
    ProcFormat proc,
    Placement placement,
    long seed) {
  /** Largest number of CPUs. */
  public static final int CPUS_MAX = 4096;

  /** Numbers that Linux keeps for the lines of the 8259A pair. */
  private static final int PIC_IRQS = 16;

  /** Copies the lists. */
  public Topology {
    ioApics = List.copyOf(ioApics);
    legacy = List.copyOf(legacy);
    endpoints = List.copyOf(endpoints);
  }

  /** A machine with the usual flow control. */
  public Topology(
      int cpus,
      Arch arch,
      String kernelProfile,
      Timing timing,
      LapicSpec lapic,
      List<IoApicSpec> ioApics,
      Links links,
      long tickPs,
      int hz,
      Boot boot,
      List<LegacySpec> legacy,
      List<EndpointSpec> endpoints,
      ProcFormat proc,
      Placement placement,
      long seed) {
    this(
        cpus,
        arch,
        kernelProfile,
        timing,
        lapic,
        ioApics,
        links,
        PcieSpec.DEFAULT,
        tickPs,
        hz,
        boot,
        legacy,
        endpoints,
        proc,
        placement,
        seed);
  }

  /**
   * Reads the {@code machine}, {@code legacy} and {@code endpoints} of a HOCON text, and its {@code
   * seed}.
   *
   * @throws TopologyException with every fault of the text
   */
  public static Topology parse(String hocon) {
    return TopologyReader.parse(hocon);
  }

  /** IRQ-005: one more than the highest GSI; MSI interrupts are numbered from here. */
  public int gsiTop() {
    int top = ioApics.isEmpty() ? PIC_IRQS : 0;
    for (IoApicSpec chip : ioApics) {
      top = Math.max(top, chip.gsiBase() + chip.pins());
    }
    return top;
  }

  /** IRQ-006: how many irq numbers there are. */
  public int irqNumbers() {
    int top = gsiTop();
    int dynamic = top <= PIC_IRQS ? 8 * cpus : 16 * top;
    return (int) Math.min(256L * cpus, (long) top + PIC_IRQS + 8L * cpus + dynamic);
  }

  /** The id of the LAPIC of a CPU. */
  public int apicId(int cpu) {
    return lapic.idBase() + cpu;
  }

  /** The IO-APIC that has the pin of a GSI. */
  public Optional<IoApicSpec> ioApicOf(int gsi) {
    return ioApics.stream().filter(chip -> chip.has(gsi)).findFirst();
  }

  /** The PCIe function of that name. */
  public Optional<EndpointSpec> endpoint(String name) {
    return endpoints.stream().filter(endpoint -> endpoint.name().equals(name)).findFirst();
  }

  /** The legacy device of that id. */
  public Optional<LegacySpec> legacy(String id) {
    return legacy.stream().filter(source -> source.id().equals(id)).findFirst();
  }

  /**
   * Every component, by path in the order of {@link String#compareTo}: their ids are places here.
   */
  public List<ComponentSpec> components() {
    List<ComponentSpec> all = new ArrayList<>();
    for (int cpu = 0; cpu < cpus; cpu++) {
      all.add(new ComponentSpec("cpu/" + cpu + "/core", Role.CPU));
      all.add(new ComponentSpec("cpu/" + cpu + "/lapic", Role.CPU));
    }
    all.add(new ComponentSpec("kernel", Role.CPU));
    all.add(new ComponentSpec("load", Role.LOAD));
    for (IoApicSpec chip : ioApics) {
      all.add(new ComponentSpec("ioapic/" + chip.id(), Role.IOAPIC));
    }
    all.add(new ComponentSpec("pic", Role.IOAPIC));
    for (LegacySpec source : legacy) {
      all.add(new ComponentSpec("legacy/" + source.id(), Role.IOAPIC));
    }
    all.add(new ComponentSpec("root", Role.PCIE));
    all.add(new ComponentSpec("memory", Role.PCIE));
    for (EndpointSpec endpoint : endpoints) {
      all.add(new ComponentSpec("pcie/" + endpoint.name(), Role.PCIE));
    }
    all.sort(Comparator.comparing(ComponentSpec::path));
    return List.copyOf(all);
  }

  /**
   * The cluster node that hosts a component.
   *
   * <p>The kernel and the source of load are with CPU 0; root complex and memory are with the first
   * PCIe function; the 8259A pair and the sources of pins are with the first IO-APIC.
   */
  public String nodeOf(String path) {
    String[] parts = path.split("/", 3);
    switch (parts[0]) {
      case "cpu":
        return placement.nodeOfCpu(Integer.parseInt(parts[1]), cpus);
      case "kernel":
      case "load":
        return placement.nodeOfCpu(0, cpus);
      case "ioapic":
        return placement.nodeOfIoApic(Integer.parseInt(parts[1]));
      case "pic":
      case "legacy":
        return placement.nodeOfIoApic(ioApics.isEmpty() ? 0 : ioApics.get(0).id());
      case "root":
      case "memory":
        return placement.nodeOfPcie(endpoints.isEmpty() ? "" : endpoints.get(0).name());
      case "pcie":
        return placement.nodeOfPcie(parts[1]);
      default:
        throw new IllegalArgumentException("no component of the machine, path=" + path);
    }
  }

  /**
   * A number for the content of this machine, the same in every process and every Java.
   *
   * <p>FNV-1a over the text that {@link TopologyWriter} gives, which the reader turns into an equal
   * machine; so two machines differ in it exactly when their texts do. Seed and placement are left
   * out: neither changes what the machine is.
   */
  public long hash() {
    long hash = 0xcbf29ce484222325L;
    Topology bare = withPlacement(Placement.SINGLE);
    for (byte next : TopologyWriter.write(bare).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** This machine with another seed. */
  public Topology withSeed(long next) {
    return new Topology(
        cpus,
        arch,
        kernelProfile,
        timing,
        lapic,
        ioApics,
        links,
        pcie,
        tickPs,
        hz,
        boot,
        legacy,
        endpoints,
        proc,
        placement,
        next);
  }

  /** This machine on other nodes. */
  public Topology withPlacement(Placement next) {
    return new Topology(
        cpus,
        arch,
        kernelProfile,
        timing,
        lapic,
        ioApics,
        links,
        pcie,
        tickPs,
        hz,
        boot,
        legacy,
        endpoints,
        proc,
        next,
        seed);
  }

  /** This machine with handlers that take no time. */
  public Topology withoutHandlerCost() {
    return new Topology(
        cpus,
        arch,
        kernelProfile,
        timing,
        lapic,
        ioApics,
        links,
        pcie,
        tickPs,
        hz,
        boot,
        legacy.stream().map(LegacySpec::withoutHandlerCost).toList(),
        endpoints.stream().map(EndpointSpec::withoutHandlerCost).toList(),
        proc,
        placement,
        seed);
  }

  /** This machine with other PCIe functions. */
  Topology withEndpoints(List<EndpointSpec> next) {
    return new Topology(
        cpus,
        arch,
        kernelProfile,
        timing,
        lapic,
        ioApics,
        links,
        pcie,
        tickPs,
        hz,
        boot,
        legacy,
        next,
        proc,
        placement,
        seed);
  }
}
