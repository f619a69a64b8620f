package irqlab.cluster;

import irqlab.live.Inspection;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.runtime.Message;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A machine over hosts in somebody else's cluster.
 *
 * <p>A thread of its own takes what the hosts tell, so that a lost one is noticed, and nothing
 * piles up, while the owner does something else. It and the owner take turns.
 */
final class SpreadHosting implements Hosting {
  private static final long LOOK_NS = 2_000_000;

  private final Coordinator coordinator;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final Thread taker;
  private volatile boolean ended;
  private volatile RuntimeException failure;
  private long bootedPs = -1;

  /** Takes over a machine that was started. */
  SpreadHosting(Coordinator coordinator, String machine) {
    this.coordinator = coordinator;
    taker = new Thread(this::take, "irqlab-machine-" + machine);
    taker.setDaemon(true);
    taker.start();
  }

  private void take() {
    while (!ended) {
      turn.lock();
      try {
        if (!ended) {
          coordinator.take();
        }
      } catch (RuntimeException broken) {
        failure = broken;
        return;
      } finally {
        turn.unlock();
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private <T> T inTurn(Supplier<T> work) {
    turn.lock();
    try {
      if (failure != null) {
        throw failure;
      }
      return work.get();
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void await(StopRule rule) {
    while (!rule.done(progress())) {
      Map<String, String> losses = losses();
      if (!losses.isEmpty()) {
        throw new ClusterException("lost " + losses + ": finish() gives what is left of the books");
      }
      LockSupport.parkNanos(LOOK_NS);
      if (Thread.interrupted()) {
        throw new IllegalStateException("interrupted while the machine runs");
      }
    }
  }

  @Override
  public Progress progress() {
    return inTurn(coordinator::progress);
  }

  @Override
  public long bootedPs() {
    if (bootedPs < 0) {
      bootedPs = inspect(Outside.PATH).valueOr(Outside.STARTED, -1);
    }
    return bootedPs;
  }

  @Override
  public void send(String path, Message message) {
    coordinator.inject(path, message);
  }

  @Override
  public Inspection inspect(String path) {
    if (ended) {
      throw new IllegalStateException("path=" + path + ": the machine has ended");
    }
    return inTurn(() -> coordinator.inspect(path));
  }

  @Override
  public LiveResult finish(long settleNs) {
    return inTurn(
        () -> {
          long untilNs = System.nanoTime() + settleNs;
          coordinator.settle(untilNs);
          LiveResult result =
              coordinator.finish(() -> {}, Math.max(0, untilNs - System.nanoTime()));
          ended = true;
          return result;
        });
  }

  @Override
  public Map<String, String> losses() {
    return inTurn(coordinator::losses);
  }

  @Override
  public void close() {
    ended = true;
    turn.lock();
    try {
      coordinator.close();
    } finally {
      turn.unlock();
    }
  }
}
