package irqlab.cpu.core;

/** One program on the stack of a core, with what its core comes back to. */
final class Frame {
  /** Task context: idle, tasks, boot code. */
  static final int TASK = 0;

  /** A handler entered by INTA. */
  static final int INTERRUPT = 1;

  /** The NMI handler. */
  static final int NMI = 2;

  /** System management mode. */
  static final int SMM = 3;

  Program program;
  int kind;

  /** IF as it was when this frame was entered, which IRET restores. */
  boolean interruptFlag;

  /** What is left of a COMPUTE step that was interrupted. */
  long remainingPs;

  /** True while {@link #answer} of an ended step waits for a handler on top to return. */
  boolean held;

  long answer;

  /** What else the ended step brought; null when that was nothing. */
  Answers kept;
}
