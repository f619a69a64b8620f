package irqlab.cpu.linux;

/**
 * What an allocation gave: one vector of one CPU, or the reason why not.
 *
 * @param cpu CPU number, -1 on failure
 * @param vector 0x20 to 0xeb, 0 on failure
 * @param errno null on success
 */
public record VectorResult(int cpu, int vector, Errno errno) {

  static VectorResult of(int cpu, int vector) {
    return new VectorResult(cpu, vector, null);
  }

  static VectorResult failed(Errno errno) {
    return new VectorResult(-1, 0, errno);
  }

  /** Whether a vector was given. */
  public boolean ok() {
    return errno == null;
  }

  /** As the kernel returns it: the vector, or the negative error number. */
  public int ret() {
    return errno == null ? vector : -errno.number();
  }
}
