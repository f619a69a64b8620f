package irqlab.load

import irqlab.observe.{Counter, Fate, Ledger}
import irqlab.protocol.ProtocolCodecs
import irqlab.runtime.{Board, TiePolicy}
import irqlab.scenario.ScenarioReader
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** E-83 at moments that no stop rule would choose: handlers, EOIs, moves and locks are under way. */
@RunWith(classOf[JUnitRunner])
class BooksAtAnyMomentSpec extends AnyFlatSpec with Matchers {
  private val Us = 1000000L

  private def board(mode: String, kernel: String, seed: Long): Board = {
    val moves = (1 to 150).map(n => s"""{ irq = 40, at = ${n * 100}us, to = "${n % 4}" }""")
    val scenario = ScenarioReader.parse("moments.conf", s"""
      irqlab.format = 1
      scenario { name = moments, seed = $seed, stop { after = 20ms } }
      machine { cpus = 4, kernel = "$kernel", tick = 1ms, lapic { mode = $mode } }
      legacy = [ { irq = 9, name = acpi, trigger = level } ]
      endpoints = [
        { name = nvme0, bdf = "00:04.0", kind = nvme, msi-x = 5, queues = 4, admin-irq = 24,
          affinity = managed, handler { cost = 1us, jitter = "exp(300ns)", drain = 100ns } }
        { name = net0, bdf = "00:05.0", kind = generic, msi-x = 1, first-irq = 40
          handler { cost = 3us } }
      ]
      load = [
        { on = nvme0, queues = "q1-q4", arrivals = "poisson(300k/s)" }
        { on = net0, arrivals = "poisson(400k/s)" }
        { on = acpi, arrivals = "poisson(50k/s)" }
        { ipi = reschedule, from = all, to = random, arrivals = "poisson(50k/s)" }
      ]
      affinity-moves = [ ${moves.mkString("\n")} ]
      """)
    val machine =
      new Board(Machines.plan(scenario), ProtocolCodecs.all(), seed, TiePolicy.ID, new Ledger)
    machine.start()
    machine
  }

  "The books of a machine that stops at any moment" should "close" in {
    var replayed = 0L
    forAll(Table(("mode", "kernel"), ("xapic", "6.1"), ("xapic", "6.12"), ("x2apic", "6.12"))) {
      (mode, kernel) =>
        val machine = board(mode, kernel, 11)
        var pending = 0L
        // 1137 ns is no multiple of any cost: every phase of a handler, and of the moves that come each 100 us.
        machine.runBefore(1000 * Us)
        for (stop <- 1 to 2003) {
          machine.runBefore(machine.nowPs + 1137000)
          val books = machine.closedBooks()
          withClue(s"stop=$stop at ${machine.nowPs} ps: ") { books.balanced shouldBe true }
          pending += books.rows.stream.mapToLong(_.pending).sum
        }
        pending should be > 2003L
        replayed += machine.ledger.counter(Counter.ABSORBED)
        machine.ledger.fate(Fate.HANDLED) should be > 1000L
    }
    withClue("absorbed: ") { replayed should be > 0L }
  }
}
