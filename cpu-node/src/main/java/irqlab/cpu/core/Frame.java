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

  /** An exception handler, or one entered by INT n. */
  static final int EXCEPTION = 4;

  Program program;
  int kind;

  /** Of the gate by which it was entered; 0 in task context and in system management mode. */
  int vector;

  /** IF as it was when this frame was entered, which IRET restores. */
  boolean interruptFlag;

  /** What is left of a COMPUTE step that was interrupted. */
  long remainingPs;

  /** True while {@link #answer} of an ended step waits for a handler on top to return. */
  boolean held;

  long answer;

  /** The ended step raised an exception. */
  boolean faulted;

  /** The line or reply that the ended step brought; null when it brought none. */
  Answers kept;

  /** What a stack trace shows: "0x31", "nmi", "smi". */
  @Override
  public String toString() {
    return kind == NMI ? "nmi" : kind == SMM ? "smi" : String.format("0x%02x", vector);
  }
}
