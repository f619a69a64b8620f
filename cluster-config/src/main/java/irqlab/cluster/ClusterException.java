package irqlab.cluster;

/** Nodes did not come together, do not fit together, or one was lost. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A fault, with values. */
  public ClusterException(String message) {
    super(message);
  }

  /** A fault and what caused it. */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
