package irqlab.load

import irqlab.observe.{Counter, Fate}
import irqlab.report.RunReport
import irqlab.scenario.{Scenario, ScenarioReader, Scenarios, Stop}
import irqlab.topology.hocon.TopologyException
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.util.OptionalLong
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class AffinityStormSpec extends AnyFlatSpec with Matchers {
  private val whole = Scenarios.builtIn("affinity-storm")

  private def until(raises: Long, of: Scenario = whole): Scenario =
    of.withStop(new Stop(OptionalLong.of(raises), OptionalLong.empty, false))

  "affinity-storm" should "have 48 CPUs on two nodes and 192 queues on a third" in {
    val topology = whole.topology
    topology.endpoints.asScala.map(_.queues).sum shouldBe 192
    Seq("cpu/0/core", "cpu/23/lapic", "kernel", "ioapic/0", "pic").map(topology.nodeOf).distinct shouldBe
      Seq("node1")
    Seq("cpu/24/core", "cpu/47/lapic").map(topology.nodeOf).distinct shouldBe Seq("node2")
    Seq("root", "memory", "pcie/nvme0", "pcie/nvme3").map(topology.nodeOf).distinct shouldBe Seq("node3")
  }

  it should "find a vector for every queue, move them, lose none, and have one digest" in {
    val once = BoardRun.run(until(60_000), RunWatch.NONE)
    val again = BoardRun.run(until(60_000), RunWatch.NONE)
    again.digest shouldBe once.digest
    val report = RunReport.of(once)
    report.balanced shouldBe true
    report.irqs should have size 196
    // Each queue of all four controllers is there and has load.
    all(report.irqs.asScala.map(_.counted)) should be > 0L
    report.devices.raised should be >= 60_000L
    report.devices.lost shouldBe 0
    once.ledger.counter(Counter.MOVES_DONE) should be > 100L
    BoardRun.run(until(60_000).withSeed(7), RunWatch.NONE).digest should not be once.digest
  }

  it should "balance by the wall clock, moves and all" in {
    val result = LiveRun.run(until(30_000, whole.forWall), RunWatch.NONE)
    val report = RunReport.of(result)
    withClue(report.unbalanced) { report.balanced shouldBe true }
    report.devices.raised should be >= 30_000L
    report.devices.lost shouldBe 0
    result.ledger.fate(Fate.HANDLED) should be > 20_000L
  }

  "A storm" should "be read as strictly as a move" in {
    val text = Scenarios.text("affinity-storm").replace("on = \"nvme*\", queues = \"q1-q48\", every = 500us, move = 32",
      "on = \"sata*\", every = 0us, move = 0, mov = 3")
    val faults = the[TopologyException] thrownBy ScenarioReader.parse("s.conf", text)
    Seq("no device is called \"sata*\"", "affinity-moves[0].every", "affinity-moves[0].move", "mov").foreach {
      each => faults.getMessage should include(each)
    }
  }
}
