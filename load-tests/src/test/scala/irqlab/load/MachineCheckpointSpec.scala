package irqlab.load

import irqlab.observe.Ledger
import irqlab.protocol.ProtocolCodecs
import irqlab.runtime.{Board, TiePolicy}
import irqlab.scenario.{Scenario, ScenarioReader}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** A whole machine with everything that moves: NVMe, pins, IPIs, ticks, affinity moves. */
@RunWith(classOf[JUnitRunner])
class MachineCheckpointSpec extends AnyFlatSpec with Matchers {
  private val Ms = 1000000000L

  private def scenario(seed: Long, kernel: String): Scenario = {
    val moves = (1 to 40).map(n => s"""{ irq = 40, at = ${n * 300}us, to = "${n % 4}" }""")
    ScenarioReader.parse("busy.conf", s"""
      irqlab.format = 1
      scenario { name = busy, seed = $seed, stop { after = 20ms } }
      machine { cpus = 4, kernel = "$kernel", tick = 1ms }
      legacy = [ { irq = 9, name = acpi, trigger = level }, { irq = 4, name = ttyS0, trigger = edge } ]
      endpoints = [
        { name = nvme0, bdf = "00:04.0", kind = nvme, msi-x = 5, queues = 4, admin-irq = 24,
          affinity = managed, handler { cost = 1us, jitter = "exp(300ns)", drain = 100ns } }
        { name = net0, bdf = "00:05.0", kind = generic, msi-x = 1, first-irq = 40
          handler { cost = 2us } }
      ]
      load = [
        { on = nvme0, queues = "q1-q4", arrivals = "poisson(300k/s)" }
        { on = net0, arrivals = "poisson(200k/s)" }
        { on = acpi, arrivals = "poisson(20k/s)" }
        { on = ttyS0, arrivals = "every(100us)", hold-line = 4us }
        { ipi = reschedule, from = all, to = random, arrivals = "poisson(20k/s)" }
      ]
      affinity-moves = [ ${moves.mkString("\n")} ]
      """)
  }

  private def board(seed: Long, kernel: String): Board = {
    val what = scenario(seed, kernel)
    new Board(Machines.plan(what), ProtocolCodecs.all(), seed, TiePolicy.ID, new Ledger)
  }

  "A machine resumed from a checkpoint" should "end with the digest of one that never stopped" in {
    // Times that are no round numbers, so that handlers, moves and reads are in the middle.
    forAll(Table(("seed", "kernel", "stopped at"), (1L, "6.1", 3 * Ms + 12345677),
      (2L, "6.12", 7 * Ms + 7654321), (3L, "6.1", 5 * Ms + 1), (4L, "6.12", 11 * Ms + 999999))) {
      (seed, kernel, stopped) =>
        val whole = board(seed, kernel)
        whole.start()
        whole.runBefore(15 * Ms)
        val first = board(seed, kernel)
        first.start()
        first.runBefore(stopped)
        val second = board(seed, kernel)
        second.load(first.save())
        second.runBefore(15 * Ms)
        second.digest shouldBe whole.digest
    }
  }

  it should "save the same bytes again" in {
    val first = board(5, "6.1")
    first.start()
    first.runBefore(4 * Ms + 333333)
    val saved = first.save()
    val second = board(5, "6.1")
    second.load(saved)
    val again = second.save()
    again.blocks.keySet shouldBe saved.blocks.keySet
    saved.blocks.forEach((id, bytes) =>
      withClue(first.plan.path(id)) { again.blocks.get(id) shouldBe bytes })
  }

  "The digest" should "be another for another seed and the same for the same" in {
    def digest(seed: Long): Long = {
      val one = board(seed, "6.1")
      one.start()
      one.runBefore(3 * Ms)
      one.digest
    }
    digest(7) shouldBe digest(7)
    digest(8) should not be digest(7)
  }
}
