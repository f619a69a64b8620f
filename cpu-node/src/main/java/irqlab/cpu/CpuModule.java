package irqlab.cpu;

import irqlab.cpu.core.Core;
import irqlab.cpu.core.CorePorts;
import irqlab.cpu.core.Software;
import irqlab.cpu.lapic.Arbitration;
import irqlab.cpu.lapic.Generation;
import irqlab.cpu.lapic.Lapic;
import irqlab.cpu.lapic.LapicConfig;
import irqlab.cpu.lapic.LapicPorts;
import irqlab.cpu.linux.Kernel;
import irqlab.cpu.linux.LinuxConfig;
import irqlab.cpu.linux.LinuxCpu;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.IoApicMessage;
import irqlab.runtime.Assembly;
import irqlab.runtime.Port;
import irqlab.topology.IoApicSpec;
import irqlab.topology.LapicSpec;
import irqlab.topology.Links;
import irqlab.topology.NodeModule;
import irqlab.topology.Role;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Builds cores, local APICs and the kernel: {@code cpu/N/core}, {@code cpu/N/lapic} and {@code
 * kernel}.
 */
public final class CpuModule implements NodeModule {
  private static final String KERNEL = "kernel";

  /** Found by {@link java.util.ServiceLoader}. */
  public CpuModule() {}

  @Override
  public Role role() {
    return Role.CPU;
  }

  @Override
  public void build(Topology topology, Assembly assembly, Predicate<String> hosted) {
    LapicConfig first = lapicConfig(topology, 0);
    LinuxConfig linux = LinuxConfig.of(topology, first.timerTickPs());
    int[] lapics = ids(topology, assembly, "lapic");
    for (int cpu = 0; cpu < topology.cpus(); cpu++) {
      if (hosted.test(path(cpu, "core"))) {
        addCore(topology, assembly, cpu, new LinuxCpu(linux, cpu));
      }
      if (hosted.test(path(cpu, "lapic"))) {
        addLapic(topology, assembly, lapics, lapicConfig(topology, cpu));
      }
    }
    if (hosted.test(KERNEL)) {
      int[] cores = ids(topology, assembly, "core");
      long kernelPs = topology.links().kernelPs();
      assembly.add(
          KERNEL,
          new Kernel(
              linux,
              assembly.bus(KERNEL, cores, kernelPs),
              assembly.port(KERNEL, "load", kernelPs)));
    }
  }

  /**
   * Builds cores that run other software than Linux, with local APICs as firmware leaves them:
   * software enabled. The machine has no kernel.
   *
   * @param software what runs on each CPU, by its number
   */
  public static void buildBare(
      Topology topology, Assembly assembly, IntFunction<Software> software) {
    int[] lapics = ids(topology, assembly, "lapic");
    for (int cpu = 0; cpu < topology.cpus(); cpu++) {
      addCore(topology, assembly, cpu, software.apply(cpu));
      addLapic(topology, assembly, lapics, lapicConfig(topology, cpu).withSoftwareEnabled(true));
    }
  }

  private static void addCore(Topology topology, Assembly assembly, int cpu, Software software) {
    Links links = topology.links();
    String path = path(cpu, "core");
    CorePorts ports =
        new CorePorts(
            assembly.port(path, path(cpu, "lapic"), links.intrPs()),
            assembly.port(path, "root", links.mmioPs()),
            assembly.port(path, "memory", links.memoryPs()),
            assembly.has(KERNEL) ? assembly.port(path, KERNEL, links.kernelPs()) : null);
    assembly.add(path, new Core(cpu, ports, software, mode(topology)));
  }

  private static void addLapic(
      Topology topology, Assembly assembly, int[] lapics, LapicConfig config) {
    Links links = topology.links();
    int cpu = config.cpu();
    String path = path(cpu, "lapic");
    List<Port<IoApicMessage>> ioApics = new ArrayList<>();
    for (IoApicSpec chip : topology.ioApics()) {
      ioApics.add(assembly.port(path, "ioapic/" + chip.id(), links.eoiPs()));
    }
    LapicPorts ports =
        new LapicPorts(
            assembly.port(path, path(cpu, "core"), links.intrPs()),
            assembly.bus(path, lapics, links.ipiPs()),
            ioApics,
            assembly.port(path, "pic", links.eoiPs()),
            assembly.port(path, "root", links.ipiPs()));
    assembly.add(
        path,
        new Lapic(
            config,
            assembly.id(path),
            ports,
            new ApicDirectory(topology.cpus(), topology.lapic().idBase(), mode(topology))));
  }

  private static LapicConfig lapicConfig(Topology topology, int cpu) {
    LapicSpec spec = topology.lapic();
    boolean p6 = spec.generation() == LapicSpec.Generation.P6;
    boolean fifo = spec.arbitration() == LapicSpec.Arbitration.FIFO;
    return LapicConfig.afterReset(cpu, topology.apicId(cpu), mode(topology))
        .withGeneration(p6 ? Generation.P6 : Generation.XAPIC)
        .withArbitration(fifo ? Arbitration.FIFO : Arbitration.PRIORITY)
        .withPolicy(spec.lowestPriority());
  }

  private static ApicMode mode(Topology topology) {
    return topology.lapic().mode() == LapicSpec.Mode.X2APIC ? ApicMode.X2APIC : ApicMode.XAPIC;
  }

  private static String path(int cpu, String chip) {
    return "cpu/" + cpu + "/" + chip;
  }

  private static int[] ids(Topology topology, Assembly assembly, String chip) {
    int[] ids = new int[topology.cpus()];
    for (int cpu = 0; cpu < ids.length; cpu++) {
      ids[cpu] = assembly.id(path(cpu, chip));
    }
    return ids;
  }
}
