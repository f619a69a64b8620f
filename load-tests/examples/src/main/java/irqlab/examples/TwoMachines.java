package irqlab.examples;

import akka.actor.typed.ActorSystem;
import irqlab.cluster.Machine;
import irqlab.cluster.RunningMachine;
import irqlab.live.LiveResult;
import irqlab.topology.Topology;
import java.time.Duration;
import java.util.List;

/** (e) Two machines in one JVM, and here in one actor system: they share nothing. */
public final class TwoMachines {
  private TwoMachines() {}

  /** Lets the second raise, then closes the first, then lets the second raise again. */
  public static List<LiveResult> run(ActorSystem<?> system) {
    // begin
    Topology small = Topology.parse("machine { cpus = 1 }, endpoints = [ { name = nic0 } ]");
    Topology large = Topology.parse("machine { cpus = 4 }, endpoints = [ { name = nic0 } ]");
    try (RunningMachine second = Machine.of(large).seed(2).startIn(system)) {
      LiveResult firstResult;
      try (RunningMachine first = Machine.of(small).seed(1).startIn(system)) {
        first.awaitBoot(Duration.ofSeconds(30));
        second.awaitBoot(Duration.ofSeconds(30));
        second.external("nic0").raise(0);
        firstResult = first.finish(Duration.ofSeconds(5));
      } // the first is gone, the second and the system go on
      second.external("nic0").raise(0);
      return List.of(firstResult, second.finish(Duration.ofSeconds(5)));
    }
    // end
  }
}
