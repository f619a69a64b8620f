package irqlab.answers;

import irqlab.cpu.CpuModule;
import irqlab.load.Machines;
import irqlab.observe.InterruptId;
import irqlab.observe.Ledger;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LoadMessage;
import irqlab.protocol.PicMessage;
import irqlab.protocol.PostedAttributes;
import irqlab.protocol.ProtocolCodecs;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Assembly;
import irqlab.runtime.Board;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.runtime.TiePolicy;
import irqlab.topology.NodeModule;
import irqlab.topology.Role;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A whole machine on a Board whose CPUs run scripts: real cores, local APICs, IO-APICs, 8259A pair
 * and root complex, and no operating system. All CPUs start at once and with software-enabled local
 * APICs, whose logical ids are flat, one bit each.
 *
 * <p>Set up the CPUs, {@link #start}, let time pass with {@link #run}, and look. One owner.
 */
public final class ScriptedMachine {
  private static final String OUTSIDE = Machines.LOAD;
  private static final long SEED = 1;

  private final Topology topology;
  private final List<String> trace = new ArrayList<>();
  private final List<ScriptedCpu> cpus = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final Board board;
  private final int outside;
  private int raises;

  /**
   * A machine of these settings.
   *
   * @param settings what a scenario has in {@code machine { ... }}, such as {@code "cpus = 2"}.
   *     Errors: {@link irqlab.topology.TopologyException}
   */
  public ScriptedMachine(String settings) {
    topology = Topology.parse("machine { " + settings + " }");
    List<String> paths = Machines.paths(topology);
    paths.remove("kernel");
    Assembly assembly = new Assembly(paths);
    for (NodeModule module : ServiceLoader.load(NodeModule.class)) {
      if (module.role() != Role.CPU) {
        module.build(topology, assembly, path -> true);
      }
    }
    for (int cpu = 0; cpu < topology.cpus(); cpu++) {
      cpus.add(new ScriptedCpu(cpu, trace));
    }
    CpuModule.buildBare(topology, assembly, cpus::get);
    assembly.add(OUTSIDE, new Outside());
    outside = assembly.id(OUTSIDE);
    board = new Board(assembly.plan(), ProtocolCodecs.all(), SEED, TiePolicy.ID, ledger);
  }

  /** The software of a CPU, by its number. */
  public ScriptedCpu cpu(int number) {
    return cpus.get(number);
  }

  /** Starts all CPUs. */
  public ScriptedMachine start() {
    board.start();
    return this;
  }

  /** Lets so much time pass. */
  public ScriptedMachine run(long ps) {
    board.runBefore(board.nowPs() + ps);
    return this;
  }

  /** Entries of handlers in their order: "cpu0 0x31", "cpu1 nmi". */
  public List<String> trace() {
    return List.copyOf(trace);
  }

  /** How often something was entered, such as "cpu0 nmi". */
  public int count(String entry) {
    return (int) trace.stream().filter(entry::equals).count();
  }

  /** The books. */
  public Ledger ledger() {
    return ledger;
  }

  /** Machine time. */
  public long nowPs() {
    return board.nowPs();
  }

  /** The registers of a local APIC now. */
  public Shown lapic(int cpu) {
    return show("cpu/" + cpu + "/lapic");
  }

  /** The state of a core now. */
  public Shown core(int cpu) {
    return show("cpu/" + cpu + "/core");
  }

  /** The registers of the first IO-APIC now. */
  public Shown ioApic() {
    return show("ioapic/0");
  }

  private Shown show(String path) {
    Shown shown = new Shown();
    board.inspect(path, shown);
    return shown;
  }

  /** A device writes an interrupt message; it arrives at the root complex 1 ps later. */
  public long message(long address, int data) {
    long id = raise();
    board.inject(
        "root",
        new RootComplexMessage.MsiWrite(
            id, board.nowPs(), address, data, 0, PostedAttributes.NONE));
    return id;
  }

  /** A device moves the wire of an IO-APIC pin. */
  public void pin(int pin, boolean asserted) {
    long id = asserted ? raise() : 0;
    board.inject("ioapic/0", new IoApicMessage.Line(pin, asserted, outside, id, board.nowPs()));
  }

  /** A device moves an input of the 8259A pair. */
  public void picLine(int line, boolean asserted) {
    long id = asserted ? raise() : 0;
    board.inject("pic", new PicMessage.Line(line, asserted, outside, id, board.nowPs()));
  }

  /** True when every raise has a fate or waits somewhere; last of all calls. */
  public boolean balanced() {
    board.closeBooks();
    return ledger.balanced();
  }

  private long raise() {
    long id = InterruptId.of(outside, 0, ++raises);
    ledger.raised(id);
    return id;
  }

  /** The place in the machine that raises come from. */
  private static final class Outside implements Component<LoadMessage> {
    @Override
    public void on(LoadMessage message, Io<LoadMessage> io) {
      throw new IllegalStateException("message=" + message + ": nobody writes to the outside");
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void load(StateReader in) {}

    @Override
    public void inspect(Inspector out) {}
  }
}
