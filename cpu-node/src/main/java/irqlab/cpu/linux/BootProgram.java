package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Boot;

/**
 * The first program of a CPU: sets up its local APIC and, when the kernel lets it go on, its timer;
 * then CPU 0 starts the others and brings the devices up, and another CPU starts the interrupts
 * that waited for it (BOOT-005). After that it is the idle loop for ever.
 *
 * <p><b>Not modelled:</b> the BIOS.
 */
final class BootProgram implements Program {
  static final int KIND = 1;

  private static final int SPURIOUS_AND_ENABLE = 0x1FF;
  private static final int TIMER_PERIODIC = 1 << 17;
  private static final int DIVIDE_BY_1 = 0x0B;
  private static final long POLL_PS = 1_000_000;

  private static final int LOCAL_STEPS = 7;
  private static final int TIMER_STEPS = 10;
  private static final int OTHERS = 51;
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
  private boolean online;
  private int others;

  BootProgram(LinuxConfig config, int cpu) {
    this.config = config;
    this.cpu = cpu;
  }

  @Override
  public Step resume(CoreView core, long answer) {
    while (true) {
      if (at < TIMER_STEPS) {
        Step step = at == LOCAL_STEPS && !online ? online() : local(at++);
        if (step != null) {
          return step;
        }
        continue;
      }
      switch (at) {
        case TIMER_STEPS:
          at = cpu == 0 ? OTHERS : SCRIPT;
          return Step.STI;
        case OTHERS:
          Step other = other();
          if (other != null) {
            return other;
          }
          at = SCRIPT;
          break;
        case SCRIPT:
          at = REPLY;
          return Step.call(cpu == 0 ? KernelCalls.BOOT : KernelCalls.RESTORE, 0, 0, 0, 0);
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

  // The kernel answers when this CPU may go on.
  private Step online() {
    online = true;
    return Step.call(KernelCalls.ONLINE, 0, 0, 0, 0);
  }

  // BOOT-007: one after the other, or, since 6.5, first all are started and then all brought up.
  private Step other() {
    int cpus = config.topology().cpus();
    boolean init = config.topology().boot() != Boot.DIRECT;
    boolean twice = init && config.profile().parallelBoot();
    int turn = others++;
    if (turn >= (cpus - 1) * (twice ? 2 : 1)) {
      return null;
    }
    boolean second = turn >= cpus - 1;
    int which = turn % (cpus - 1) + 1;
    return Step.run(new StartProgram(config, which, init && !second, second || !twice));
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

  // The registers that Linux writes on each CPU, and reads; null where a mode has no such register.
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
        // Writes are posted, this read is answered: from here on this CPU is told of to all who
        // send.
        return LocalApic.read(x2Apic, LocalApic.ESR);
      case 6:
        // It comes back from the root complex, behind what that was told: from here on devices
        // reach
        // this CPU, wherever on a cluster the two are.
        return Step.configRead(0, 0, Integer.BYTES);
      case 7:
        return tick ? LocalApic.write(x2Apic, LocalApic.TIMER_DIVIDE, DIVIDE_BY_1) : null;
      case 8:
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
    out.putBoolean(online);
    out.putInt(others);
  }

  static BootProgram load(LinuxConfig config, int cpu, StateReader in) {
    BootProgram program = new BootProgram(config, cpu);
    program.at = in.getInt();
    program.action = in.getInt();
    program.a = in.getLong();
    program.b = in.getLong();
    program.c = in.getLong();
    program.write = in.getInt();
    program.online = in.getBoolean();
    program.others = in.getInt();
    return program;
  }
}
