package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import irqlab.live.Inspection;
import irqlab.live.LiveMachine;
import irqlab.live.LiveOptions;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.live.StopRule;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import irqlab.topology.Topology;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A {@link Machine} on the wall clock, every component an actor. Any thread may {@link #send}; the
 * rest is for one owner.
 */
public final class RunningMachine implements Machine {
  private final Topology topology;
  private final LiveMachine live;
  private final LiveOptions options;
  private final Outside outside;

  RunningMachine(
      Topology topology, Plan plan, ActorSystem<?> system, LiveOptions options, Outside outside) {
    this.topology = topology;
    this.options = options;
    this.outside = outside;
    live = new LiveMachine(system, plan, options);
    live.start();
  }

  /**
   * Waits until boot is over.
   *
   * <p>Errors: {@link IllegalStateException} after so long.
   */
  public void awaitBoot(Duration most) {
    await(now -> outside.bootedPs() >= 0, most, "boot");
  }

  /**
   * Waits for something of the whole machine, such as a number of interrupts handled.
   *
   * <p>Errors: {@link IllegalStateException} after so long, or when a component has failed.
   */
  public void await(StopRule rule, Duration most) {
    await(rule, most, "the rule");
  }

  private void await(StopRule rule, Duration most, String what) {
    long untilNs = System.nanoTime() + most.toNanos();
    boolean[] held = new boolean[1];
    live.await(
        now -> {
          held[0] = rule.done(now);
          return held[0] || System.nanoTime() >= untilNs;
        });
    if (!held[0]) {
      throw new IllegalStateException("waited " + most + " for " + what);
    }
  }

  /** Where it stands. */
  public Progress progress() {
    return live.progress();
  }

  /**
   * Freezes the machine and closes its books. After this only {@link #close} makes sense.
   *
   * @param settle how long what was sent may take to arrive, and every raise to get its fate; the
   *     rest is pending
   */
  public LiveResult finish(Duration settle) {
    long untilNs = System.nanoTime() + settle.toNanos();
    live.await(now -> (now.inFlight() == 0 && now.open() == 0) || System.nanoTime() >= untilNs);
    return live.finish(() -> {}, Math.max(0, untilNs - System.nanoTime()));
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public long nowPs() {
    return live.progress().wallNs() * 1000 / options.slowDown();
  }

  @Override
  public OptionalLong bootedPs() {
    long ps = outside.bootedPs();
    return ps < 0 ? OptionalLong.empty() : OptionalLong.of(ps);
  }

  @Override
  public void send(String path, Message message) {
    live.inject(path, message);
  }

  @Override
  public Inspection inspect(String path) {
    return live.inspect(path);
  }

  @Override
  public void close() {
    live.close();
  }
}
