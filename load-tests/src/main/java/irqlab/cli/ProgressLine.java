package irqlab.cli;

import irqlab.load.Progress;
import irqlab.load.RunWatch;
import irqlab.scenario.LoadSpec;
import irqlab.scenario.Scenario;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tells how a run goes on: one line that is written over on a terminal, else a line every five
 * seconds. Says so when machine time stands still for five seconds.
 *
 * <p>The run's thread calls {@link #progress}; a thread of its own calls {@link #show}.
 */
final class ProgressLine implements RunWatch, AutoCloseable {
  private static final long REFRESH_MS = 200;
  private static final long LINE_MS = 5_000;
  private static final long STALLED_NS = 5_000_000_000L;
  private static final String CLEAR = "\r\u001b[K";

  private final Console console;
  private final PrintStream err;
  private final long expectedRaises;
  private final OptionalLong endPs;
  private volatile long startNs;
  private volatile Progress last = new Progress(0, 0, 0, 0, 0, false);
  private volatile long movedNs;
  private ScheduledExecutorService clock;
  private ScheduledFuture<?> ticks;
  private volatile boolean begun;
  private boolean shown;

  /**
   * A line for one run.
   *
   * @param nowNs the wall clock when it begins
   */
  ProgressLine(Scenario scenario, Console console, long nowNs) {
    this.console = console;
    this.err = console.err();
    this.startNs = nowNs;
    this.movedNs = nowNs;
    this.endPs = scenario.stop().afterPs();
    this.expectedRaises =
        scenario.stop().whenDrained() ? raises(scenario) : scenario.stop().afterRaises().orElse(0);
  }

  private static long raises(Scenario scenario) {
    long sum = 0;
    for (LoadSpec load : scenario.loads()) {
      if (load instanceof LoadSpec.Device && load.count() != LoadSpec.ENDLESS) {
        sum += load.count() * ((LoadSpec.Device) load).targets().size();
      }
    }
    return sum;
  }

  /** Shows itself from now on, by a thread that never keeps the process. */
  ProgressLine started() {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "progress");
              thread.setDaemon(true);
              return thread;
            });
    long everyMs = console.errIsTerminal() ? REFRESH_MS : LINE_MS;
    ticks = clock.scheduleAtFixedRate(this::showBegun, everyMs, everyMs, TimeUnit.MILLISECONDS);
    return this;
  }

  // A machine that is still being set up does not stall.
  private void showBegun() {
    if (begun) {
      show(System.nanoTime());
    }
  }

  @Override
  public void progress(Progress progress) {
    if (!begun && clock != null) {
      // Nodes had to join first: the run's own clock began after this line did.
      startNs = System.nanoTime() - progress.wallNs();
    }
    begun = true;
    if (progress.modelPs() > last.modelPs()) {
      movedNs = startNs + progress.wallNs();
    }
    last = progress;
  }

  @Override
  public boolean interrupted() {
    return console.interruption().asked();
  }

  /** Writes the line as of now. */
  synchronized void show(long nowNs) {
    String text = "  " + text(nowNs);
    if (console.errIsTerminal()) {
      err.print(CLEAR + text);
      err.flush();
      shown = true;
    } else {
      err.println(text);
    }
  }

  String text(long nowNs) {
    Progress now = last;
    double wallS = Math.max(1e-9, (nowNs - startNs) / 1e9);
    double modelS = now.modelPs() / 1e12;
    String text =
        String.format(
            Locale.ROOT,
            "%.0f ms model  x%.2f of real time  %,d raises  %.0f k/s  collapsed %.1f %%",
            modelS * 1000,
            modelS / wallS,
            now.raised(),
            now.raised() / wallS / 1000,
            now.raised() == 0 ? 0.0 : 100.0 * now.collapsed() / now.raised());
    text = text.replace(',', ' ');
    if (nowNs - movedNs > STALLED_NS) {
      return text + String.format("  stalled for %d s", (nowNs - movedNs) / 1_000_000_000L);
    }
    double done = done(now);
    if (done <= 0) {
      return text;
    }
    long leftS = (long) (wallS * (1 - done) / done);
    return text + String.format("  eta %d:%02d", leftS / 60, leftS % 60);
  }

  // The rule that is nearest to its end decides.
  private double done(Progress now) {
    double done = 0;
    if (endPs.isPresent()) {
      done = (double) now.modelPs() / endPs.getAsLong();
    }
    if (expectedRaises > 0) {
      done = Math.max(done, (double) now.raised() / expectedRaises);
    }
    return Math.min(1, done);
  }

  /** Takes the line off the terminal. */
  @Override
  public void close() {
    if (clock != null) {
      ticks.cancel(false);
      clock.shutdown();
    }
    synchronized (this) {
      if (shown) {
        err.print(CLEAR);
        err.flush();
      }
    }
  }
}
