package irqlab.cluster;

import irqlab.live.Inspection;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.runtime.Message;
import irqlab.topology.Topology;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A {@link Machine} on the wall clock, every component an actor, in one process or over several.
 * Any thread may {@link #send}; the rest is for one owner.
 *
 * <p>Over several processes a host that is lost ends the machine: what waits throws {@link
 * ClusterException}, {@link #losses} names it, and {@link #finish} closes the books of the others
 * and of what is known of the lost one. Nothing waits for ever.
 */
public final class RunningMachine implements Machine {
  private final Topology topology;
  private final Hosting hosting;
  private final int slowDown;
  private volatile boolean ended;

  RunningMachine(Topology topology, Hosting hosting, int slowDown) {
    this.topology = topology;
    this.hosting = hosting;
    this.slowDown = slowDown;
  }

  /**
   * Waits until boot is over.
   *
   * <p>Errors: {@link IllegalStateException} after so long.
   */
  public void awaitBoot(Duration most) {
    await(now -> hosting.bootedPs() >= 0, most, "boot");
  }

  /**
   * Waits for something of the whole machine, such as a number of interrupts handled.
   *
   * <p>Errors: {@link IllegalStateException} after so long, or when a component has failed; {@link
   * ClusterException} when a host is lost.
   */
  public void await(StopRule rule, Duration most) {
    await(rule, most, "the rule");
  }

  private void await(StopRule rule, Duration most, String what) {
    long untilNs = System.nanoTime() + most.toNanos();
    boolean[] held = new boolean[1];
    hosting.await(
        now -> {
          held[0] = rule.done(now);
          return held[0] || System.nanoTime() >= untilNs;
        });
    if (!held[0]) {
      throw new IllegalStateException("waited " + most + " for " + what);
    }
  }

  /** Where it stands; over several processes, as some 5 ms ago. */
  public Progress progress() {
    return hosting.progress();
  }

  /** Hosts that were lost, and how, in the order of noticing; empty in one process. */
  public Map<String, String> losses() {
    return hosting.losses();
  }

  /**
   * Freezes the machine and closes its books, once: what comes after is {@link #close}.
   *
   * <p>Errors: {@link IllegalStateException} when it has ended.
   *
   * @param settle how long what was sent may take to arrive, and every raise to get its fate; the
   *     rest is pending
   */
  public LiveResult finish(Duration settle) {
    check("finish");
    try {
      return hosting.finish(settle.toNanos());
    } finally {
      ended = true;
    }
  }

  private void check(String what) {
    if (ended) {
      throw new IllegalStateException(what + ": the machine has ended");
    }
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public long nowPs() {
    return hosting.progress().wallNs() * 1000 / slowDown;
  }

  @Override
  public OptionalLong bootedPs() {
    long ps = hosting.bootedPs();
    return ps < 0 ? OptionalLong.empty() : OptionalLong.of(ps);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Errors: {@link IllegalStateException} after {@link #finish}: nobody would take it.
   */
  @Override
  public void send(String path, Message message) {
    check("path=" + path);
    hosting.send(path, message);
  }

  /**
   * {@inheritDoc} Over several processes the component answers from where it is, until {@link
   * #finish}.
   */
  @Override
  public Inspection inspect(String path) {
    return hosting.inspect(path);
  }

  @Override
  public void close() {
    ended = true;
    hosting.close();
  }
}
