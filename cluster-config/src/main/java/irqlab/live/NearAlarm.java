package irqlab.live;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;

/**
 * Waits for a time that is nearer than a timer is exact, without keeping a thread from other work:
 * it looks at the clock, and until then puts itself again behind what the dispatcher has to do.
 *
 * <p>A message of an actor to itself would do the same for more: an actor handles several messages
 * a turn, so it would ask the clock several times a turn.
 *
 * <p>One owner asks; it is asked for one time at once. The action may run early, when the time was
 * moved or the wait given up, and runs once for each {@link #start}.
 */
final class NearAlarm implements Runnable {
  private final Executor dispatcher;
  private final Runnable action;
  private volatile long atNs;

  /**
   * Waits for nothing yet.
   *
   * @param action on a thread of the dispatcher
   */
  NearAlarm(Executor dispatcher, Runnable action) {
    this.dispatcher = dispatcher;
    this.action = action;
  }

  /** Begins to wait for this {@link System#nanoTime}. */
  void start(long at) {
    atNs = at;
    dispatcher.execute(this);
  }

  /** While it waits: it shall not be later than this. */
  void notAfter(long at) {
    if (at < atNs) {
      atNs = at;
    }
  }

  /** The action runs soon. */
  void giveUp() {
    atNs = Long.MIN_VALUE;
  }

  @Override
  public void run() {
    if (System.nanoTime() >= atNs) {
      action.run();
    } else {
      Submitted.takeOne();
      dispatcher.execute(this);
    }
  }

  /**
   * What threads outside of a fork-join pool have given it. A worker looks there only when it has
   * nothing of its own to do, which with a near alarm is never.
   */
  private static final class Submitted extends RecursiveAction {
    private static final long serialVersionUID = 1;

    /** Puts one behind what this worker has to do. */
    static void takeOne() {
      ForkJoinTask<?> task = pollSubmission();
      if (task != null) {
        task.fork();
      }
    }

    @Override
    protected void compute() {
      throw new IllegalStateException("nobody forks this");
    }
  }
}
