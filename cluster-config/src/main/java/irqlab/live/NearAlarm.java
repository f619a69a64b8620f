package irqlab.live;

import java.util.concurrent.Executor;

/**
 * Waits for a time that is nearer than a timer is exact, without keeping a thread from other work:
 * it looks at the clock, and until then puts itself again behind what the dispatcher has to do.
 * While there is nothing to do it keeps looking, since each task that is put into a pool wakes
 * another thread.
 *
 * <p>A message of an actor to itself would do the same for more: an actor handles several messages
 * a turn, so it would ask the clock several times a turn.
 *
 * <p>One owner asks; it is asked for one time at once. The action may run early, when the time was
 * moved or the wait given up, and runs once for each {@link #start}.
 */
final class NearAlarm extends PoolTask {
  private static final long serialVersionUID = 1;

  private final transient Executor dispatcher;
  private final transient Runnable action;
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
    again();
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

  private void again() {
    if (inForkJoinPool()) {
      fork();
    } else {
      dispatcher.execute(this);
    }
  }

  @Override
  public void run() {
    while (System.nanoTime() < atNs) {
      if (othersWait()) {
        takeSubmitted();
        wakeSleeper();
        again();
        return;
      }
      Thread.onSpinWait();
    }
    action.run();
  }
}
