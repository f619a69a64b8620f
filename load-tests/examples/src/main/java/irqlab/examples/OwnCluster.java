package irqlab.examples;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import irqlab.cluster.Machine;
import irqlab.cluster.MachineHost;
import irqlab.cluster.RunningMachine;
import irqlab.live.LiveResult;
import irqlab.observe.Fate;
import irqlab.observe.Ledger;
import irqlab.topology.Topology;
import java.time.Duration;
import java.util.List;

/** (g) A machine over the members of somebody's cluster, of which both are in this JVM here. */
public final class OwnCluster {
  private static final String MEMBER =
      "akka { loglevel = WARNING, actor.provider = cluster"
          + ", remote.artery.canonical { hostname = 127.0.0.1, port = 0 }"
          + ", cluster.jmx.multi-mbeans-in-same-jvm = on"
          + ", coordinated-shutdown.exit-jvm = off }";
  private static final String MACHINE =
      "machine { cpus = 2 }, endpoints = [ "
          + "{ name = nic0, first-irq = 24, cpu = 0, handler { cost = 1us } } ]";

  private OwnCluster() {}

  /** Makes the cluster, runs the machine on it, and ends the cluster. */
  public static void main(String[] arguments) {
    ActorSystem<Void> first = member();
    ActorSystem<Void> second = member();
    Address seed = Cluster.get(first).selfMember().address();
    Cluster.get(first).manager().tell(Join.create(seed));
    Cluster.get(second).manager().tell(Join.create(seed));
    try {
      Ledger books = run(first, second).ledger();
      System.out.printf(
          "balanced %s, raised %d, handled %d%n",
          books.balanced(), books.raised(), books.fate(Fate.HANDLED));
    } finally {
      second.terminate();
      first.terminate();
    }
  }

  /** A member of a cluster that is called as its owner likes. */
  static ActorSystem<Void> member() {
    Config config = ConfigFactory.parseString(MEMBER).withFallback(ConfigFactory.load());
    return ActorSystem.create(Behaviors.empty(), "plant", config);
  }

  /** CPUs at the first member, the device at the second. */
  static LiveResult run(ActorSystem<?> first, ActorSystem<?> second) {
    // begin
    Topology topology = Topology.parse(MACHINE);
    try (MachineHost cpus = Machine.host("lab", "node1").startIn(first); // a line on each member
        MachineHost devices = Machine.host("lab", "node2").startIn(second);
        RunningMachine machine = // and on one of them
            Machine.of(topology).startOver(first, "lab", List.of("node1", "node2"))) {
      machine.awaitBoot(Duration.ofSeconds(30));
      devices.external("nic0").raise(0); // from the member that has the device
      machine.external("nic0").raise(0); // or from where the machine was started
      machine.await(now -> now.raised() >= 2 && now.open() == 0, Duration.ofSeconds(30));
      long served = cpus.inspect("cpu/0/core").valueOr("count.irq.24", 0); // or machine.inspect
      System.out.println(cpus.name() + " has handled " + served);
      return machine.finish(Duration.ofSeconds(5)); // the books of both
    } // the hosts and the machine are gone, the actor systems and their cluster go on
    // end
  }
}
