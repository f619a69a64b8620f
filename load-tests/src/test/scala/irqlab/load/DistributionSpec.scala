package irqlab.load

import irqlab.cluster.{Machine, VirtualMachine}
import irqlab.observe.{Counter, Fate, InterruptId, Ledger, Mark}
import irqlab.pcie.endpoint.{EndpointContext, EndpointModel}
import irqlab.protocol.{DeliveryMode, EndpointMessage, LapicMessage, ProtocolCodecs}
import irqlab.runtime.{Board, Inspector, StateReader, StateWriter}
import irqlab.scenario.{Scenario, ScenarioReader}
import irqlab.topology.Topology
import irqlab.windowed.WindowedMachine
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Experiments E-120 to E-125: what a cluster of actors may do to messages, and what follows. */
@RunWith(classOf[JUnitRunner])
class DistributionSpec extends AnyFlatSpec with Matchers {
  private val us = 1_000_000L

  private def topology(vectors: Int, handler: String, seed: Long = 1): Topology = {
    val labels = (0 until vectors).map(n => s"v$n").mkString(", ")
    Topology.parse(s"""machine { cpus = 1, timing = ideal, tick = off, boot = direct }, seed = $seed
      endpoints = [ { name = device, vectors = [ $labels ], handler { $handler } } ]""")
  }

  /** Who was handled, entry by entry, and at which vectors. */
  private class Handled extends Ledger.Recorder {
    var entries = Vector.empty[Int]
    var vectors = Map.empty[Int, Int]
    override def fate(id: Long, fate: Fate, cpu: Int, vector: Int, latencyPs: Long): Unit =
      if (fate == Fate.HANDLED && cpu >= 0) {
        entries :+= InterruptId.entry(id)
        vectors += InterruptId.entry(id) -> vector
      }
    override def raised(id: Long): Unit = ()
    override def mark(mark: Mark, id: Long, a: Long, b: Long): Unit = ()
  }

  private def booted(of: Topology, probe: Handled = new Handled): VirtualMachine = {
    val machine = Machine.of(of).probe(probe).onBoard()
    machine.boot()
    machine.advance(us)
    probe.entries = Vector.empty
    machine
  }

  private def duplicate(machine: VirtualMachine, vector: Int): Unit = machine.send("cpu/0/lapic",
    new LapicMessage.Interrupt(0, machine.nowPs, vector, DeliveryMode.FIXED, false, true))

  "A message that comes twice (E-120)" should "cost one run that finds nothing, long after the first" in {
    val probe = new Handled
    val machine = booted(topology(1, "cost = 1us, drain = 100ns"), probe)
    (1 to 40).foreach { n =>
      machine.external("device").raise(0)
      machine.advance(20 * us)
      if (n % 4 == 0) duplicate(machine, probe.vectors(0))
      machine.advance(20 * us)
    }
    val books = machine.finish()
    books.counter(Counter.HANDLER_RUNS) shouldBe 50
    books.counter(Counter.HANDLER_NONE) shouldBe 10
    books.balanced shouldBe true
  }

  it should "be harmless while the first one is still pending" in {
    def runs(twice: Boolean): Long = {
      val probe = new Handled
      val machine = booted(topology(1, "cost = 5us, drain = 100ns"), probe)
      machine.external("device").raise(0)
      machine.advance(20 * us)
      (1 to 30).foreach { _ =>
        machine.external("device").raise(0)
        machine.advance(us)
        machine.external("device").raise(0)
        machine.advance(us)
        if (twice) duplicate(machine, probe.vectors(0))
        machine.advance(40 * us)
      }
      machine.finish().counter(Counter.HANDLER_RUNS)
    }
    runs(twice = true) shouldBe runs(twice = false)
  }

  /**
   * A Poisson source whose messages get lost, or come before what they announce. Free-running, or
   * armed anew when its driver has found it empty.
   */
  private class Faulty(lostShare: Double, armed: Boolean, meanPs: Long, count: Int, dataLate: Int => Long)
      extends EndpointModel {
    private var waiting = Vector.empty[Long]
    private var left = count
    private var ready = true
    var arrivals = 0
    var messages = 0
    var waitedPs = 0.0
    var reaped = 0

    override def command(command: EndpointMessage.Command, context: EndpointContext): Unit = next(context)

    private def next(context: EndpointContext): Unit =
      if (left > 0) {
        left -= 1
        context.alarm(math.max(1, context.rng.exponential(meanPs.toDouble)), 1, 0)
      }

    override def alarm(what: Int, data: Long, context: EndpointContext): Unit = what match {
      case 2 => waiting :+= data
      case _ =>
        arrivals += 1
        val late = dataLate(arrivals)
        if (late == 0) waiting :+= context.nowPs else context.alarm(late, 2, context.nowPs)
        if (!armed || ready) {
          ready = false
          messages += 1
          if (context.rng.nextDouble() >= lostShare) context.raise(0, context.nowPs)
        }
        next(context)
    }

    override def mmioRead(offset: Int, context: EndpointContext): Long = {
      val found = waiting
      waiting = Vector.empty
      found.foreach(at => waitedPs += (context.nowPs - at).toDouble)
      reaped += found.size
      ready ||= found.isEmpty
      found.size.toLong
    }

    override def mmioWrite(offset: Int, value: Long, context: EndpointContext): Unit = ()
    override def save(out: StateWriter): Unit = ()
    override def load(in: StateReader): Unit = ()
    override def inspect(out: Inspector): Unit = ()
  }

  private def faulty(device: Faulty, seed: Long, runPs: Long): Ledger = {
    val machine = Machine.of(topology(1, "cost = 0ns, drain = 1ns", seed)).seed(seed)
      .endpoint("device", () => device).onBoard()
    machine.boot()
    machine.external("device").raise(0)
    machine.advance(runPs)
    machine.finish()
  }

  "A message that is lost with probability p (E-121)" should "delay completions of a free-running device by p/(1-p)/lambda" in {
    forAll(Table("p", 0.1, 0.3, 0.5)) { p =>
      val device = new Faulty(p, false, 50 * us, 40_000, _ => 0)
      faulty(device, 11, 2_200_000L * us)
      device.reaped should be > 39_000
      device.waitedPs / device.reaped / (50 * us) shouldBe p / (1 - p) +- 0.03 * (1 + p / (1 - p))
    }
  }

  it should "stop a device that is armed for each, after 1/p messages" in {
    val p = 0.2
    val machines = 250
    val messages = (1 to machines).map { seed =>
      val device = new Faulty(p, true, 2 * us, 2000, _ => 0)
      faulty(device, seed.toLong, 5000 * us)
      device.messages
    }
    // A geometric law of mean 5 and deviation 4.5: the mean of 250 is within 0.85 in three sigma.
    messages.sum.toDouble / machines shouldBe 1 / p +- 0.85
  }

  "Two messages of one function in the other order (E-122)" should "be served by priority when both are pending, and as they come when idle" in {
    def served(first: Int, second: Int, busy: Boolean): (Vector[Int], Map[Int, Int]) = {
      val probe = new Handled
      val machine = booted(topology(3, "cost = 5us"), probe)
      if (busy) {
        machine.external("device").raise(2)
        machine.advance(us)
      }
      machine.external("device").raise(first)
      machine.advance(1000)
      machine.external("device").raise(second)
      machine.advance(100 * us)
      (probe.entries.filter(_ < 2), probe.vectors)
    }
    val vectors = served(0, 1, busy = false)._2
    val byPriority = Vector(0, 1).sortBy(entry => -vectors(entry))
    served(0, 1, busy = true)._1 shouldBe byPriority
    served(1, 0, busy = true)._1 shouldBe byPriority
    served(0, 1, busy = false)._1 shouldBe Vector(0, 1)
    served(1, 0, busy = false)._1 shouldBe Vector(1, 0)
  }

  it should "not be seen at all when they are of one vector" in {
    def count(pause: Long): Long = {
      val machine = booted(topology(1, "cost = 5us"))
      machine.external("device").raise(0)
      machine.advance(us)
      Seq(2, 3).foreach { _ =>
        machine.external("device").raise(0)
        machine.advance(pause)
      }
      machine.advance(100 * us)
      machine.inspect("cpu/0/core").valueOr("count.irq.24", -1)
    }
    count(1) shouldBe 2
    count(us) shouldBe 2
  }

  "A message that comes before its data (E-123)" should "find nothing, and leave the completion to the next one" in {
    val every = 10
    val device = new Faulty(0, false, 50 * us, 20_000, n => if (n % every == 0) 3 * us else 0)
    val books = faulty(device, 5, 1_200_000L * us)
    val overtakes = device.arrivals / every
    // An arrival within the 3 us (one in 17) shares its run with the one that was overtaken.
    books.counter(Counter.HANDLER_NONE).toDouble shouldBe overtakes.toDouble +- overtakes * 0.02
    // The overtaken ones wait for a whole distance, and for one more if that arrival was too early for
    // them; the others wait for nothing. 2000 exponential waits have a deviation of 2.2 %.
    val distances = 1 + (1 - math.exp(-3.0 / 50))
    device.waitedPs / device.reaped / (50 * us) shouldBe distances / every +- 0.07 * distances / every
  }

  "An EOI that is delayed (E-124)" should "hold a level pin back: 1 / (S + delay)" in {
    forAll(Table("delay us", 1, 5, 20)) { delay =>
      val experiment = new Experiment(s"""
        scenario { name = eoi, stop { after = 100ms } }
        machine { cpus = 1, timing = ideal, tick = off, boot = direct, links { eoi = ${delay}us } }
        legacy = [ { irq = 10, name = pin, trigger = level, handler { cost = 2us } } ]
        load = [ { on = pin, arrivals = "every(100ns)" } ]
        """)
      val served = experiment.counts(10).sum.toDouble
      served shouldBe 100_000.0 / (2 + delay) +- 100_000.0 / (2 + delay) * 0.06
    }
  }

  private val near =
    "timing = typical, links { memory = 200ns, intr = 10ns, dma = 300ns, line = 200ns }"

  private def digests(scenario: Scenario, endPs: Long, groups: Int): (Long, Long) = {
    val board = new Board(Machines.plan(scenario), ProtocolCodecs.all, scenario.seed, scenario.ties, new Ledger)
    board.start()
    board.runBefore(endPs)
    val windowed = WindowedMachine.standalone(Machines.plan(scenario), ProtocolCodecs.all, scenario.seed,
      scenario.ties, path => if (path.startsWith("cpu/")) 1 + path.split('/')(1).toInt % (groups - 1) else 0)
    try {
      windowed.start()
      windowed.advance(endPs)
      (board.digest, windowed.digest)
    } finally windowed.close()
  }

  "The same seed on one board and on groups (E-125)" should "give one digest, in E-01, E-20 and E-83" in {
    val device = """{ name = device, bdf = "00:04.0", kind = generic, vectors = [ done ], cpu { done = 0 }
      first-irq = 24, handler { cost = 5us } }"""
    val scenarios = Seq(
      s"""machine { cpus = 2, $near }, endpoints = [ $device ]
          load = [ { on = device, arrivals = "every(1us)", count = 5000 } ]""",
      s"""machine { cpus = 2, $near }, endpoints = [ $device ]
          load = [ { on = device, arrivals = "every(1ms)", count = 20 } ]
          affinity-moves = [ { irq = 24, at = 9.5ms, to = "1" } ]""",
      s"""machine { cpus = 4, $near }
          endpoints = [ { name = nvme0, kind = nvme, msi-x = 5, queues = 4 } ]
          load = [ { on = nvme0, queues = "q1-q4", arrivals = "poisson(350k/s)", count = 2000 }
                   { ipi = reschedule, from = all, to = random, arrivals = "poisson(20k/s)", count = 200 } ]""")
    for (text <- scenarios; groups <- Seq(2, 3)) {
      val (board, windowed) = digests(ScenarioReader.parse("e125.conf", text), 25_000 * us, groups)
      withClue(text)(windowed shouldBe board)
    }
  }
}
