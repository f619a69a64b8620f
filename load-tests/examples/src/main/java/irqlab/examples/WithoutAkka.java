package irqlab.examples;

import irqlab.cluster.Machine;
import irqlab.cluster.VirtualMachine;
import irqlab.observe.Fate;
import irqlab.topology.Topology;

/** (f) A machine with no Akka on the class path. */
public final class WithoutAkka {
  private WithoutAkka() {}

  /** Prints one line. */
  public static void main(String[] args) {
    // begin
    VirtualMachine machine =
        Machine.onBoard(Topology.parse("machine { cpus = 4 }, endpoints = [ { name = nic0 } ]"));
    machine.boot();
    for (int raise = 0; raise < 100; raise++) {
      machine.external("nic0").raise(0);
      machine.advance(10_000_000);
    }
    long handled = machine.finish().fate(Fate.HANDLED);
    System.out.println("balanced " + machine.ledger().balanced() + ", handled " + handled);
    // end
    try {
      Class.forName("akka.actor.typed.ActorSystem");
      System.out.println("Akka is here");
    } catch (ClassNotFoundException none) {
      System.out.println("no Akka here");
    }
  }
}
