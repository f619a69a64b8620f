package irqlab.pcie;

import irqlab.pcie.config.ConfigSpace;
import irqlab.pcie.config.MsiCapability;
import irqlab.pcie.config.MsixCapability;
import irqlab.pcie.endpoint.EndpointHost;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.pcie.endpoint.EndpointModelFactory;
import irqlab.pcie.memory.HostMemory;
import irqlab.pcie.root.RootComplex;
import irqlab.pcie.root.RootWiring;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.MemoryMap;
import irqlab.runtime.Assembly;
import irqlab.runtime.Bus;
import irqlab.runtime.Port;
import irqlab.topology.EndpointSpec;
import irqlab.topology.IoApicSpec;
import irqlab.topology.LapicSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.Links;
import irqlab.topology.MsiKind;
import irqlab.topology.NodeModule;
import irqlab.topology.Role;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/**
 * Builds root complex, host memory and PCIe functions.
 *
 * <p>Paths: {@code root}, {@code memory}, {@code pcie/NAME}. Cores bring their own ports to the
 * first two.
 */
public final class PcieModule implements NodeModule {
  private static final String ROOT = "root";
  private static final String MEMORY = "memory";

  // Where INTA of device 0 ends when a topology does not say: the first of the four PIRQ pins.
  private static final int PIRQ_GSI = 16;
  private static final int PIC_LINES = 16;

  /** Found by {@link ServiceLoader}. */
  public PcieModule() {}

  @Override
  public Role role() {
    return Role.PCIE;
  }

  @Override
  public void build(Topology topology, Assembly assembly, Predicate<String> hosted) {
    if (hosted.test(ROOT)) {
      assembly.add(ROOT, root(topology, assembly));
    }
    if (hosted.test(MEMORY)) {
      long memoryPs = topology.links().memoryPs();
      assembly.add(
          MEMORY,
          new HostMemory(
              assembly.port(MEMORY, ROOT, memoryPs), cores(topology, assembly, MEMORY, memoryPs)));
    }
    for (int index = 0; index < topology.endpoints().size(); index++) {
      EndpointSpec spec = topology.endpoints().get(index);
      if (hosted.test(path(spec))) {
        assembly.add(path(spec), endpoint(spec, index, topology, assembly));
      }
    }
  }

  private static String path(EndpointSpec spec) {
    return "pcie/" + spec.name();
  }

  private static Bus<CpuMessage> cores(
      Topology topology, Assembly assembly, String from, long latencyPs) {
    return assembly.bus(from, cpuIds(topology, assembly, "core"), latencyPs);
  }

  private static int[] cpuIds(Topology topology, Assembly assembly, String chip) {
    int[] ids = new int[topology.cpus()];
    for (int cpu = 0; cpu < ids.length; cpu++) {
      ids[cpu] = assembly.id("cpu/" + cpu + "/" + chip);
    }
    return ids;
  }

  private static RootComplex root(Topology topology, Assembly assembly) {
    Links links = topology.links();
    List<Port<EndpointMessage>> legacy = new ArrayList<>();
    for (LegacySpec source : topology.legacy()) {
      legacy.add(assembly.port(ROOT, "legacy/" + source.id(), links.mmioPs()));
    }
    List<Port<IoApicMessage>> ioApics = new ArrayList<>();
    for (IoApicSpec chip : topology.ioApics()) {
      ioApics.add(assembly.port(ROOT, "ioapic/" + chip.id(), links.dmaPs()));
    }
    List<RootWiring.Function> functions = new ArrayList<>();
    for (EndpointSpec spec : topology.endpoints()) {
      Port<EndpointMessage> port = assembly.port(ROOT, path(spec), links.dmaPs());
      int source = assembly.id(path(spec));
      functions.add(
          new RootWiring.Function(spec.bdf().requesterId(), port, source, wires(spec, topology)));
    }
    RootWiring wiring =
        new RootWiring(
            assembly.id(ROOT),
            assembly.port(ROOT, MEMORY, links.memoryPs()),
            assembly.bus(ROOT, cpuIds(topology, assembly, "lapic"), links.msiPs()),
            cores(topology, assembly, ROOT, links.mmioPs()),
            functions,
            legacy,
            ioApics,
            assembly.port(ROOT, "pic", links.mmioPs()),
            topology.pcie().postedCredits());
    boolean x2Apic = topology.lapic().mode() == LapicSpec.Mode.X2APIC;
    return new RootComplex(
        wiring,
        new ApicDirectory(
            topology.cpus(), topology.lapic().idBase(), x2Apic ? ApicMode.X2APIC : ApicMode.XAPIC),
        topology.lapic().lowestPriority());
  }

  // PCI-001: the topology says where INTA ends; the other wires, and all without a word, swizzle.
  private static List<RootWiring.Wire> wires(EndpointSpec spec, Topology topology) {
    List<RootWiring.Wire> wires = new ArrayList<>();
    for (int pin = 1; pin <= 4; pin++) {
      int swizzled = PIRQ_GSI + RootWiring.swizzle(pin, spec.bdf().device());
      int gsi = pin == 1 ? spec.gsi().orElse(swizzled) : swizzled;
      wires.add(wire(gsi, topology));
    }
    return wires;
  }

  private static RootWiring.Wire wire(int gsi, Topology topology) {
    Optional<IoApicSpec> chip = topology.ioApicOf(gsi);
    if (chip.isEmpty()) {
      boolean pic = topology.ioApics().isEmpty() && gsi < PIC_LINES;
      return pic ? RootWiring.Wire.toPic(gsi) : RootWiring.Wire.NOWHERE;
    }
    return new RootWiring.Wire(topology.ioApics().indexOf(chip.get()), gsi - chip.get().gsiBase());
  }

  private static EndpointHost endpoint(
      EndpointSpec spec, int index, Topology topology, Assembly assembly) {
    EndpointModelFactory factory = factory(spec.kind().text());
    EndpointModel model =
        assembly.attachment(path(spec), EndpointModel.class).orElseGet(() -> factory.create(spec));
    MsiCapability msi =
        spec.msi() == MsiKind.MSI ? new MsiCapability(spec.tableSize(), true, true) : null;
    MsixCapability msix =
        spec.msi() == MsiKind.MSI_X
            ? new MsixCapability(spec.tableSize(), MemoryMap.MSIX_TABLE, MemoryMap.MSIX_PBA)
            : null;
    int pin = spec.msi() == MsiKind.INTX ? 1 : 0;
    ConfigSpace config =
        new ConfigSpace(factory.identity(), pin, (int) MemoryMap.bar(index), msi, msix);
    return new EndpointHost(
        assembly.id(path(spec)),
        spec.bdf().requesterId(),
        spec.tableSize(),
        config,
        model,
        assembly.port(path(spec), ROOT, topology.links().dmaPs()),
        topology.pcie().postedCredits());
  }

  private static EndpointModelFactory factory(String kind) {
    for (EndpointModelFactory factory :
        ServiceLoader.load(EndpointModelFactory.class, PcieModule.class.getClassLoader())) {
      if (factory.kind().equals(kind)) {
        return factory;
      }
    }
    throw new IllegalStateException("kind=" + kind + ": no EndpointModelFactory of this kind");
  }
}
