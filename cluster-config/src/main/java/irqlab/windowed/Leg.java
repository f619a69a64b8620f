package irqlab.windowed;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** One stretch of a run, up to a simulated time, on which every group is sent. */
final class Leg {
  private final long toPs;
  private final AtomicInteger left;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  Leg(long toPs, int groups) {
    this.toPs = toPs;
    left = new AtomicInteger(groups);
  }

  long toPs() {
    return toPs;
  }

  /** One group is there. */
  void reached() {
    if (left.decrementAndGet() == 0) {
      done.complete(null);
    }
  }

  /** One group cannot go on. */
  void failed(Throwable broken) {
    done.completeExceptionally(broken);
  }

  /** Completes when all groups are there, or one has failed. */
  CompletableFuture<Void> done() {
    return done;
  }
}
