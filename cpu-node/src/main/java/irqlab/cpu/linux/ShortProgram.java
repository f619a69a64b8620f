package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** A handler that writes EOI, or does not, works for a while, and returns. */
final class ShortProgram implements Program {
  static final int KIND = 3;

  /** The spurious vector: no EOI is due. */
  static final Program SPURIOUS = new ShortProgram(false, false, 0, 0);

  private final boolean eoi;
  private final boolean x2Apic;
  private final long costPs;
  private int at;

  private ShortProgram(boolean eoi, boolean x2Apic, long costPs, int at) {
    this.eoi = eoi;
    this.x2Apic = x2Apic;
    this.costPs = costPs;
    this.at = at;
  }

  static Program acknowledged(boolean x2Apic, long costPs) {
    return new ShortProgram(true, x2Apic, costPs, 0);
  }

  /** For NMI and SMI. */
  static Program quick() {
    return SPURIOUS;
  }

  @Override
  public Step resume(CoreView core, long answer) {
    if (!eoi) {
      return Step.IRET;
    }
    at++;
    switch (at) {
      case 1:
        return LocalApic.eoi(x2Apic);
      case 2:
        return costPs > 0 ? Step.compute(costPs) : Step.IRET;
      default:
        return Step.IRET;
    }
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putBoolean(eoi);
    out.putBoolean(x2Apic);
    out.putLong(costPs);
    out.putInt(at);
  }

  static ShortProgram load(StateReader in) {
    return new ShortProgram(in.getBoolean(), in.getBoolean(), in.getLong(), in.getInt());
  }
}
