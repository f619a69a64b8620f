package irqlab.load

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import irqlab.live.{LiveMachine, LiveOptions, LiveResult}
import irqlab.observe.{Fate, Ledger}
import irqlab.protocol.{LoadMessage, ProtocolCodecs}
import irqlab.runtime.Board
import irqlab.scenario.Scenarios
import irqlab.windowed.WindowedMachine
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

/** The same chips on every runtime. */
@RunWith(classOf[JUnitRunner])
class WholeMachineSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()
  private val second = 1_000_000_000L

  override def afterAll(): Unit = kit.shutdownTestKit()

  private def live(name: String, raised: Long): LiveResult = {
    val scenario = Scenarios.builtIn(name)
    val machine =
      new LiveMachine(kit.system, Machines.plan(scenario), LiveOptions.of(scenario.seed))
    try {
      machine.start()
      machine.await(now => now.raised >= raised || now.wallNs > 60 * second)
      machine.finish(() => machine.inject(Machines.LOAD, new LoadMessage.Stop), 2 * second)
    } finally machine.close()
  }

  "nvme4 with every component an actor" should "balance" in {
    (1 to 5).foreach { round =>
      val result = live("nvme4", 100_000)
      withClue(s"round=$round ") {
        result.ledger.balanced shouldBe true
        result.ledger.raised should be >= 100_000L
        result.ledger.fate(Fate.HANDLED) should be > 0L
      }
    }
  }

  "collapse with every component an actor" should "balance" in {
    (1 to 5).foreach { round =>
      val result = live("collapse", 100_000)
      withClue(s"round=$round ") {
        result.ledger.balanced shouldBe true
        result.ledger.raised should be >= 100_000L
        result.ledger.fate(Fate.HANDLED) should be > 0L
        result.ledger.fate(Fate.COLLAPSED_IRR) should be > 0L
      }
    }
  }

  "nvme4 on two groups" should "have the digest that it has on one board, for 100 seeds" in {
    val nvme4 = Scenarios.builtIn("nvme4")
    // Boot takes less than one of these 4 ms; after it the device raises 1.4 times a us.
    val untilPs = 4_000_000_000L
    (1L to 100L).foreach { seed =>
      val scenario = nvme4.withSeed(seed)
      val ledger = new Ledger
      val board =
        new Board(Machines.plan(scenario), ProtocolCodecs.all(), seed, scenario.ties, ledger)
      board.start()
      board.runBefore(untilPs)
      ledger.raised should be > 1000L
      val machine = new WindowedMachine(
        kit.system, Machines.plan(scenario), ProtocolCodecs.all(), seed, scenario.ties,
        path => if (path.startsWith("pcie/")) 1 else 0)
      try {
        machine.start()
        machine.advance(untilPs)
        withClue(s"seed=$seed ") {
          machine.digest shouldBe board.digest
          machine.events shouldBe board.events
          machine.closeBooks().balanced shouldBe true
        }
      } finally machine.close()
    }
  }
}
