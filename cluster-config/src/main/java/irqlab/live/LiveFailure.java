package irqlab.live;

/** A component threw: irqlab is wrong, the machine stops, and nothing is restarted. */
public final class LiveFailure extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String path;

  /** A failure of the component of this path. */
  public LiveFailure(String path, Throwable cause) {
    super("path=" + path + ": " + cause, cause);
    this.path = path;
  }

  /** The component that threw. */
  public String path() {
    return path;
  }
}
