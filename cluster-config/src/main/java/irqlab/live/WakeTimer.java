package irqlab.live;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The alarm clock of one machine: one thread that sleeps until the next time somebody asked for and
 * then wakes him. It is late by what the operating system needs to wake a thread, some 50 us, where
 * Akka's scheduler would round to its tick of 10 ms. Any thread may call.
 */
final class WakeTimer implements AutoCloseable {
  private record Wake(long atNs, Runnable action) implements Comparable<Wake> {
    @Override
    public int compareTo(Wake other) {
      return Long.signum(atNs - other.atNs);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Wake> wakes = new PriorityQueue<>();
  private final Thread thread;
  private boolean closed;

  WakeTimer(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs the action at this {@link System#nanoTime}, on the timer's thread: it must not block. */
  void at(long atNs, Runnable action) {
    lock.lock();
    try {
      Wake wake = new Wake(atNs, action);
      wakes.add(wake);
      if (wakes.peek().atNs == atNs) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread; what was asked for is forgotten. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wakes.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(1000);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Runnable due = next();
    while (due != null) {
      due.run();
      due = next();
    }
  }

  // Waits for the next action that is due; null when closed.
  private Runnable next() {
    lock.lock();
    try {
      while (!closed) {
        Wake first = wakes.peek();
        if (first == null) {
          changed.await();
        } else {
          long leftNs = first.atNs - System.nanoTime();
          if (leftNs <= 0) {
            return wakes.poll().action;
          }
          changed.await(leftNs, TimeUnit.NANOSECONDS);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return null;
  }
}
