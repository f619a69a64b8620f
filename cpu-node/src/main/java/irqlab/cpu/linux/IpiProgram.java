package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** A task that sends one fixed IPI in physical mode. */
final class IpiProgram implements Program {
  static final int KIND = 5;

  private final LinuxConfig config;
  private final int apicId;
  private final int vector;
  private int at;

  IpiProgram(LinuxConfig config, int apicId, int vector) {
    this.config = config;
    this.apicId = apicId;
    this.vector = vector;
  }

  @Override
  public Step resume(CoreView core, long answer) {
    at++;
    if (at == 1 && !config.x2Apic()) {
      // ICR-001: the high half first; the low half sends.
      return LocalApic.write(false, LocalApic.ICR_HIGH, (long) apicId << 24);
    }
    if (at <= 2) {
      at = 2;
      return LocalApic.send(config.x2Apic(), apicId, vector);
    }
    return Step.RETURN;
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(apicId);
    out.putInt(vector);
    out.putInt(at);
  }

  static IpiProgram load(LinuxConfig config, StateReader in) {
    IpiProgram program = new IpiProgram(config, in.getInt(), in.getInt());
    program.at = in.getInt();
    return program;
  }
}
