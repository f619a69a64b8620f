package irqlab.cpu.linux;

import java.util.function.Consumer;

/** Prints the events as ftrace does, without the columns for time, CPU and task. */
public final class VectorTraceText implements VectorTrace {
  private final Consumer<String> out;

  /**
   * A printer.
   *
   * @param out takes one line per event, such as {@code irq_matrix_free: bit=33 cpu=2 ...}
   */
  public VectorTraceText(Consumer<String> out) {
    this.out = out;
  }

  @Override
  public void global(String event, VectorMatrix matrix) {
    out.accept("irq_matrix_" + event + ": " + totals(matrix));
  }

  @Override
  public void system(int bit, VectorMatrix matrix) {
    out.accept("irq_matrix_assign_system: bit=" + bit + " " + totals(matrix));
  }

  @Override
  public void cpu(String event, int bit, int cpu, VectorMatrix matrix) {
    out.accept(
        "irq_matrix_"
            + event
            + ": bit="
            + bit
            + " cpu="
            + cpu
            + " online="
            + (matrix.isOnline(cpu) ? 1 : 0)
            + " avl="
            + matrix.available(cpu)
            + " alloc="
            + matrix.allocated(cpu)
            + " managed="
            + matrix.managed(cpu)
            + " "
            + totals(matrix));
  }

  @Override
  public void vector(String event, int irq, String fields) {
    out.accept("vector_" + event + ": irq=" + irq + " " + fields);
  }

  private static String totals(VectorMatrix matrix) {
    return "online_maps="
        + matrix.onlineMaps()
        + " global_avl="
        + matrix.globalAvailable()
        + ", global_rsvd="
        + matrix.globalReserved()
        + ", total_alloc="
        + matrix.totalAllocated();
  }
}
