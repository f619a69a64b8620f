package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.observe.Counter;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * A CPU leaves (MOV-030): with interrupts off and all other CPUs standing still it writes new
 * messages for its interrupts, waits 1 ms for messages that are on their way, and sends an IPI to
 * the new CPU for each vector that is pending here. Then it takes what is pending, without effect,
 * disables its local APIC and halts.
 *
 * <p>Source: Linux {@code fixup_irqs}, {@code native_cpu_disable}, {@code play_dead}.
 *
 * <p>Model-specific: the local APIC is disabled after the pending vectors were taken and not
 * before, since ours holds them back while it is disabled.
 */
final class OfflineProgram implements Program {
  static final int KIND = 9;

  private static final long WAIT_PS = 1_000_000_000L;
  private static final long DRAIN_PS = 1_000_000L;
  private static final int IRR_WORDS = 8;
  private static final int DISABLED = 0xFF;
  private static final int MASKED = 1 << 16;

  private enum At {
    CLI,
    STOP,
    STOPPED,
    MIGRATE,
    MIGRATED,
    HANDED_OVER,
    WRITE,
    READ_IRR,
    SCAN,
    TARGET,
    RETRIGGERED,
    GONE,
    STI,
    DRAIN,
    CLOSE,
    MASK_TIMER,
    STOP_TIMER,
    DISABLE,
    DEAD,
    STAYS
  }

  private final LinuxCpu linux;
  private final LinuxConfig config;
  private final MessageWriter writer;
  private final long[] irr = new long[4];
  private At at = At.CLI;
  private int irq;
  private boolean shutDown;
  private int write;
  private long address;
  private int data;
  private int word;
  private int vector;

  OfflineProgram(LinuxCpu linux) {
    this.linux = linux;
    this.config = linux.config();
    this.writer = new MessageWriter(config.topology());
  }

  @Override
  public Step resume(CoreView core, long firstAnswer) {
    long answer = firstAnswer;
    while (true) {
      Step step = next(core, answer);
      if (step != null) {
        return step;
      }
      answer = 0;
    }
  }

  // One phase; null goes on to the next without a step.
  private Step next(CoreView core, long answer) {
    switch (at) {
      case CLI:
        return then(At.STOP, Step.CLI);
      case STOP:
        return then(At.STOPPED, Step.call(KernelCalls.STOPPED, 0, 0, 0, 0));
      case STOPPED:
        return answer == KernelCalls.OK ? then(At.MIGRATE, null) : then(At.STAYS, Step.STI);
      case MIGRATE:
        return then(At.MIGRATED, Step.call(KernelCalls.MIGRATE, 0, 0, 0, 0));
      case MIGRATED:
        return migrated(core, (int) answer);
      case HANDED_OVER:
        address = core.reply(1);
        data = (int) core.reply(2);
        write = 0;
        return then(At.WRITE, null);
      case WRITE:
        return write();
      case READ_IRR:
        return readIrr(answer);
      case SCAN:
        return scan();
      case TARGET:
        return retrigger(core, (int) answer);
      case RETRIGGERED:
        linux.retriggered(vector);
        return then(At.SCAN, null);
      default:
        return leave();
    }
  }

  private Step then(At next, Step step) {
    at = next;
    return step;
  }

  private Step migrated(CoreView core, int code) {
    if (code == KernelCalls.OK) {
      return then(At.READ_IRR, Step.compute(WAIT_PS));
    }
    irq = (int) core.reply(0);
    shutDown = code == KernelCalls.NEXT_SHUT_DOWN;
    return then(At.HANDED_OVER, Step.call(KernelCalls.HAND_OVER, irq, linux.ringHead(irq), 0, 0));
  }

  private Step write() {
    if (write > MessageWriter.STEPS) {
      return then(At.MIGRATE, null);
    }
    IrqSource source = config.irqs().find(irq);
    int step = write++;
    return shutDown ? writer.clear(source, step) : writer.step(source, step, address, data);
  }

  private Step readIrr(long answer) {
    if (word > 0) {
      irr[(word - 1) / 2] |= (answer & 0xFFFF_FFFFL) << (32 * ((word - 1) % 2));
    }
    if (word == IRR_WORDS) {
      vector = KernelProfile.FIRST_EXTERNAL_VECTOR - 1;
      return then(At.SCAN, null);
    }
    return LocalApic.read(config.x2Apic(), LocalApic.IRR + 0x10 * word++);
  }

  private Step scan() {
    while (++vector < 256) {
      IrqState state = linux.state(vector);
      if (state != null && (irr[vector >> 6] >>> (vector & 63) & 1) != 0) {
        return then(At.TARGET, Step.call(KernelCalls.TARGET, state.source.irq(), 0, 0, 0));
      }
      if (state != null) {
        linux.forget(vector);
      }
    }
    return then(At.GONE, null);
  }

  private Step retrigger(CoreView core, int code) {
    if (code != KernelCalls.OK) {
      linux.forget(vector);
      return then(At.SCAN, null);
    }
    core.probe().count(Counter.OFFLINE_RETRIGGERS);
    int apicId = config.apicId((int) core.reply(0));
    return then(At.RETRIGGERED, Step.run(new IpiProgram(config, apicId, (int) core.reply(1))));
  }

  private Step leave() {
    boolean x2Apic = config.x2Apic();
    switch (at) {
      case GONE:
        return then(At.STI, Step.call(KernelCalls.GONE, 0, 0, 0, 0));
      case STI:
        return then(At.DRAIN, Step.STI);
      case DRAIN:
        return then(At.CLOSE, Step.compute(DRAIN_PS));
      case CLOSE:
        return then(At.MASK_TIMER, Step.CLI);
      case MASK_TIMER:
        int masked = MASKED | SystemInterrupt.TIMER.vector();
        return then(At.STOP_TIMER, LocalApic.write(x2Apic, LocalApic.LVT_TIMER, masked));
      case STOP_TIMER:
        return then(At.DISABLE, LocalApic.write(x2Apic, LocalApic.TIMER_INITIAL, 0));
      case DISABLE:
        return then(At.DEAD, LocalApic.write(x2Apic, LocalApic.SVR, DISABLED));
      case DEAD:
        linux.left();
        return Step.HALT;
      default:
        return Step.RETURN;
    }
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putByte(at.ordinal());
    out.putInt(irq);
    out.putBoolean(shutDown);
    out.putInt(write);
    out.putLong(address);
    out.putInt(data);
    out.putLongs(irr);
    out.putInt(word);
    out.putInt(vector);
  }

  static OfflineProgram load(LinuxCpu linux, StateReader in) {
    OfflineProgram program = new OfflineProgram(linux);
    program.at = At.values()[in.getByte()];
    program.irq = in.getInt();
    program.shutDown = in.getBoolean();
    program.write = in.getInt();
    program.address = in.getLong();
    program.data = in.getInt();
    System.arraycopy(in.getLongs(), 0, program.irr, 0, program.irr.length);
    program.word = in.getInt();
    program.vector = in.getInt();
    return program;
  }
}
