package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateWriter;

/** HLT with interrupts off for ever, as firmware leaves all CPUs but the first: INIT ends it. */
final class HaltProgram implements Program {
  static final int KIND = 6;
  static final Program INSTANCE = new HaltProgram();

  private HaltProgram() {}

  @Override
  public Step resume(CoreView core, long answer) {
    return Step.HALT;
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {}
}
