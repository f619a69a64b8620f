package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Gives back the old vectors of this CPU: by a timer (MOV-011), or as the handler of vector 0x20
 * (MOV-012). It reads IRR first; what is still pending there stays for the next time.
 */
final class CleanUpProgram implements Program {
  static final int KIND = 4;
  private static final int WORDS = 8;

  private final LinuxConfig config;
  private final int cpu;
  private final boolean interrupt;
  private final long[] irr = new long[4];
  private int at;

  CleanUpProgram(LinuxConfig config, int cpu, boolean interrupt) {
    this.config = config;
    this.cpu = cpu;
    this.interrupt = interrupt;
  }

  @Override
  public Step resume(CoreView core, long answer) {
    int now = at++;
    boolean x2Apic = config.x2Apic();
    if (now == 0 && interrupt) {
      return LocalApic.eoi(x2Apic);
    }
    int word = interrupt ? now - 1 : now;
    if (word > 0 && word <= WORDS) {
      irr[(word - 1) / 2] |= (answer & 0xFFFF_FFFFL) << (32 * ((word - 1) % 2));
    }
    if (word < WORDS) {
      return LocalApic.read(x2Apic, LocalApic.IRR + 0x10 * word);
    }
    if (word == WORDS) {
      return Step.call(KernelCalls.CLEAN_UP, irr[0], irr[1], irr[2], irr[3]);
    }
    if (word == WORDS + 1 && interrupt && answer == KernelCalls.STAYS) {
      // MOV-012: 0x20 is the lowest external vector, so the device's vector runs before.
      return Step.run(
          new IpiProgram(config, config.apicId(cpu), SystemInterrupt.MOVE_CLEANUP.vector()));
    }
    return interrupt ? Step.IRET : Step.RETURN;
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putBoolean(interrupt);
    out.putInt(at);
    out.putLongs(irr);
  }

  static CleanUpProgram load(LinuxConfig config, int cpu, StateReader in) {
    CleanUpProgram program = new CleanUpProgram(config, cpu, in.getBoolean());
    program.at = in.getInt();
    System.arraycopy(in.getLongs(), 0, program.irr, 0, program.irr.length);
    return program;
  }
}
