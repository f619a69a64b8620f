package irqlab.examples;

import akka.actor.typed.ActorSystem;
import irqlab.cluster.Machine;
import irqlab.cluster.RunningMachine;
import irqlab.live.LiveResult;
import irqlab.topology.Topology;
import java.time.Duration;

/** (a) Four lines that start a machine in an actor system that is there already. */
public final class FourLines {
  static final String MACHINE =
      "machine { cpus = 2 }, endpoints = [ { name = nic0, handler { cost = 1us } } ]";

  private FourLines() {}

  /** Boots two CPUs, lets a device interrupt, and closes the books. */
  public static LiveResult run(ActorSystem<?> system) {
    // begin
    try (RunningMachine machine = Machine.of(Topology.parse(MACHINE)).startIn(system)) {
      machine.awaitBoot(Duration.ofSeconds(30));
      machine.external("nic0").raise(0);
      return machine.finish(Duration.ofSeconds(5));
    }
    // end
  }
}
