package irqlab.examples;

import irqlab.cluster.Machine;
import irqlab.cluster.VirtualMachine;
import irqlab.topology.Topology;
import java.util.PriorityQueue;

/** (d) Somebody else's simulation has the clock, and the machine follows it. */
public final class OwnClock {
  static final String MACHINE =
      "machine { cpus = 2 }, endpoints = [ { name = nic0, handler { cost = 1us } } ]";

  private OwnClock() {}

  /** A packet every 7 us of the other simulation, 1000 of them; returns the machine's digest. */
  public static long run() {
    // begin
    VirtualMachine machine = Machine.onBoard(Topology.parse(MACHINE));
    machine.boot();
    PriorityQueue<Long> events = new PriorityQueue<>(); // the other simulation, times in ps
    events.add(machine.nowPs() + 7_000_000);
    for (int packets = 0; packets < 1000; packets++) {
      long now = events.remove();
      machine.advance(now - machine.nowPs()); // the machine catches up with the other clock
      machine.external("nic0").raise(0);
      events.add(now + 7_000_000);
    }
    machine.advance(10_000_000);
    // end
    machine.finish();
    return machine.digest();
  }
}
