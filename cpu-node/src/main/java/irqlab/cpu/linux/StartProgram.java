package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Boot;

/**
 * CPU 0 starts another CPU: INIT, de-assert, and STARTUP twice, with the delays of {@link Boot}
 * (BOOT-001), then waits until it is online (BOOT-007).
 *
 * <p>Source: SDM vol. 3, "MP Initialization Protocol Algorithm for MP Systems"; Linux {@code
 * wakeup_secondary_cpu_via_init}. <b>Not modelled:</b> giving up on a CPU that never answers.
 */
final class StartProgram implements Program {
  static final int KIND = 7;

  /** The page of the code at which a CPU starts, 0x99000: below 1 MiB (BOOT-003). */
  static final int PAGE = 0x99;

  private static final int INIT_ASSERT = 0xC500;
  private static final int INIT_DEASSERT = 0x8500;
  private static final int STARTUP = 0x0600;
  private static final int DELIVERY_STATUS = 1 << 12;
  private static final int ERRORS = 0xEF;
  private static final int STARTUPS = 2;
  private static final long POLL_PS = 100_000_000L;
  private static final int POLLS_MAX = 1000;

  private enum At {
    CLEAR,
    CHECK,
    ASSERT_TO,
    ASSERT,
    ASSERTED,
    DEASSERT_TO,
    DEASSERT,
    DEASSERTED,
    STARTUP_CLEAR,
    STARTUP_CHECK,
    STARTUP_TO,
    STARTUP,
    ACCEPT,
    ACCEPTED,
    STATUS_CLEAR,
    STATUS,
    STATUS_READ,
    BRING_UP,
    END
  }

  private final LinuxConfig config;
  private final Boot timing;
  private final int cpu;
  private final boolean bringUp;
  private At at;
  private int startups;
  private int polls;
  private boolean polling;

  /**
   * The start of a CPU.
   *
   * @param init send INIT and STARTUP
   * @param bringUp wait until it is online
   */
  StartProgram(LinuxConfig config, int cpu, boolean init, boolean bringUp) {
    this.config = config;
    this.timing = config.topology().boot();
    this.cpu = cpu;
    this.bringUp = bringUp;
    at = init ? At.CLEAR : At.BRING_UP;
  }

  @Override
  public Step resume(CoreView core, long firstAnswer) {
    long answer = firstAnswer;
    while (true) {
      Step step = next(answer);
      if (step != null) {
        return step;
      }
      answer = 0;
    }
  }

  // One phase; null goes on to the next without a step.
  private Step next(long answer) {
    boolean x2Apic = config.x2Apic();
    switch (at) {
      case CLEAR:
      case STARTUP_CLEAR:
      case STATUS_CLEAR:
        return then(LocalApic.write(x2Apic, LocalApic.ESR, 0));
      case CHECK:
      case STARTUP_CHECK:
      case STATUS:
        return then(LocalApic.read(x2Apic, LocalApic.ESR));
      case ASSERT_TO:
      case DEASSERT_TO:
      case STARTUP_TO:
        return then(
            x2Apic
                ? null
                : LocalApic.write(false, LocalApic.ICR_HIGH, (long) config.apicId(cpu) << 24));
      case ASSERT:
        return then(send(INIT_ASSERT));
      case ASSERTED:
        return idle(answer, timing.initPs());
      case DEASSERT:
        return then(send(INIT_DEASSERT));
      case DEASSERTED:
        return idle(answer, 0);
      case STARTUP:
        return then(send(STARTUP | PAGE));
      case ACCEPT:
        return then(Step.compute(timing.acceptPs()));
      case ACCEPTED:
        return idle(answer, timing.settlePs());
      case STATUS_READ:
        startups++;
        boolean again = startups < STARTUPS && (answer & ERRORS) == 0;
        at = again ? At.STARTUP_CLEAR : At.BRING_UP;
        return null;
      case BRING_UP:
        return then(bringUp ? Step.call(KernelCalls.BRING_UP, cpu, 0, 0, 0) : null);
      default:
        return Step.RETURN;
    }
  }

  private Step then(Step step) {
    at = At.values()[at.ordinal() + 1];
    return step;
  }

  private Step send(int low) {
    return LocalApic.send(config.x2Apic(), config.apicId(cpu), low);
  }

  // Waits until delivery status is idle, then for the delay. x2APIC mode has no such status.
  private Step idle(long answer, long delayPs) {
    boolean busy = polling && (answer & DELIVERY_STATUS) != 0;
    if (!config.x2Apic() && (!polling || busy) && polls < POLLS_MAX) {
      if (busy) {
        polls++;
        polling = false;
        return Step.compute(POLL_PS);
      }
      polling = true;
      return LocalApic.read(false, LocalApic.ICR);
    }
    polling = false;
    polls = 0;
    return then(delayPs > 0 ? Step.compute(delayPs) : null);
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(cpu);
    out.putBoolean(bringUp);
    out.putByte(at.ordinal());
    out.putInt(startups);
    out.putInt(polls);
    out.putBoolean(polling);
  }

  static StartProgram load(LinuxConfig config, StateReader in) {
    StartProgram program = new StartProgram(config, in.getInt(), true, in.getBoolean());
    program.at = At.values()[in.getByte()];
    program.startups = in.getInt();
    program.polls = in.getInt();
    program.polling = in.getBoolean();
    return program;
  }
}
