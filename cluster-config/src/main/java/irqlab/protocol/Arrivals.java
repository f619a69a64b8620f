package irqlab.protocol;

import irqlab.runtime.Rng;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The clock of one open-loop source: the intended time of its next arrival. The device sets an
 * alarm for that time, raises, and calls {@link #advance}.
 *
 * <p>Not for {@link ArrivalLaw.Kind#QUEUE_DEPTH}, which follows completions and not time.
 */
public final class Arrivals {
  /** No arrival is due. */
  public static final long NEVER = -1;

  private ArrivalLaw law;
  private long nextPs = NEVER;
  private long left;
  private long burstLeft;

  /** Begins a law now; returns the intended time of the first arrival, or {@link #NEVER}. */
  public long start(ArrivalLaw newLaw, long nowPs, Rng rng) {
    law = newLaw;
    left = newLaw.count();
    burstLeft = newLaw.b();
    nextPs = left == 0 ? NEVER : nowPs + newLaw.firstDelayPs(rng);
    return nextPs;
  }

  /** Ends the load. */
  public void stop() {
    nextPs = NEVER;
  }

  /** Intended time of the next arrival in ps, or {@link #NEVER}. */
  public long nextPs() {
    return nextPs;
  }

  /** One arrival took place; returns the intended time of the next, or {@link #NEVER}. */
  public long advance(Rng rng) {
    if (nextPs == NEVER) {
      return NEVER;
    }
    if (left > 0 && --left == 0) {
      nextPs = NEVER;
      return NEVER;
    }
    if (law.kind() == ArrivalLaw.Kind.BURST && --burstLeft > 0) {
      return nextPs;
    }
    burstLeft = law.b();
    nextPs += law.nextDelayPs(rng);
    return nextPs;
  }

  /**
   * Takes an arrival that is due.
   *
   * <p>One reaction takes those of one intended time. On the wall clock a source that is late has
   * more than these; each of them gets an alarm of its own, so that what it sends does not come in
   * one bunch.
   *
   * @param takenPs what this reaction has taken before, or {@link #NEVER}
   * @return its intended time, or {@link #NEVER} when none is due
   */
  public long take(long nowPs, long takenPs, Rng rng) {
    long due = nextPs;
    if (due == NEVER || due > nowPs || (takenPs != NEVER && due != takenPs)) {
      return NEVER;
    }
    advance(rng);
    return due;
  }

  /** How long to wait for the next arrival, at least 1 ps; only when there is one. */
  public long waitPs(long nowPs) {
    return Math.max(1, nextPs - nowPs);
  }

  /** Writes law and clock. */
  public void save(StateWriter out) {
    out.putBoolean(law != null);
    if (law != null) {
      out.putLong(law.kindAndBurst());
      out.putLong(law.a());
      out.putLong(law.count());
    }
    out.putLong(nextPs);
    out.putLong(left);
    out.putLong(burstLeft);
  }

  /** Reads what {@link #save} wrote. */
  public void load(StateReader in) {
    law = null;
    if (in.getBoolean()) {
      law =
          ArrivalLaw.decoded(
              new EndpointMessage.Command(
                  EndpointCommands.START_LOAD, 0, in.getLong(), in.getLong(), in.getLong()));
    }
    nextPs = in.getLong();
    left = in.getLong();
    burstLeft = in.getLong();
  }
}
