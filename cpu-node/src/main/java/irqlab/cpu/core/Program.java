package irqlab.cpu.core;

import irqlab.runtime.Inspector;
import irqlab.runtime.StateWriter;

/**
 * What runs on a core: idle, a task, a handler, boot code, a test script. A state machine that is
 * asked for its next {@link Step}; no thread and no continuation, so it is saved with the core.
 */
public interface Program {
  /**
   * Goes on until the next step.
   *
   * @param core what the program sees of its core
   * @param answer of the step before; 0 at the start
   */
  Step resume(CoreView core, long answer);

  /** The number by which {@link Software#load} finds this program again, 1 to 255. */
  int kind();

  /** Writes everything that {@link #resume} can read. */
  void save(StateWriter out);

  /** Shows the raises that are this program's to close. */
  default void inspect(Inspector out) {}
}
