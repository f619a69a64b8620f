package irqlab.cpu.linux;

/** The space of Linux interrupt numbers on x86: its size and where dynamic numbers begin. */
public final class IrqNumbers {
  /** Lines of the two 8259As. */
  public static final int LEGACY = 16;

  private IrqNumbers() {}

  /**
   * IRQ-006: how many interrupt numbers there can be; it fixes the first column's width in {@code
   * /proc/interrupts} (PRC-002).
   *
   * @param gsiTop number of pins of all IO-APICs
   * @param cpus number of possible CPUs
   */
  public static int count(int gsiTop, int cpus) {
    int dynamic = gsiTop <= LEGACY ? 8 * cpus : 16 * gsiTop;
    return Math.min(VectorMatrix.VECTORS * cpus, gsiTop + LEGACY + 8 * cpus + dynamic);
  }

  /** IRQ-005: the lowest number that an MSI can have; numbers are given out first fit from here. */
  public static int firstDynamic(int gsiTop) {
    return Math.max(gsiTop, LEGACY);
  }
}
