package irqlab.bench

import irqlab.observe.Counter
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** A ratio is honest when both sides do the same work. */
@RunWith(classOf[JUnitRunner])
class YardstickSpec extends AnyFlatSpec with Matchers {

  "The self-IPI machine by hand" should "need as many events a cycle as the Board" in {
    forAll(Table("cpus", 1, 4, 64)) { cpus =>
      val flat = new FlatSelfIpi(cpus)
      flat.run(1000L * cpus)
      val board = BenchMachines.selfIpi(cpus)
      board.runBefore(200000000L)
      val cycles = board.ledger.counter(Counter.DISPATCHED)
      val started = board.events
      board.runBefore(400000000L)
      val perCycle =
        (board.events - started).toDouble / (board.ledger.counter(Counter.DISPATCHED) - cycles)
      flat.events.toDouble / flat.cycles shouldBe perCycle +- 0.01
    }
  }

  "The NVMe machine" should "execute the same events with and without digest and ledger" in {
    val full = BenchMachines.nvme(4, true)
    val bare = BenchMachines.nvme(4, false)
    Seq(full, bare).foreach(_.runBefore(20000000000L))
    bare.events shouldBe full.events
    bare.nextPs shouldBe full.nextPs
  }

  "The bare loop" should "give the same digest for the same seed and another for another" in {
    def digest(seed: Long): Long = { val loop = new BareLoop(seed); loop.run(100000); loop.digest }
    digest(1) shouldBe digest(1)
    digest(2) should not be digest(1)
  }
}
