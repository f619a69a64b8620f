package irqlab.cli;

/** Something that the person at the command line can mend; told in one sentence. */
final class ReportedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  ReportedException(int code, String message) {
    super(message);
    this.code = code;
  }

  ReportedException(int code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The exit code, see {@link Exit}. */
  int code() {
    return code;
  }
}
