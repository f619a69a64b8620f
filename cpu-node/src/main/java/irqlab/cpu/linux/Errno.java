package irqlab.cpu.linux;

/**
 * The error codes that Linux's interrupt layer returns, with their numbers on x86 and Arm.
 *
 * <p>An errno is what the modelled software sees; it is a value here and never an exception.
 */
public enum Errno {
  /** The file may not be written: managed interrupt, 6.12 and later. */
  EPERM(1),
  /** The same refusal in older kernels. */
  EIO(5),
  /** An earlier move of this interrupt is unfinished. */
  EBUSY(16),
  /** A mask without a usable CPU, or text that is no mask. */
  EINVAL(22),
  /** No vector is free on any CPU that may be used. */
  ENOSPC(28),
  /** A CPU number past the last one, written as a list. */
  ERANGE(34),
  /** The same, written as a hexadecimal mask. */
  EOVERFLOW(75);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  /** The positive number as {@code errno} holds it. */
  public int number() {
    return number;
  }
}
