package irqlab.cpu.linux;

/** A text that is no {@code /proc/interrupts}: which line, and why. */
public final class ProcFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int line;

  ProcFormatException(int line, String why) {
    super("line " + line + ": " + why);
    this.line = line;
  }

  /** Number of the line, the first being 1; 0 if it is the text as a whole. */
  public int line() {
    return line;
  }
}
