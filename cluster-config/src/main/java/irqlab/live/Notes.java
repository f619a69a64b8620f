package irqlab.live;

import irqlab.observe.Ledger;
import java.util.ArrayList;
import java.util.List;

/**
 * What the components hosted here have told of their books while the machine runs: what each has
 * counted, and by name which interrupts got a fate. The two fit together for each component: both
 * are of the same moment. Any thread may call.
 */
public final class Notes {
  private final Ledger[] counts;
  private List<long[]> closed = new ArrayList<>();

  Notes(int components) {
    counts = new Ledger[components];
  }

  synchronized void take(int component, Ledger counted, long[] ids) {
    counts[component] = counted;
    if (ids.length != 0) {
      closed.add(ids);
    }
  }

  /**
   * What was told.
   *
   * @param counted all that was counted since the start, without latencies
   * @param closed the interrupts that got a fate, or were found pending, since the last time
   */
  public record Told(Ledger counted, List<long[]> closed) {
    /** Copies the list, not the arrays. */
    public Told {
      closed = List.copyOf(closed);
    }
  }

  /** Takes what was told since the last time. */
  public synchronized Told take() {
    Ledger sum = new Ledger();
    for (Ledger each : counts) {
      if (each != null) {
        sum.add(each);
      }
    }
    Told told = new Told(sum, closed);
    closed = new ArrayList<>();
    return told;
  }
}
