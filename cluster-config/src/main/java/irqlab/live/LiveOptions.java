package irqlab.live;

import irqlab.observe.Ledger;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How to host a machine live.
 *
 * @param seed of every random stream
 * @param outbound the way to components that another process hosts
 * @param recorder sees every fate, called by many threads; or null
 * @param pollNs an alarm nearer than this is waited for in the mailbox instead of by the timer
 * @param slowDown nanoseconds of wall time in a nanosecond of machine time, 1 to 10^6
 * @param spins true for the paths whose near alarms are waited for by a busy thread: the handlers
 *     of cores then cost what they say
 * @param sources true for the paths that bring load: their alarms wait while too many messages are
 *     on their way, see {@code Valve}
 * @param noted whether the machine can tell {@link Notes} of its books while it runs
 * @param arrivals folder in which each component keeps what came to it, for {@link Replay}; made
 *     when it is missing
 */
public record LiveOptions(
    long seed,
    Outbound outbound,
    Ledger.Recorder recorder,
    long pollNs,
    int slowDown,
    Predicate<String> spins,
    Predicate<String> sources,
    boolean noted,
    Optional<Path> arrivals) {
  /** Somewhat less than what a sleeping thread needs to wake up. */
  public static final long POLL_NS = 50_000;

  /** The largest slow-down. */
  public static final int SLOW_DOWN_MAX = 1_000_000;

  /** Errors: {@link IllegalArgumentException} when the slow-down is out of its range. */
  public LiveOptions {
    if (slowDown < 1 || slowDown > SLOW_DOWN_MAX) {
      throw new IllegalArgumentException("slowDown=" + slowDown + ": 1 to " + SLOW_DOWN_MAX);
    }
  }

  /** A machine that is all in this process, at full speed. */
  public static LiveOptions of(long seed) {
    return new LiveOptions(
        seed,
        Outbound.NONE,
        null,
        POLL_NS,
        1,
        path -> false,
        path -> false,
        false,
        Optional.empty());
  }

  /** These options for a machine of which other processes host a part. */
  public LiveOptions withOutbound(Outbound next) {
    return new LiveOptions(seed, next, recorder, pollNs, slowDown, spins, sources, noted, arrivals);
  }

  /** These options with a recorder. */
  public LiveOptions withRecorder(Ledger.Recorder next) {
    return new LiveOptions(seed, outbound, next, pollNs, slowDown, spins, sources, noted, arrivals);
  }

  /** These options with a slower machine. */
  public LiveOptions withSlowDown(int next) {
    return new LiveOptions(seed, outbound, recorder, pollNs, next, spins, sources, noted, arrivals);
  }

  /** These options with components that spin. */
  public LiveOptions withSpins(Predicate<String> next) {
    return new LiveOptions(
        seed, outbound, recorder, pollNs, slowDown, next, sources, noted, arrivals);
  }

  /** These options with components that are held back. */
  public LiveOptions withSources(Predicate<String> next) {
    return new LiveOptions(
        seed, outbound, recorder, pollNs, slowDown, spins, next, noted, arrivals);
  }

  /** These options for a machine that tells of its books while it runs. */
  public LiveOptions withNotes() {
    return new LiveOptions(
        seed, outbound, recorder, pollNs, slowDown, spins, sources, true, arrivals);
  }

  /** These options for a machine that keeps what came to each component, in this folder. */
  public LiveOptions withArrivals(Path folder) {
    return new LiveOptions(
        seed, outbound, recorder, pollNs, slowDown, spins, sources, noted, Optional.of(folder));
  }
}
