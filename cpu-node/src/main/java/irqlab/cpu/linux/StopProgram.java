package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * A CPU stands still with interrupts off while another leaves, so that no handler runs and no move
 * is under way meanwhile. Source: Linux {@code stop_machine}.
 */
final class StopProgram implements Program {
  static final int KIND = 8;

  private int at;

  @Override
  public Step resume(CoreView core, long answer) {
    at++;
    switch (at) {
      case 1:
        return Step.CLI;
      case 2:
        return Step.call(KernelCalls.STOPPED, 0, 0, 0, 0);
      case 3:
        return Step.STI;
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
    out.putInt(at);
  }

  static StopProgram load(StateReader in) {
    StopProgram program = new StopProgram();
    program.at = in.getInt();
    return program;
  }
}
