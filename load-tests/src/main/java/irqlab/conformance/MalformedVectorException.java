package irqlab.conformance;

/** A vector that is not in the format of recordings; the message says what is wrong with it. */
final class MalformedVectorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MalformedVectorException(String message) {
    super(message);
  }

  MalformedVectorException(String message, Throwable cause) {
    super(message, cause);
  }
}
