package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.HandlerSpec;
import irqlab.topology.JitterLaw;

/** One run of one handler: where it is, and what it has found so far. */
final class HandlerRun {
  IrqState irq;
  IrqAction action;
  int at;
  long found;

  /** How many had been found when the line was last loaded, or -1 before the first load. */
  long foundAtLoad;

  void begin(IrqState state, IrqAction next) {
    irq = state;
    action = next;
    at = 0;
    found = 0;
    foundAtLoad = -1;
  }

  /** The fixed cost and a draw of its jitter, in ps. */
  long costPs(CoreView core) {
    HandlerSpec spec = action.handler();
    JitterLaw jitter = spec.jitter();
    if (jitter instanceof JitterLaw.Exponential) {
      return spec.costPs()
          + core.rng().exponential((double) ((JitterLaw.Exponential) jitter).meanPs());
    }
    if (jitter instanceof JitterLaw.Uniform) {
      JitterLaw.Uniform uniform = (JitterLaw.Uniform) jitter;
      double share = core.rng().nextDouble();
      return spec.costPs()
          + uniform.fromPs()
          + (long) (share * (uniform.toPs() - uniform.fromPs() + 1));
    }
    return spec.costPs();
  }

  void save(StateWriter out) {
    out.putInt(at);
    out.putLong(found);
    out.putLong(foundAtLoad);
  }

  void load(StateReader in) {
    at = in.getInt();
    found = in.getLong();
    foundAtLoad = in.getLong();
  }
}
