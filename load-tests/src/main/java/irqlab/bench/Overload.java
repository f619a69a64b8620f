package irqlab.bench;

import irqlab.live.LiveMachine;
import irqlab.live.LiveResult;
import irqlab.live.Progress;
import irqlab.load.Machines;
import irqlab.load.Snapshot;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.protocol.LoadMessage;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;

/**
 * Twice the sustainable load on a live machine, for long, with a look at its heap at fixed times.
 *
 * <p>What is sustainable is measured first: a closed loop on the same machine in the same process,
 * which runs as fast as the host can. Then an open loop brings twice as many arrivals a second,
 * with intended times that do not wait. The machine must hold its heap all the time, and its books
 * must close at the end.
 */
public final class Overload {
  private static final String DEVICE = "pcie/nvme0";
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long SETTLE_NS = 60 * SECOND_NS;
  private static final int LOOKS_MIN = 10;
  private static final int DEPTH = 8;
  private static final double MIB = 1 << 20;

  private static final String TEXT =
      """
      scenario { name = overload, seed = 6, stop { after = 1s } }
      machine { cpus = %d, tick = off, pcie { posted-credits = %s } }
      endpoints = [ { name = nvme0, kind = nvme, msi-x = %d, queues = %d, handler { cost = 0ns } } ]
      load = [ { on = nvme0, queues = "q1-q%d", arrivals = "%s" } ]
      """;

  private final int cpus;
  private final String credits;
  private final long measureNs;
  private final long overloadNs;

  /**
   * A check.
   *
   * @param cpus of the machine, each with an NVMe queue
   * @param credits posted credits of its root port, as a scenario says them
   * @param measureNs how long the closed loop is measured, after half as long to warm up
   * @param overloadNs how long the open loop lasts
   */
  public Overload(int cpus, String credits, long measureNs, long overloadNs) {
    this.cpus = cpus;
    this.credits = credits;
    this.measureNs = measureNs;
    this.overloadNs = overloadNs;
  }

  /** True when the heap held and the books closed. A line for each look. */
  public boolean run(PrintStream out) {
    double sustainable = sustainable();
    say(
        out,
        "%d CPUs, %s posted credits: %,.0f completions a second in a closed loop of depth %d,"
            + " load average %.2f",
        cpus,
        credits,
        sustainable,
        DEPTH,
        loadAverage());
    return overload(2 * sustainable, out);
  }

  private Scenario scenario(String arrivals) {
    String text = String.format(Locale.ROOT, TEXT, cpus, credits, cpus + 1, cpus, cpus, arrivals);
    return ScenarioReader.parse("overload.conf", text);
  }

  private double sustainable() {
    Scenario scenario = scenario("queue-depth(" + DEPTH + ")");
    try (LiveMachine machine = machine(scenario)) {
      machine.start();
      Progress from = await(machine, measureNs / 2);
      Progress to = await(machine, measureNs / 2 + measureNs);
      finish(machine);
      return (to.raised() - from.raised()) * (double) SECOND_NS / (to.wallNs() - from.wallNs());
    }
  }

  private static LiveMachine machine(Scenario scenario) {
    return LiveMachine.standalone(Machines.plan(scenario), Machines.liveOptions(scenario));
  }

  private static Progress await(LiveMachine machine, long untilNs) {
    machine.await(now -> now.wallNs() >= untilNs);
    return machine.progress();
  }

  private static LiveResult finish(LiveMachine machine) {
    return machine.finish(() -> machine.inject(Machines.LOAD, new LoadMessage.Stop()), SETTLE_NS);
  }

  private boolean overload(double perS, PrintStream out) {
    long perQueue = Math.max(1, Math.round(perS / cpus));
    Scenario scenario = scenario("poisson(" + perQueue + "/s)");
    say(out, "open loop of %,d arrivals a second for %.0f s", perQueue * cpus, seconds(overloadNs));
    long looks = Math.max(LOOKS_MIN, overloadNs / (60 * SECOND_NS));
    boolean held = true;
    try (LiveMachine machine = machine(scenario)) {
      machine.start();
      HeapWatch heap = new HeapWatch();
      for (long look = 1; look <= looks; look++) {
        Progress now = await(machine, overloadNs / looks * look);
        long used = HeapWatch.usedBytes();
        boolean grown = heap.grown(used);
        held &= !grown;
        say(out, "%s", line(machine, now, perQueue * cpus, used, grown));
      }
      LiveResult result = finish(machine);
      boolean exact = result.ledger().balanced();
      say(out, "%s", end(result));
      say(out, "balance: %s", exact ? "exact" : "OPEN");
      return held && exact;
    }
  }

  private static String line(
      LiveMachine machine, Progress now, long perS, long used, boolean grown) {
    Snapshot device = new Snapshot();
    machine.inspect(DEVICE).replay(device);
    long offered = Math.round(perS * seconds(now.wallNs()));
    return String.format(
        Locale.ROOT,
        "%.0f s, heap %.1f of %.0f MiB%s, raised %,d, %,d arrivals behind, in the device %,d"
            + " completions and %d writes, %,d handled, %,d collapsed, %d messages under way,"
            + " load average %.2f",
        seconds(now.wallNs()),
        used / MIB,
        Runtime.getRuntime().maxMemory() / MIB,
        grown ? " GROWN" : "",
        now.raised(),
        Math.max(0, offered - now.raised()),
        sum(device, "].waiting"),
        device.valueOrZero("transmit.waiting"),
        now.handled(),
        now.closed() - now.handled(),
        now.inFlight(),
        loadAverage());
  }

  private static String end(LiveResult result) {
    Snapshot device = new Snapshot();
    for (LiveResult.ComponentCount each : result.components()) {
      if (each.path().equals(DEVICE)) {
        each.shown().replay(device);
      }
    }
    return String.format(
        Locale.ROOT,
        "raised %,d, handled %,d, collapsed in PBA %,d, in IRR %,d; writes without credit %,d,"
            + " most in the transmit queue %,d; completions held back by it %,d, by a full queue"
            + " %,d, at most %,d of all queues",
        result.ledger().raised(),
        result.ledger().fate(Fate.HANDLED),
        result.ledger().fate(Fate.COLLAPSED_PBA),
        result.ledger().fate(Fate.COLLAPSED_IRR),
        device.valueOrZero("transmit.stalls"),
        device.valueOrZero("transmit.highest"),
        result.ledger().counter(Counter.TRANSMIT_FULL),
        result.ledger().counter(Counter.QUEUE_FULL),
        sum(device, "].highest"));
  }

  private static long sum(Snapshot device, String suffix) {
    long sum = 0;
    for (Map.Entry<String, Long> each : device.values().entrySet()) {
      boolean wanted = each.getKey().startsWith("cq[") && each.getKey().endsWith(suffix);
      sum += wanted ? each.getValue() : 0;
    }
    return sum;
  }

  private static double seconds(long ns) {
    return ns / (double) SECOND_NS;
  }

  private static double loadAverage() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static void say(PrintStream out, String form, Object... values) {
    out.println(String.format(Locale.ROOT, form, values));
    out.flush();
  }
}
