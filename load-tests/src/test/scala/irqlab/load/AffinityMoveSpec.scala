package irqlab.load

import irqlab.observe.Counter
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Section B of the experiments: the deferred move of a message without remapping. */
@RunWith(classOf[JUnitRunner])
class AffinityMoveSpec extends AnyFlatSpec with Matchers {
  private val kernels = Table("kernel", "6.1", "6.12")
  private val twenty = """{ on = device, arrivals = "every(1ms)", count = 20 }"""

  private def run(kernel: String, load: String, moves: String, handler: String = "cost = 5us") =
    Experiment.device(1, handler, load, cpus = 4, moves = moves, kernel = kernel,
      stop = "after = 60ms")

  "Ten interrupts, a write, ten more" should "count 11 on the old CPU and 9 on the new (E-20)" in {
    forAll(kernels) { kernel =>
      val done = run(kernel, twenty, """{ irq = 24, at = 9.5ms, to = "1" }""")
      done.counts(24) shouldBe Seq(11, 9, 0, 0)
      done.kernel.text("irq.24.effective_affinity") shouldBe "2"
    }
  }

  "A write without traffic after it" should "never be applied (E-22)" in {
    forAll(kernels) { kernel =>
      val done = run(kernel, twenty, """{ irq = 24, at = 30ms, to = "1" }""")
      done.counts(24) shouldBe Seq(20, 0, 0, 0)
      done.kernel.text("irq.24.smp_affinity") shouldBe "2"
      done.kernel.text("irq.24.effective_affinity") shouldBe "1"
      done.counter(Counter.MOVES_DONE) shouldBe 0
    }
  }

  "Two writes before one interrupt" should "leave only the last (E-23)" in {
    forAll(kernels) { kernel =>
      val moves = """{ irq = 24, at = 9.4ms, to = "1" } { irq = 24, at = 9.6ms, to = "2" }"""
      val done = run(kernel, twenty, moves)
      done.counts(24) shouldBe Seq(11, 0, 9, 0)
      done.counter(Counter.MOVES_DONE) shouldBe 1
    }
  }

  "The old vector" should "be given back after the first interrupt on the new CPU (E-24)" in {
    forAll(kernels) { kernel =>
      val done = run(kernel, twenty, """{ irq = 24, at = 9.5ms, to = "1" }""")
      val left = done.result.component("cpu/0/core").values.keySet
      left.contains("vector.33.irq") shouldBe false
      left.contains("vector.32.irq") shouldBe false
    }
  }

  "A mask with the current CPU" should "move nothing (E-26)" in {
    forAll(Table(("kernel", "mask", "shown"),
      ("6.1", "0-3", "f"), ("6.12", "0-3", "f"), ("6.1", "0,1", "3"), ("6.12", "0,1", "3"))) {
      (kernel, mask, shown) =>
        val done = run(kernel, twenty, s"""{ irq = 24, at = 9.5ms, to = "$mask" }""")
        done.counts(24) shouldBe Seq(20, 0, 0, 0)
        done.kernel.text("irq.24.smp_affinity") shouldBe shown
        done.kernel.text("irq.24.effective_affinity") shouldBe "1"
        done.counter(Counter.MOVES_DONE) shouldBe 0
    }
  }

  "A move under full load" should "lose nothing and run the handler on one CPU at a time" in {
    // Handler longer than the distance: the new CPU meets the old one in the handler (FLW-005).
    // 6.12 gives the old vector back at the next jiffy, 4 ms; until then the next move is EBUSY.
    forAll(Table(("kernel", "moves done"), ("6.1", 15L), ("6.12", 5L))) { (kernel, movesDone) =>
      val load = """{ on = device, arrivals = "poisson(150k/s)", count = 3000 }"""
      val moves = (1 to 15)
        .map(n => s"""{ irq = 24, at = ${n}ms, to = "${n % 4}" }""")
        .mkString("\n")
      val done = run(kernel, load, moves)
      done.raised(0) shouldBe 3000
      done.counter(Counter.MOVES_DONE) shouldBe movesDone
      done.counter(Counter.ABSORBED) should be > 0L
      done.counts(24).sum + done.counter(Counter.REPLAYS) shouldBe
        done.counter(Counter.HANDLER_RUNS)
    }
  }
}
