package irqlab.topology;

/**
 * How long a driver's handler runs: overhead + cost + jitter + drain cost for each completion
 * found.
 *
 * @param costPs the handler itself, once per run
 * @param jitter added to the cost, drawn for each run
 * @param drainCostPs for each completion that the run reaps; 0 in drivers that do not drain
 * @param overheadPs from entry until the handler first looks at its device
 */
public record HandlerSpec(long costPs, JitterLaw jitter, long drainCostPs, long overheadPs) {
  /** 1 us and nothing else. */
  public static final HandlerSpec DEFAULT = new HandlerSpec(1_000_000, JitterLaw.NONE, 0, 0);

  /** No time at all. */
  public static final HandlerSpec FREE = new HandlerSpec(0, JitterLaw.NONE, 0, 0);
}
