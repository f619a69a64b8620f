package irqlab.observe;

/**
 * Where a component says what became of interrupts. It never changes what the component does.
 *
 * <p>Called by the component's owner only, inside a reaction.
 */
public interface Probe {
  /** Keeps nothing. */
  Probe NONE =
      new Probe() {
        @Override
        public void raised(long id) {}

        @Override
        public void closed(long id, Fate fate) {}

        @Override
        public void handled(long id, int cpu, int vector, long latencyPs) {}

        @Override
        public void count(Counter counter) {}

        @Override
        public void count(Counter counter, long more) {}
      };

  /** A raise is born with this id. */
  void raised(long id);

  /** The raise has this fate, which is not {@link Fate#HANDLED}. */
  void closed(long id, Fate fate);

  /**
   * A handler began to serve the raise.
   *
   * @param latencyPs from the intended time of the raise
   */
  void handled(long id, int cpu, int vector, long latencyPs);

  /** One more of this. */
  void count(Counter counter);

  /** So many more of this. */
  void count(Counter counter, long more);

  /**
   * Something worth a place in a recording.
   *
   * @param id the interrupt, or 0
   */
  default void mark(Mark mark, long id, long a, long b) {}
}
