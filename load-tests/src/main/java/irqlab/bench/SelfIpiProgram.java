package irqlab.bench;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** Sends a self-IPI, works for a while, and again: the guest of the self-IPI benchmark. */
final class SelfIpiProgram implements Program {
  static final int KIND = 1;

  /** ICR: vector in bits 7:0, shorthand self in bits 19:18. */
  private static final Step SEND =
      Step.of(Step.Op.LAPIC_WRITE, 0x300, FlatSelfIpi.VECTOR | 1 << 18);

  private static final Step ENABLE = Step.of(Step.Op.LAPIC_WRITE, 0x0F0, 0x1FF);

  private final Step pause;
  private int at;

  SelfIpiProgram(int cpu) {
    pause = Step.compute(FlatSelfIpi.pausePs(cpu));
  }

  @Override
  public Step resume(CoreView core, long answer) {
    switch (at) {
      case 0:
        at = 1;
        return ENABLE;
      case 1:
        at = 2;
        return Step.STI;
      case 2:
        at = 3;
        return pause;
      default:
        at = 2;
        return SEND;
    }
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(at);
  }

  SelfIpiProgram restored(StateReader in) {
    at = in.getInt();
    return this;
  }
}
