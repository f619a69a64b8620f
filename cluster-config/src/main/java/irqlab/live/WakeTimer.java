package irqlab.live;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The alarm clock of one machine: the JDK's timer with one thread. It is late by what the operating
 * system needs to wake a thread, some 50 us, where Akka's scheduler would round to its tick of 10
 * ms. Any thread may call.
 */
final class WakeTimer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  private volatile Thread thread;

  WakeTimer(String name) {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            action -> {
              thread = new Thread(action, name);
              thread.setDaemon(true);
              return thread;
            },
            // What comes after the close is forgotten, as what was asked for before.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Runs the action at this {@link System#nanoTime}, on the timer's thread: it must not block. */
  void at(long atNs, Runnable action) {
    ScheduledFuture<?> unused =
        timer.schedule(action, atNs - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Ends the thread; what was asked for is forgotten. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      Thread last = thread;
      // A pool has ended a moment before its thread has.
      if (timer.awaitTermination(1, TimeUnit.SECONDS) && last != null) {
        last.join(1000);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
