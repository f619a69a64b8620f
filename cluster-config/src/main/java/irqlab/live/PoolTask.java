package irqlab.live;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * A task that is never done, so that it can be put into its fork-join pool again and again, and
 * what the thread that runs it may ask of that pool.
 */
abstract class PoolTask extends ForkJoinTask<Void> implements Runnable {
  private static final long serialVersionUID = 1;

  /** Whether something waits for a thread; true in a pool of another kind, which does not say. */
  static boolean othersWait() {
    ForkJoinPool pool = getPool();
    return pool == null
        || getQueuedTaskCount() != 0
        || pool.getQueuedTaskCount() != 0
        || pool.hasQueuedSubmissions();
  }

  /**
   * Puts what a thread outside of the pool has submitted behind what this worker has to do. A
   * worker looks there only when it has nothing of its own.
   */
  static void takeSubmitted() {
    ForkJoinTask<?> task = pollSubmission();
    if (task != null) {
      task.fork();
    }
  }

  /**
   * Has a thread of the pool that sleeps take part in what this worker has to do, if there is any
   * beside tasks that wait themselves. A pool wakes one for the first task of an empty queue only;
   * that of Java 17 loses the call if the thread is just going to sleep, and a queue that is never
   * empty from then on is left to one thread. So it is emptied and filled again.
   */
  static void wakeSleeper() {
    ForkJoinPool pool = getPool();
    if (pool == null || pool.getActiveThreadCount() >= pool.getParallelism()) {
      return;
    }
    ForkJoinTask<?> next = peekNextLocalTask();
    if (next == null || next instanceof PoolTask) {
      return;
    }
    // Others may take from it meanwhile, and nobody puts anything in.
    ForkJoinTask<?>[] tasks = new ForkJoinTask<?>[getQueuedTaskCount()];
    int count = 0;
    while (count < tasks.length && (next = pollNextLocalTask()) != null) {
      tasks[count++] = next;
    }
    for (int i = 0; i < count; i++) {
      tasks[i].fork();
    }
  }

  @Override
  protected final boolean exec() {
    run();
    return false;
  }

  @Override
  public final Void getRawResult() {
    return null;
  }

  @Override
  protected final void setRawResult(Void none) {}
}
