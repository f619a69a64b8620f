package irqlab.planted;

/** Reads the wall clock, once plainly and once from a lambda. */
public final class PlantedClock {
  /** Plainly. */
  public static final class Plain {
    /** When a component reacts, such as here, only {@code Io.nowPs} may be asked. */
    public long on() {
      return System.nanoTime();
    }
  }

  /** From a lambda. */
  public static final class Lambda {
    /** A supplier of times. */
    public java.util.function.LongSupplier on() {
      return () -> System.currentTimeMillis();
    }
  }

  /** By reference to the method. */
  public static final class Reference {
    /** A supplier of times. */
    public java.util.function.LongSupplier on() {
      return System::nanoTime;
    }
  }

  private PlantedClock() {}
}
