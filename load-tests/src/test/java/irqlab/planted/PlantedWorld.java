package irqlab.planted;

/** Other ways out of {@code Io}. */
public final class PlantedWorld {
  /** A thread. */
  public static final class Threads {
    /** Starts one. */
    public void on() {
      new Thread(() -> {}).start();
    }
  }

  /** A random source that is not the component's stream. */
  public static final class Draws {
    /** Draws. */
    public int on() {
      return new java.util.Random().nextInt();
    }
  }

  /** A function whose last bit differs between CPUs. */
  public static final class Logarithm {
    /** An exponential delay. */
    public double on() {
      return -Math.log(0.5);
    }
  }

  /** A changing static. */
  public static final class Shared {
    static int count;

    /** Counts for all machines of the process. */
    public int on() {
      return ++count;
    }
  }

  /** Akka. */
  public static final class Actors {
    /** Talks past the ports. */
    public void on(akka.actor.typed.ActorRef<String> other) {
      other.tell("past the ports");
    }
  }

  /** Output. */
  public static final class Prints {
    /** Prints. */
    public void on() {
      System.out.println("raised");
    }
  }

  private PlantedWorld() {}
}
