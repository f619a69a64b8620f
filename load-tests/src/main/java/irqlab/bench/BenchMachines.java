package irqlab.bench;

import irqlab.cpu.core.Core;
import irqlab.cpu.core.CorePorts;
import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.cpu.lapic.Lapic;
import irqlab.cpu.lapic.LapicConfig;
import irqlab.cpu.lapic.LapicPorts;
import irqlab.load.Machines;
import irqlab.observe.Ledger;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.ArrivalLaw;
import irqlab.protocol.LoadMessage;
import irqlab.protocol.MemoryMap;
import irqlab.protocol.Msi;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Assembly;
import irqlab.runtime.Board;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.runtime.TiePolicy;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import irqlab.topology.NodeModule;
import irqlab.topology.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The machines that are measured, each started and ready to run. */
final class BenchMachines {
  private static final long SEED = 1;
  private static final int XAPIC_MAX = 255;

  private BenchMachines() {}

  /** Cores and local APICs alone: each core sends itself an IPI about every 100 ns. */
  static Board selfIpi(int cpus) {
    return selfIpi(cpus, true);
  }

  static Board selfIpi(int cpus, boolean accounting) {
    List<String> paths = new ArrayList<>();
    for (int cpu = 0; cpu < cpus; cpu++) {
      paths.add(core(cpu));
      paths.add(lapic(cpu));
    }
    Assembly assembly = new Assembly(paths);
    addCpus(assembly, cpus, FlatSelfIpi.INTR_PS, null, true);
    Board board = board(assembly);
    if (!accounting) {
      board.withoutAccounting();
    }
    board.start();
    return board;
  }

  /** Devices raise MSI-X at each CPU; handlers write EOI and return; no operating system. */
  static Board msix(int cpus) {
    Scenario scenario = ScenarioReader.parse("msix.conf", msixScenario(cpus));
    List<String> paths = Machines.paths(scenario.topology());
    paths.remove("kernel");
    Assembly assembly = new Assembly(paths);
    for (NodeModule module : ServiceLoader.load(NodeModule.class)) {
      if (module.role() != Role.CPU) {
        module.build(scenario.topology(), assembly, path -> true);
      }
    }
    addCpus(
        assembly, cpus, scenario.topology().links().intrPs(), new Script(tableWrites(cpus)), false);
    assembly.add(Machines.LOAD, new Nobody());
    Board board = board(assembly);
    board.start();
    board.runBefore(1_000_000_000L);
    for (int entry = 0; entry < cpus; entry++) {
      // 500 000 a second at each CPU: most find it idle.
      ArrivalLaw law = new ArrivalLaw(ArrivalLaw.Kind.POISSON, 2_000_000, 0, -1);
      board.inject("pcie/device", law.encoded(entry));
    }
    return board;
  }

  /** The whole machine with its Linux layer and an NVMe controller with a queue for each CPU. */
  static Board nvme(int cpus, boolean accounting) {
    Scenario scenario = ScenarioReader.parse("nvme.conf", nvmeScenario(cpus));
    Board board =
        new Board(Machines.plan(scenario), ProtocolCodecs.all(), SEED, TiePolicy.ID, new Ledger());
    if (!accounting) {
      board.withoutAccounting();
    }
    board.start();
    board.runBefore(5_000_000_000L);
    return board;
  }

  private static Board board(Assembly assembly) {
    return new Board(assembly.plan(), ProtocolCodecs.all(), SEED, TiePolicy.ID, new Ledger());
  }

  private static String msixScenario(int cpus) {
    return "irqlab.format = 1\n"
        + "scenario { name = msix, stop { after = 1s } }\n"
        + "machine { cpus = "
        + cpus
        + ", timing = typical, tick = off }\n"
        + "endpoints = [ { name = device, bdf = \"00:04.0\", kind = generic, msi-x = "
        + cpus
        + " } ]\n";
  }

  static String nvmeScenario(int cpus) {
    String mode = cpus > XAPIC_MAX ? "x2apic" : "xapic";
    return "irqlab.format = 1\n"
        + "scenario { name = nvme, stop { after = 1s } }\n"
        + "machine { cpus = "
        + cpus
        + ", timing = typical, tick = 4ms, kernel = \"6.12\"\n"
        + "  lapic { mode = "
        + mode
        + " } }\n"
        + "endpoints = [ { name = nvme0, bdf = \"00:04.0\", kind = nvme, msi-x = "
        + (cpus + 1)
        + ", queues = "
        + cpus
        + ", affinity = managed, handler { cost = 500ns } } ]\n"
        + "load = [ { on = nvme0, queues = \"q1-q"
        + cpus
        + "\", arrivals = \"poisson(200k/s)\" } ]\n";
  }

  // CPU 0 enables the function and writes one entry for each CPU, vector FlatSelfIpi.VECTOR.
  private static List<Step> tableWrites(int cpus) {
    List<Step> steps = new ArrayList<>();
    steps.add(Step.of(Step.Op.LAPIC_WRITE, 0x0F0, 0x1FF));
    int bdf = 4 << 3;
    steps.add(Step.configWrite(bdf, 0x10, 4, (int) MemoryMap.bar(0)));
    steps.add(Step.configWrite(bdf, 0x14, 4, 0));
    steps.add(Step.configWrite(bdf, 0x04, 2, 0x0406));
    steps.add(Step.configWrite(bdf, MemoryMap.MSIX_CAPABILITY + 2, 2, 0x8000));
    for (int entry = 0; entry < cpus; entry++) {
      long at = MemoryMap.bar(0) + MemoryMap.MSIX_TABLE + 16L * entry;
      steps.add(Step.of(Step.Op.MMIO_WRITE, at, Msi.address(entry, false, false)));
      steps.add(Step.of(Step.Op.MMIO_WRITE, at + 4, 0));
      steps.add(Step.of(Step.Op.MMIO_WRITE, at + 8, FlatSelfIpi.VECTOR));
      steps.add(Step.of(Step.Op.MMIO_WRITE, at + 12, 0));
    }
    steps.add(Step.STI);
    return steps;
  }

  private static void addCpus(
      Assembly assembly, int cpus, long intrPs, Program boot, boolean selfIpi) {
    int[] lapics = new int[cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      lapics[cpu] = assembly.id(lapic(cpu));
    }
    ApicMode mode = cpus > XAPIC_MAX ? ApicMode.X2APIC : ApicMode.XAPIC;
    for (int cpu = 0; cpu < cpus; cpu++) {
      Program program =
          selfIpi
              ? new SelfIpiProgram(cpu)
              : cpu == 0
                  ? boot
                  : new Script(List.of(Step.of(Step.Op.LAPIC_WRITE, 0x0F0, 0x1FF), Step.STI));
      boolean devices = !selfIpi;
      CorePorts ports =
          new CorePorts(
              assembly.port(core(cpu), lapic(cpu), intrPs),
              devices ? assembly.port(core(cpu), "root", 200_000) : null,
              devices ? assembly.port(core(cpu), "memory", 80_000) : null,
              null);
      ApicMode of = selfIpi ? ApicMode.XAPIC : mode;
      assembly.add(core(cpu), new Core(cpu, ports, new BareSoftware(cpu, program), of));
      ApicDirectory directory = new ApicDirectory(cpus, 0, of);
      LapicPorts wires =
          new LapicPorts(
              assembly.port(lapic(cpu), core(cpu), intrPs),
              assembly.bus(lapic(cpu), lapics, 300_000),
              List.of(),
              null,
              devices ? assembly.port(lapic(cpu), "root", 300_000) : null);
      // Self-IPIs need no unique ids, so that 1 024 CPUs can use the register page.
      assembly.add(
          lapic(cpu),
          new Lapic(
              LapicConfig.softwareEnabled(cpu, cpu, of),
              assembly.id(lapic(cpu)),
              wires,
              directory));
    }
  }

  private static String core(int cpu) {
    return "cpu/" + cpu + "/core";
  }

  private static String lapic(int cpu) {
    return "cpu/" + cpu + "/lapic";
  }

  /** Takes the steps of a list and then sleeps. */
  private static final class Script implements Program {
    private final List<Step> steps;
    private int at;

    Script(List<Step> steps) {
      this.steps = steps;
    }

    @Override
    public Step resume(CoreView core, long answer) {
      return at < steps.size() ? steps.get(at++) : Step.HALT;
    }

    @Override
    public int kind() {
      return 3;
    }

    @Override
    public void save(StateWriter out) {
      out.putInt(at);
    }
  }

  /** In the place of the load: nobody acts from outside. */
  private static final class Nobody implements Component<LoadMessage> {
    @Override
    public void on(LoadMessage message, Io<LoadMessage> io) {}

    @Override
    public void save(StateWriter out) {}

    @Override
    public void load(StateReader in) {}

    @Override
    public void inspect(Inspector out) {}
  }
}
