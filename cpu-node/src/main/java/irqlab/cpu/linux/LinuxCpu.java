package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Software;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.Mark;
import irqlab.protocol.CpuMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Boot;
import java.util.Arrays;

/**
 * The Linux layer of one CPU: its row of the vector table, the flow state of the interrupts that it
 * holds, and its column of {@code /proc/interrupts}.
 *
 * <p>Rules: {@code linux-irq.md} IRQ-001 to IRQ-004, FLW-002, FLW-008, FLW-011, MOV-004 to MOV-015,
 * MOV-030, BOOT-005.
 *
 * <p><b>Not modelled:</b> exceptions, softirqs, threads and the scheduler; lazy disable.
 */
public final class LinuxCpu implements Software {
  /** A task that sends a fixed IPI: a = CPU, b = vector. */
  public static final int TASK_SEND_IPI = 1;

  /** What a vector of this CPU means (IRQ-002). */
  private enum Use {
    UNUSED,
    SHUTDOWN,
    RETRIGGERED,
    IRQ
  }

  private final LinuxConfig config;
  private final int cpu;
  private final Use[] uses = new Use[256];
  private final IrqState[] states = new IrqState[256];
  private final CpuCounts counts = new CpuCounts();
  private IrqProgram spare;
  // False from the end of its work until it is started again; nobody asks it for anything then.
  private boolean running = true;
  private int startPage;

  /** The layer of this CPU. */
  public LinuxCpu(LinuxConfig config, int cpu) {
    this.config = config;
    this.cpu = cpu;
    Arrays.fill(uses, Use.UNUSED);
  }

  LinuxConfig config() {
    return config;
  }

  CpuCounts counts() {
    return counts;
  }

  IrqState state(int vector) {
    return states[vector];
  }

  /** The driver's ring head of an interrupt that this CPU holds, 0 if it does not. */
  long ringHead(int irq) {
    for (IrqState state : states) {
      if (state != null && state.source.irq() == irq) {
        return state.ringHead;
      }
    }
    return 0;
  }

  /** MOV-030: an IPI to its new CPU was sent for this vector, which is still pending here. */
  void retriggered(int vector) {
    uses[vector] = Use.RETRIGGERED;
    states[vector] = null;
  }

  /** The vector means nothing any more. */
  void forget(int vector) {
    uses[vector] = Use.UNUSED;
    states[vector] = null;
  }

  /** This CPU has left. */
  void left() {
    running = false;
  }

  @Override
  public Program start() {
    boolean first = cpu == 0 || config.topology().boot() == Boot.DIRECT;
    running = first;
    return first ? new BootProgram(config, cpu) : HaltProgram.INSTANCE;
  }

  @Override
  public Program interrupt(CoreView core, int vector, boolean spurious, long id, long raisedPs) {
    if (spurious) {
      counts.row(CpuCounts.Row.SPU).increment();
      return ShortProgram.SPURIOUS;
    }
    if (uses[vector] == Use.IRQ) {
      IrqProgram program = spare == null ? new IrqProgram(this) : spare;
      spare = null;
      program.begin(states[vector], vector, id, raisedPs);
      return program;
    }
    SystemInterrupt known = SystemInterrupt.of(config.profile(), vector);
    if (known != null) {
      return system(core, known, vector, id, raisedPs);
    }
    return unexpected(core, vector, id);
  }

  // FLW, PRC-014: these handlers write EOI first and then work.
  private Program system(CoreView core, SystemInterrupt known, int vector, long id, long raisedPs) {
    core.probe().count(Counter.SYSTEM_VECTOR);
    if (id != 0) {
      core.probe().handled(id, cpu, vector, core.nowPs() - raisedPs);
    }
    if (known == SystemInterrupt.MOVE_CLEANUP) {
      return new CleanUpProgram(config, cpu, true);
    }
    counts.row(known.row()).increment();
    if (known == SystemInterrupt.TIMER) {
      core.probe().count(Counter.TICKS);
      return ShortProgram.acknowledged(config.x2Apic(), config.tickCostPs());
    }
    return ShortProgram.acknowledged(config.x2Apic(), config.ipiCostPs());
  }

  // IRQ-003 and IRQ-004: no descriptor; EOI is written and no device row counts.
  private Program unexpected(CoreView core, int vector, long id) {
    core.probe().count(Counter.NO_DESCRIPTOR);
    Fate fate = Fate.LOST_NO_HANDLER;
    if (vector >= config.profile().firstSystemVector()) {
      counts.row(CpuCounts.Row.SPU).increment();
    } else if (uses[vector] != Use.UNUSED) {
      boolean again = uses[vector] == Use.RETRIGGERED;
      fate = again ? Fate.COLLAPSED_RETRIGGER : Fate.LOST_STALE_VECTOR;
      uses[vector] = Use.UNUSED;
    }
    if (id != 0) {
      core.probe().closed(id, fate);
    }
    return ShortProgram.acknowledged(config.x2Apic(), 0);
  }

  /** A device interrupt's program has ended and may be used again. */
  void ended(IrqProgram program) {
    spare = program;
  }

  @Override
  public Program nmi(CoreView core, long id, long raisedPs) {
    counts.row(CpuCounts.Row.NMI).increment();
    if (id != 0) {
      core.probe().handled(id, cpu, 2, core.nowPs() - raisedPs);
    }
    return ShortProgram.quick();
  }

  @Override
  public Program smi(CoreView core, long id, long raisedPs) {
    if (id != 0) {
      core.probe().handled(id, cpu, 0, core.nowPs() - raisedPs);
    }
    return ShortProgram.quick();
  }

  @Override
  public Program startup(CoreView core, int page) {
    // BOOT-005: a CPU that was here before keeps its counts and nothing else.
    Arrays.fill(uses, Use.UNUSED);
    Arrays.fill(states, null);
    running = true;
    startPage = page;
    return new BootProgram(config, cpu);
  }

  @Override
  public Program task(CoreView core, CpuMessage.Task task) {
    if (task.what() != TASK_SEND_IPI) {
      throw new IllegalStateException("task=" + task.what() + " cpu=" + cpu);
    }
    // What should be sent from a CPU that is not there is not sent.
    return running ? new IpiProgram(config, config.apicId((int) task.a()), (int) task.b()) : null;
  }

  @Override
  public Program request(CoreView core, CpuMessage.Request request) {
    if (!running) {
      return null;
    }
    switch (request.what()) {
      case KernelCalls.INSTALL:
        install(core, request);
        return null;
      case KernelCalls.UNINSTALL:
        int vector = (int) request.a();
        uses[vector] = request.b() == 1 ? Use.SHUTDOWN : Use.UNUSED;
        states[vector] = null;
        return null;
      case KernelCalls.SET_MOVE:
        setMove((int) request.a());
        return null;
      case KernelCalls.CLEAN_UP_TIMER:
        return new CleanUpProgram(config, cpu, false);
      case KernelCalls.START_CPU:
        return new StartProgram(config, (int) request.a(), true, true);
      case KernelCalls.STOP:
        return request.a() == 1 ? new OfflineProgram(this) : new StopProgram();
      default:
        throw new IllegalStateException("request=" + request.what() + " cpu=" + cpu);
    }
  }

  private void install(CoreView core, CpuMessage.Request request) {
    int vector = (int) request.a();
    int irq = (int) request.b();
    IrqState state = new IrqState(config.irqs().find(irq), counts.cell(irq));
    state.shared = (request.c() & KernelCalls.SHARED) != 0;
    state.ringHead = request.d();
    uses[vector] = Use.IRQ;
    states[vector] = state;
    core.tell(KernelCalls.INSTALLED, irq, 0, 0, 0);
  }

  private void setMove(int irq) {
    for (IrqState state : states) {
      if (state != null && state.source.irq() == irq) {
        state.movePending = true;
      }
    }
  }

  void mark(CoreView core, Mark mark, long id, int vector) {
    core.probe().mark(mark, id, cpu, vector);
  }

  @Override
  public Program load(int kind, StateReader in) {
    switch (kind) {
      case BootProgram.KIND:
        return BootProgram.load(config, cpu, in);
      case IrqProgram.KIND:
        return IrqProgram.load(this, in);
      case ShortProgram.KIND:
        return ShortProgram.load(in);
      case CleanUpProgram.KIND:
        return CleanUpProgram.load(config, cpu, in);
      case IpiProgram.KIND:
        return IpiProgram.load(config, in);
      case HaltProgram.KIND:
        return HaltProgram.INSTANCE;
      case StartProgram.KIND:
        return StartProgram.load(config, in);
      case StopProgram.KIND:
        return StopProgram.load(in);
      case OfflineProgram.KIND:
        return OfflineProgram.load(this, in);
      default:
        throw new irqlab.runtime.MalformedStateException("program kind=" + kind);
    }
  }

  @Override
  public void save(StateWriter out) {
    for (int vector = 0; vector < uses.length; vector++) {
      out.putByte(uses[vector].ordinal());
      if (uses[vector] == Use.IRQ) {
        states[vector].save(out);
      }
    }
    counts.save(out);
    out.putBoolean(running);
    out.putInt(startPage);
  }

  @Override
  public void load(StateReader in) {
    for (int vector = 0; vector < uses.length; vector++) {
      uses[vector] = Use.values()[in.getByte()];
      states[vector] = uses[vector] == Use.IRQ ? IrqState.load(in, config.irqs(), counts) : null;
    }
    counts.load(in);
    running = in.getBoolean();
    startPage = in.getInt();
  }

  @Override
  public void inspect(Inspector out) {
    counts.inspect(out);
    out.value("start.address", (long) startPage << 12);
    for (int vector = 0; vector < states.length; vector++) {
      if (states[vector] != null) {
        out.value("vector." + vector + ".irq", states[vector].source.irq());
      }
    }
  }
}
