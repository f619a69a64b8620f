package irqlab.cli;

/** What the process tells its parent. */
final class Exit {
  /** It ran, and all checks held. */
  static final int OK = 0;

  /** A fault of the program, or results that could not be written. */
  static final int FAULT = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** The scenario is wrong; nothing was started. */
  static final int SCENARIO = 3;

  /** The cluster did not form, or a node was lost. */
  static final int CLUSTER = 4;

  /** A replay, or a second run, differs. */
  static final int DIVERGED = 5;

  /** It ran, and a check failed or the books do not balance. */
  static final int CHECK_FAILED = 99;

  /** It was interrupted; what it had was reported. */
  static final int INTERRUPTED = 130;

  private Exit() {}
}
