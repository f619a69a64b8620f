package irqlab.observe;

import java.util.Arrays;

/** The ids that got a fate, or were found pending, since they were last taken. One owner. */
public final class FateTrail {
  private static final long[] NONE = {};
  private long[] ids = new long[256];
  private int count;

  /** One more. */
  public void add(long id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
    }
    ids[count++] = id;
  }

  /** All since the last time, which are forgotten here. */
  public long[] take() {
    if (count == 0) {
      return NONE;
    }
    long[] taken = Arrays.copyOf(ids, count);
    count = 0;
    return taken;
  }
}
