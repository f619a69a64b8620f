package irqlab.live;

import irqlab.observe.Ledger;

/**
 * How to host a machine live.
 *
 * @param seed of every random stream
 * @param outbound the way to components that another process hosts
 * @param recorder sees every fate, called by many threads; or null
 * @param pollNs an alarm nearer than this is waited for in the mailbox instead of by the timer
 */
public record LiveOptions(long seed, Outbound outbound, Ledger.Recorder recorder, long pollNs) {
  /** Somewhat less than what a sleeping thread needs to wake up. */
  public static final long POLL_NS = 50_000;

  /** A machine that is all in this process. */
  public static LiveOptions of(long seed) {
    return new LiveOptions(seed, Outbound.NONE, null, POLL_NS);
  }

  /** These options for a machine of which other processes host a part. */
  public LiveOptions withOutbound(Outbound next) {
    return new LiveOptions(seed, next, recorder, pollNs);
  }

  /** These options with a recorder. */
  public LiveOptions withRecorder(Ledger.Recorder next) {
    return new LiveOptions(seed, outbound, next, pollNs);
  }
}
