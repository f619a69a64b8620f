package irqlab.answers;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Step;

/** One place of a script: the step to take there, chosen when the core gets to it. */
@FunctionalInterface
public interface Move {
  /** The step; it may look at the core, and at what the step before answered. */
  Step next(CoreView core, long answer);

  /** Always this step. */
  static Move step(Step step) {
    return (core, answer) -> step;
  }

  /** Does something outside the core, such as lowering a line, and takes no time. */
  static Move act(Runnable action) {
    return (core, answer) -> {
      action.run();
      return Step.compute(0);
    };
  }
}
