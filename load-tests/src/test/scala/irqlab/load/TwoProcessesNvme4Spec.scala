package irqlab.load

import irqlab.cluster.Coordinator
import irqlab.observe.{Counter, Fate}
import irqlab.protocol.LoadMessage
import irqlab.scenario.Scenarios
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

/** CPUs and LAPICs in this process, root complex, memory, IO-APIC and NVMe in another. */
@RunWith(classOf[JUnitRunner])
class TwoProcessesNvme4Spec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private val second = 1_000_000_000L
  private lazy val coordinator = {
    val opened = Coordinator.open()
    opened.launch(1, java.util.List.of("-Xmx512m"))
    opened
  }

  override def afterAll(): Unit = coordinator.close()

  "nvme4 over two processes" should "balance, run after run" in {
    val scenario = Scenarios.builtIn("nvme4")
    (1 to 5).foreach { round =>
      coordinator.host(ScenarioBuilder.NAME, Scenarios.text("nvme4"))
      coordinator.start()
      coordinator.await(now => now.raised >= 50_000 || now.wallNs > 60 * second)
      val result = coordinator.finish(
        () => coordinator.inject(Machines.LOAD, new LoadMessage.Stop), 2 * second)
      withClue(s"round=$round ") {
        result.ledger.balanced shouldBe true
        result.ledger.raised should be >= 50_000L
        result.ledger.fate(Fate.HANDLED) should be > 0L
        // Its messages cross from that process to this one, and their counts come back.
        result.ledger.counter(Counter.MESSAGES_SENT) should be > 0L
        result.ledger.counter(Counter.IPIS_SENT) should be > 0L
        result.components.asScala.map(_.path) shouldBe Machines.paths(scenario.topology).asScala
      }
    }
  }
}
