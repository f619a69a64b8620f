package irqlab.cpu.linux;

/**
 * Sees what Linux's tracepoints {@code irq_matrix:*} and {@code irq_vectors:vector_*} show.
 *
 * <p>Watching changes nothing. Events arrive in the order of the kernel's own. {@link
 * VectorTraceText} prints them in the kernel's format.
 */
public interface VectorTrace {
  /** Sees nothing. */
  VectorTrace NONE =
      new VectorTrace() {
        @Override
        public void global(String event, VectorMatrix matrix) {}

        @Override
        public void system(int bit, VectorMatrix matrix) {}

        @Override
        public void cpu(String event, int bit, int cpu, VectorMatrix matrix) {}

        @Override
        public void vector(String event, int irq, String fields) {}

        @Override
        public boolean on() {
          return false;
        }
      };

  /**
   * A change of the matrix as a whole, after it happened.
   *
   * @param event {@code online}, {@code offline}, {@code reserve} or {@code remove_reserved}
   */
  void global(String event, VectorMatrix matrix);

  /** A vector that the system took for itself on every CPU. */
  void system(int bit, VectorMatrix matrix);

  /**
   * A change of one CPU's row, after it happened.
   *
   * @param event {@code assign}, {@code alloc}, {@code alloc_managed}, {@code reserve_managed},
   *     {@code remove_managed} or {@code free}
   */
  void cpu(String event, int bit, int cpu, VectorMatrix matrix);

  /**
   * A step in the life of one interrupt.
   *
   * @param event the tracepoint without {@code vector_}
   * @param fields what follows {@code irq=N}, as the kernel prints it
   */
  void vector(String event, int irq, String fields);

  /** Whether somebody looks; the fields of an event are composed only then. */
  default boolean on() {
    return true;
  }
}
