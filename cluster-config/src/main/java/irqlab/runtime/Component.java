package irqlab.runtime;

/**
 * A deterministic piece of the machine: state and a message give a new state and messages.
 *
 * <p>It sees the world through {@link Io} alone: no clock, thread, log, random source, changing
 * static, or iteration whose order is not defined. One owner at a time calls it, so it needs no
 * locks.
 *
 * @param <M> the sealed protocol of this addressee
 */
public interface Component<M extends Message> {
  /** Called once before the first message of a fresh run, not after {@link #load}. */
  default void start(Io<M> io) {}

  /** Reacts to one message. Throws only when irqlab itself is wrong; the machine then stops. */
  void on(M message, Io<M> io);

  /** Writes everything that {@link #on} can read, in a fixed order. */
  void save(StateWriter out);

  /** Reads back what {@link #save} wrote. */
  void load(StateReader in);

  /** Shows registers and what is pending, without side effects. */
  void inspect(Inspector out);
}
