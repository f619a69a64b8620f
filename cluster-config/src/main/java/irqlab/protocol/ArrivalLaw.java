package irqlab.protocol;

import irqlab.runtime.Rng;

/**
 * When a source of load acts: the text of a scenario's {@code arrivals}, as it travels to a device.
 *
 * @param kind which law
 * @param a EVERY and BURST: period in ps; POISSON: mean distance in ps; QUEUE_DEPTH: outstanding
 *     commands, 1 or more
 * @param b BURST: how many at once; else 0
 * @param count how many in all, or -1 for no end
 */
public record ArrivalLaw(Kind kind, long a, long b, long count) {
  /** The laws. */
  public enum Kind {
    /** One every a ps, the first at once. */
    EVERY,
    /** A Poisson process: exponential distances of mean a ps, the first after one distance. */
    POISSON,
    /** b at the same time, every a ps, the first at once. */
    BURST,
    /** Closed loop: a commands are always outstanding. */
    QUEUE_DEPTH
  }

  /** Errors: {@link IllegalArgumentException} when a value is out of its range. */
  public ArrivalLaw {
    if (a < 1 || b < 0 || (kind == Kind.BURST && b < 1) || count < -1) {
      throw new IllegalArgumentException(
          "kind=" + kind + " a=" + a + " b=" + b + " count=" + count);
    }
  }

  /** One word for kind and b: kind in bits 63:56, b in bits 55:0. With a and count it is all. */
  public long kindAndBurst() {
    return (long) kind.ordinal() << 56 | b;
  }

  /** The command that starts this law at an entry. */
  public EndpointMessage.Command encoded(int entry) {
    return new EndpointMessage.Command(
        EndpointCommands.START_LOAD, entry, kindAndBurst(), a, count);
  }

  /** The law of a {@link EndpointCommands#START_LOAD} command. */
  public static ArrivalLaw decoded(EndpointMessage.Command command) {
    Kind kind = Kind.values()[(int) (command.a() >>> 56)];
    return new ArrivalLaw(kind, command.b(), command.a() & (1L << 56) - 1, command.c());
  }

  /** From the start of the load to its first arrival, in ps; 0 is at once. */
  long firstDelayPs(Rng rng) {
    return kind == Kind.POISSON ? rng.exponential((double) a) : 0;
  }

  /** From one arrival, or one burst, to the next, in ps. */
  long nextDelayPs(Rng rng) {
    return kind == Kind.POISSON ? rng.exponential((double) a) : a;
  }
}
