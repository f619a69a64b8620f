package irqlab.live;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;

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
    while (System.nanoTime() < atNs) {
      if (Pool.hasWork()) {
        Pool.takeOne();
        dispatcher.execute(this);
        return;
      }
      Thread.onSpinWait();
    }
    action.run();
  }

  /** The fork-join pool of this thread; a task may ask it what others may not. */
  private static final class Pool extends RecursiveAction {
    private static final long serialVersionUID = 1;

    /** Whether something waits for a thread; true in a pool of another kind, which does not say. */
    static boolean hasWork() {
      ForkJoinPool pool = getPool();
      return pool == null || pool.getQueuedTaskCount() != 0 || pool.hasQueuedSubmissions();
    }

    /**
     * Puts what a thread outside of the pool has submitted behind what this worker has to do. A
     * worker looks there only when it has nothing of its own, which with a near alarm is never.
     */
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
