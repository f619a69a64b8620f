package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Step;

/**
 * A driver's handler: a state machine whose state is in its {@link HandlerRun}. No state of its
 * own.
 */
interface Handler {
  /** The next step of this run, or null when the handler returns. */
  Step resume(HandlerRun run, CoreView core, long answer);
}
