package irqlab.runtime;

/** Bytes that are not what a writer of this version makes; the message names offset and value. */
public final class MalformedStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A fault at a place in the bytes. */
  public MalformedStateException(String message) {
    super(message);
  }
}
