package irqlab.load

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import irqlab.live.{LiveMachine, LiveOptions}
import irqlab.observe.{Counter, Fate, Ledger}
import irqlab.protocol.{LoadMessage, ProtocolCodecs}
import irqlab.report.{RunReport, RunText, SummaryJson}
import irqlab.runtime.{Board, TiePolicy}
import irqlab.scenario.{Scenario, ScenarioReader}
import irqlab.windowed.WindowedMachine
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** A whole machine whose root port has two credits and whose memory is slow: what was too much for
  * the mailbox of the root complex shows at the devices.
  */
@RunWith(classOf[JUnitRunner])
class PostedCreditsSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()
  private val Us = 1000000L
  private val Queues = 4

  override def afterAll(): Unit = kit.shutdownTestKit()

  // Memory is 2 us away, so each message is held at the order point and keeps its credit there. Two
  // credits and a way of 300 ns carry 3.3 million writes a second at most; these loads ask for six.
  private def scenario(
      seed: Long,
      credits: String = "2",
      kernel: String = "6.1",
      count: String = ""
  ): Scenario = {
    val stop = if (count.isEmpty) "after = 20ms" else "when-drained = on, or-after = 1s"
    ScenarioReader.parse("credits.conf", s"""
      irqlab.format = 1
      scenario { name = credits, seed = $seed, stop { $stop } }
      machine { cpus = 4, kernel = "$kernel", tick = 1ms, links { memory = 2us }
        pcie { posted-credits = $credits } }
      endpoints = [
        { name = nvme0, bdf = "00:04.0", kind = nvme, msi-x = 5, queues = $Queues, admin-irq = 24,
          queue-depth = 4096, affinity = managed
          handler { cost = 1us, jitter = "exp(300ns)", drain = 100ns } }
        { name = net0, bdf = "00:05.0", kind = generic, msi-x = 1, first-irq = 40
          handler { cost = 1us } }
        { name = sound0, bdf = "00:06.0", kind = generic, msi = 1, first-irq = 41
          handler { cost = 1us } }
        { name = old0, bdf = "00:07.0", kind = generic, intx = 17, handler { cost = 1us } }
      ]
      load = [
        { on = nvme0, queues = "q1-q4", arrivals = "poisson(1500k/s)" $count }
        { on = net0, arrivals = "burst(10 every 50us)" $count }
        { on = sound0, arrivals = "burst(8 every 70us)" $count }
        { on = old0, arrivals = "poisson(50k/s)" $count }
      ]
      """)
  }

  private def board(what: Scenario): Board = {
    val machine = new Board(
      Machines.plan(what), ProtocolCodecs.all(), what.seed, TiePolicy.ID, new Ledger)
    machine.start()
    machine
  }

  private def shown(machine: Board, path: String): Snapshot = {
    val snapshot = new Snapshot
    machine.inspect(path, snapshot)
    snapshot
  }

  private def waiting(machine: Board): Long =
    shown(machine, "pcie/nvme0").valueOrZero("transmit.waiting")

  "The books of a machine that stops in the middle of a stall" should "close" in {
    forAll(Table(("seed", "kernel"), (1L, "6.1"), (2L, "6.12"), (3L, "6.12"))) { (seed, kernel) =>
      info(s"seed=$seed")
      val machine = board(scenario(seed, kernel = kernel))
      machine.runBefore(1000 * Us)
      var stalled = 0
      // No multiple of any cost, so that every phase of a message is met.
      for (stop <- 1 to 1000) {
        machine.runBefore(machine.nowPs + 1137000)
        withClue(s"stop=$stop at ${machine.nowPs} ps: ") {
          machine.closedBooks().balanced shouldBe true
        }
        if (waiting(machine) > 0) stalled += 1
      }
      stalled should be > 500
      machine.ledger.fate(Fate.COLLAPSED_PBA) should be > 1000L
      // A handler reads on while entries come, and they come all the time.
      machine.ledger.fate(Fate.HANDLED) should be > 10L
      machine.ledger.counter(Counter.TRANSMIT_FULL) should be > 500L
    }
  }

  "A load that two credits do not carry" should "be served to the last completion, in order" in {
    forAll(Table("seed", 4L, 5L, 6L)) { seed =>
      info(s"seed=$seed")
      val result = BoardRun.run(scenario(seed, count = ", count = 3k"), RunWatch.NONE)
      val report = RunReport.of(result)
      report.balanced shouldBe true
      report.devices.raised shouldBe 7 * 3000 + result.ledger.find(
        result.paths.indexOf("pcie/nvme0"), 0).raised
      report.devices.pending shouldBe 0
      report.outOfOrder shouldBe 0
      report.order.violations shouldBe 0
      report.order.beforeData shouldBe 0
      report.laws.forEach(law =>
        withClue(law.name + ": " + law.text) {
          law.skipped shouldBe ""
          law.broken shouldBe false
        })
      // The driver has seen every entry: none was left without an interrupt behind it.
      val nvme = result.component("pcie/nvme0")
      (1 to Queues).foreach { queue =>
        nvme.valueOrZero(s"cq[$queue].waiting") shouldBe 0
        nvme.valueOrZero(s"cq[$queue].tail") should be > 0L
        nvme.valueOrZero(s"cq[$queue].head") shouldBe nvme.valueOrZero(s"cq[$queue].tail")
      }
      result.ledger.fate(Fate.COLLAPSED_PBA) should be > 1000L
      RunText.of(report, false) should include regex "nvme0 +[1-9][0-9 ]+ [1-9][0-9 ]+ [1-9]"
      SummaryJson.of(report) should include("\"transmit_highest\"")
    }
  }

  it should "wait in the device, and not where credits have no end" in {
    val few = BoardRun.run(scenario(7, count = ", count = 3k"), RunWatch.NONE)
    val many = BoardRun.run(scenario(7, "infinite", count = ", count = 3k"), RunWatch.NONE)
    def most(result: RunResult): Long =
      (1 to Queues)
        .map(n => result.component("pcie/nvme0").valueOrZero(s"cq[$n].highest"))
        .max
    most(few) should be > 300L
    most(many) shouldBe 0
    few.ledger.counter(Counter.CREDIT_STALLS) should be > 10000L
    many.ledger.counter(Counter.CREDIT_STALLS) shouldBe 0
    many.ledger.counter(Counter.CREDIT_UPDATES) shouldBe 0
    few.ledger.fate(Fate.COLLAPSED_PBA) should be > 0L
    many.ledger.fate(Fate.COLLAPSED_PBA) shouldBe 0
  }

  "A machine resumed from a checkpoint in a stall" should "end with the digest of one that ran on" in {
    forAll(Table(("seed", "stopped at, us"), (8L, 1500L), (9L, 1777L), (10L, 2345L))) {
      (seed, stopped) =>
        val whole = board(scenario(seed))
        whole.runBefore(4000 * Us)
        val first = board(scenario(seed))
        first.runBefore(stopped * Us + 333)
        waiting(first) should be > 0L
        val second = board(scenario(seed))
        val saved = first.save()
        second.load(saved)
        second.save().blocks.forEach((id, bytes) =>
          withClue(first.plan.path(id)) { bytes shouldBe saved.blocks.get(id) })
        second.runBefore(4000 * Us)
        second.digest shouldBe whole.digest
    }
  }

  "The machine on two groups" should "have the digest that it has on one board" in {
    val what = scenario(11)
    val one = board(what)
    one.runBefore(3000 * Us)
    waiting(one) should be > 0L
    val two = new WindowedMachine(
      kit.system, Machines.plan(what), ProtocolCodecs.all(), what.seed, TiePolicy.ID,
      path => if (path.startsWith("pcie/")) 1 else 0)
    try {
      two.start()
      two.advance(3000 * Us)
      two.digest shouldBe one.digest
      two.events shouldBe one.events
      two.closeBooks().balanced shouldBe true
    } finally two.close()
  }

  // 100 million arrivals a second: no host carries a tenth of that as actors.
  "A live machine that is asked for far too much" should
    "let it wait in the device, with books that close" in {
      val what = ScenarioReader.parse("overload.conf", """
        scenario { name = overload, seed = 12, stop { after = 1s } }
        machine { cpus = 2, tick = off, pcie { posted-credits = 8 } }
        endpoints = [ { name = nvme0, kind = nvme, msi-x = 3, queues = 2, handler { cost = 0ns } } ]
        load = [ { on = nvme0, queues = "q1-q2", arrivals = "poisson(50M/s)" } ]
        """)
      val machine = new LiveMachine(
        kit.system, Machines.plan(what), Machines.liveOptions(what).withSlowDown(1))
      try {
        machine.start()
        val device = machine.plan.find("pcie/nvme0")
        machine.await(now => machine.raised(device) > 50000 || now.wallNs > 60_000_000_000L)
        val result = machine.finish(
          () => machine.inject(Machines.LOAD, new LoadMessage.Stop), 20_000_000_000L)
        result.ledger.balanced shouldBe true
        result.ledger.raised should be > 50000L
        result.ledger.counter(Counter.CREDIT_STALLS) should be > 0L
        val collapsed = result.ledger.fate(Fate.COLLAPSED_PBA) +
          result.ledger.counter(Counter.TRANSMIT_FULL)
        collapsed should be > 0L
      } finally machine.close()
    }
}
