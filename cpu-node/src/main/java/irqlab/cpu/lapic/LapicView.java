package irqlab.cpu.lapic;

import irqlab.runtime.Inspector;
import java.util.HashMap;
import java.util.Map;

/** Keeps what {@link Lapic#inspect} shows, for {@link LapicText} and for monitors. */
public final class LapicView implements Inspector {
  private final Map<String, Long> values = new HashMap<>();
  private final Map<String, long[]> bitmaps = new HashMap<>();

  /** A view of nothing yet; give it to {@code inspect}. */
  public LapicView() {}

  /** A view of this local APIC as it is now. */
  public static LapicView of(Lapic lapic) {
    LapicView view = new LapicView();
    lapic.inspect(view);
    return view;
  }

  @Override
  public void value(String name, long value) {
    values.put(name, value);
  }

  @Override
  public void bits(String name, long... words) {
    bitmaps.put(name, words);
  }

  /** The register of this name. Errors: {@link IllegalArgumentException} when there is none. */
  public long get(String name) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("register=" + name + " is not one of a local APIC");
    }
    return value;
  }

  /**
   * One bit of IRR, ISR or TMR.
   *
   * @param name {@code irr}, {@code isr} or {@code tmr}
   */
  public boolean test(String name, int vector) {
    return (bitmaps.get(name)[vector >>> 6] & 1L << vector) != 0;
  }

  /** Current count of the timer at this time. */
  public long timerCurrent(long nowPs) {
    long leftPs = get("timer.expiryPs") - nowPs;
    boolean counts = get("timer.deadline") == 0 && leftPs > 0;
    return counts ? (leftPs + get("timer.unitPs") - 1) / get("timer.unitPs") : 0;
  }
}
