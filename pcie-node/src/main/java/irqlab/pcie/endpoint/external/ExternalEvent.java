package irqlab.pcie.endpoint.external;

/** What an {@link ExternalDevice} tells the one that drives it. */
public sealed interface ExternalEvent {
  /** Machine time in picoseconds. */
  long atPs();

  /**
   * The driver has served an entry: it read how many raises there were since it last did.
   *
   * @param entry of the table
   * @param raises at least 1
   */
  record Served(long atPs, int entry, long raises) implements ExternalEvent {}

  /**
   * Software wrote a register.
   *
   * @param offset in BAR 0
   */
  record Written(long atPs, int offset, long value) implements ExternalEvent {}
}
