package irqlab.scenario

import irqlab.load.{BoardRun, RunResult, RunWatch}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.nio.charset.StandardCharsets
import java.util.zip.GZIPInputStream

/** What the reader accepts, the machine runs. */
@RunWith(classOf[JUnitRunner])
class RunnableScenarioSpec extends AnyFlatSpec with Matchers {

  private def imported(name: String): Scenario = {
    val in = new GZIPInputStream(getClass.getResourceAsStream(s"/listings/$name.txt.gz"))
    val listing =
      try new String(in.readAllBytes(), StandardCharsets.UTF_8)
      finally in.close()
    ScenarioReader.parse("mybox.conf", Importer.parse(name, listing, "mybox").scenario)
  }

  private def run(scenario: Scenario): RunResult = {
    val result = BoardRun.run(scenario, RunWatch.NONE)
    result.ledger.balanced shouldBe true
    result
  }

  private def counts(result: RunResult, irq: Int): Seq[Long] =
    (0 until result.scenario.topology.cpus).map { cpu =>
      result.component(s"cpu/$cpu/core").valueOrZero(s"count.irq.$irq")
    }

  "An imported machine" should "boot, take its load, and close its books" in {
    forAll(
      Table(
        ("listing", "busy irq", "on CPU"),
        ("x86-12cpu-virtio", 35, 3),
        ("arm64-4cpu-gicv3-its", 57, 0)
      )
    ) { (name, irq, cpu) =>
      val served = counts(run(imported(name)), irq)
      served(cpu) should be > 1000L
      served.sum shouldBe served(cpu)
    }
  }

  "virtio12" should "serve each irq on the CPU of the listing" in {
    val result = run(Scenarios.builtIn("virtio12"))
    forAll(
      Table(
        ("irq", "CPU"),
        (1, 0), (4, 2), (6, 3), (10, 1), (11, 4), (12, 5), (27, 11), (29, 10), (31, 9), (33, 8),
        (35, 3), (36, 11)
      )
    ) { (irq, cpu) =>
      val served = counts(result, irq)
      served(cpu) should be > 0L
      served.sum shouldBe served(cpu)
    }
  }

  "affinity-move" should "count 11 on the old CPU and 9 on the new one (E-20)" in {
    counts(run(Scenarios.builtIn("affinity-move")), 24) shouldBe Seq(11, 9)
  }
}
