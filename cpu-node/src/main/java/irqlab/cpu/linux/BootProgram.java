package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The first program of a CPU: sets up its local APIC, brings the devices up if it is CPU 0, and
 * then is the idle loop for ever.
 *
 * <p><b>Not modelled:</b> the BIOS; the start of other CPUs by INIT and STARTUP: they begin here.
 */
final class BootProgram implements Program {
  static final int KIND = 1;

  private static final int SPURIOUS_AND_ENABLE = 0x1FF;
  private static final int TIMER_PERIODIC = 1 << 17;
  private static final int DIVIDE_BY_1 = 0x0B;
  private static final long POLL_PS = 1_000_000;

  private static final int LOCAL_STEPS = 8;
  private static final int SCRIPT = 100;
  private static final int REPLY = 101;
  private static final int POLLED = 102;
  private static final int PAUSED = 103;
  private static final int MESSAGE = 104;
  private static final int IDLE = 200;

  private final LinuxConfig config;
  private final int cpu;
  private int at;
  private int action;
  private long a;
  private long b;
  private long c;
  private int write;

  BootProgram(LinuxConfig config, int cpu) {
    this.config = config;
    this.cpu = cpu;
  }

  @Override
  public Step resume(CoreView core, long answer) {
    while (true) {
      if (at < LOCAL_STEPS) {
        Step step = local(at++);
        if (step != null) {
          return step;
        }
        continue;
      }
      switch (at) {
        case LOCAL_STEPS:
          core.tell(KernelCalls.ONLINE, cpu, 0, 0, 0);
          at = cpu == 0 ? SCRIPT : IDLE;
          return Step.STI;
        case SCRIPT:
          at = REPLY;
          return Step.call(KernelCalls.BOOT, 0, 0, 0, 0);
        case REPLY:
          action = (int) answer;
          a = core.reply(0);
          b = core.reply(1);
          c = core.reply(2);
          Step step = act();
          if (step != null) {
            return step;
          }
          break;
        case POLLED:
          if (arrived(core, answer)) {
            at = SCRIPT;
            break;
          }
          at = PAUSED;
          return Step.compute(POLL_PS);
        case MESSAGE:
          step = message();
          if (step != null) {
            return step;
          }
          break;
        case PAUSED:
          step = act();
          return step;
        default:
          return Step.HALT;
      }
    }
  }

  private Step act() {
    at = SCRIPT;
    switch (action) {
      case BootActions.MMIO_WRITE:
        return Step.of(Step.Op.MMIO_WRITE, a, b);
      case BootActions.STORE:
        return Step.of(Step.Op.STORE, a, b);
      case BootActions.CONFIG_WRITE:
        return Step.configWrite((int) a, (int) b & 0xFFF, (int) (b >>> 12), (int) c);
      case BootActions.WAIT_MMIO:
        at = POLLED;
        return Step.of(Step.Op.MMIO_READ, a, 0);
      case BootActions.WAIT_PHASE:
        at = POLLED;
        return Step.of(Step.Op.LOAD_LINE, a, 0);
      case BootActions.WRITE_MESSAGE:
        at = MESSAGE;
        write = 0;
        return null;
      default:
        at = IDLE;
        return null;
    }
  }

  private Step message() {
    Step step =
        new MessageWriter(config.topology()).step(config.irqs().find((int) a), write++, b, (int) c);
    at = write > MessageWriter.STEPS ? SCRIPT : MESSAGE;
    return step;
  }

  private boolean arrived(CoreView core, long answer) {
    return action == BootActions.WAIT_MMIO
        ? (answer & b) == c
        : (core.line((int) b) >>> 48 & 1) == c;
  }

  // The registers that Linux writes on each CPU; null where a mode has no such register.
  private Step local(int step) {
    boolean x2Apic = config.x2Apic();
    boolean flat = config.topology().cpus() <= 8;
    boolean tick = config.topology().tickPs() > 0;
    switch (step) {
      case 0:
        return x2Apic ? null : LocalApic.write(false, LocalApic.DFR, 0xFFFF_FFFFL);
      case 1:
        return x2Apic || !flat ? null : LocalApic.write(false, LocalApic.LDR, 1L << (24 + cpu));
      case 2:
        return LocalApic.write(x2Apic, LocalApic.TPR, 0);
      case 3:
        return LocalApic.write(x2Apic, LocalApic.SVR, SPURIOUS_AND_ENABLE);
      case 4:
        return LocalApic.write(x2Apic, LocalApic.LVT_ERROR, SystemInterrupt.ERROR.vector());
      case 5:
        return tick ? LocalApic.write(x2Apic, LocalApic.TIMER_DIVIDE, DIVIDE_BY_1) : null;
      case 6:
        return tick
            ? LocalApic.write(
                x2Apic, LocalApic.LVT_TIMER, TIMER_PERIODIC | SystemInterrupt.TIMER.vector())
            : null;
      default:
        long ticks = config.topology().tickPs() / config.timerTickPs();
        return tick ? LocalApic.write(x2Apic, LocalApic.TIMER_INITIAL, ticks) : null;
    }
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(at);
    out.putInt(action);
    out.putLong(a);
    out.putLong(b);
    out.putLong(c);
    out.putInt(write);
  }

  static BootProgram load(LinuxConfig config, int cpu, StateReader in) {
    BootProgram program = new BootProgram(config, cpu);
    program.at = in.getInt();
    program.action = in.getInt();
    program.a = in.getLong();
    program.b = in.getLong();
    program.c = in.getLong();
    program.write = in.getInt();
    return program;
  }
}
