package irqlab.ioapic

import irqlab.ioapic.Entry._
import irqlab.observe.Fate
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class IoApicBooksSpec extends AnyFlatSpec with Matchers {

  "An edge" should "travel in its message" in {
    val bench = new IoApicBench
    bench.program(4, 0x31)
    val raises = Seq(bench.pulse(4), bench.pulse(4))
    bench.ids shouldBe raises
  }

  it should "be lost while masked" in {
    val bench = new IoApicBench
    bench.program(4, mask | 0x31)
    bench.pulse(4)
    bench.fate(Fate.LOST_MASKED) shouldBe 1
    bench.io.ledger.balanced shouldBe true
  }

  it should "collapse on a line that is already high, from the same source or another" in {
    val bench = new IoApicBench
    bench.program(4, 0x31)
    bench.raise(4, source = 1)
    bench.raise(4, source = 1)
    bench.raise(4, source = 2)
    bench.fate(Fate.COLLAPSED_LINE) shouldBe 2
    bench.ids should have size 1
  }

  "A level raise" should "travel in the first message; messages sent again have none" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    val raise = bench.raise(9)
    bench.eoi(0x41)
    bench.eoi(0x41)
    bench.lower(9)
    bench.ids shouldBe Seq(raise, 0, 0)
  }

  it should "be pending while it waits, and be told with its pin" in {
    val bench = new IoApicBench
    bench.program(9, level | mask | 0x41)
    val raise = bench.raise(9)
    bench.shown.waiting.toSeq shouldBe Seq((raise, "pin 9"))
    bench.low(9, level | 0x41)
    bench.shown.waiting shouldBe empty
  }

  it should "be withdrawn when the line drops before anything was sent (IOA-007)" in {
    val bench = new IoApicBench
    bench.program(9, level | mask | 0x41)
    bench.raise(9)
    bench.lower(9)
    bench.fate(Fate.WITHDRAWN) shouldBe 1
    bench.io.ledger.balanced shouldBe true
  }

  "The raise of a second source" should "be sent at EOI when its line is still high" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    val raises = Seq(bench.raise(9, source = 1), bench.raise(9, source = 2))
    bench.lower(9, source = 1)
    bench.eoi(0x41)
    bench.ids shouldBe raises
  }

  it should "be collapsed when the first one's run served it too" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9, source = 1)
    bench.raise(9, source = 2)
    bench.lower(9, source = 2)
    bench.lower(9, source = 1)
    bench.eoi(0x41)
    bench.ids should have size 1
    bench.fate(Fate.COLLAPSED_LINE) shouldBe 1
  }

  it should "be withdrawn with the first one when nothing was sent" in {
    val bench = new IoApicBench
    bench.program(9, level | mask | 0x41)
    bench.raise(9, source = 1)
    bench.raise(9, source = 2)
    bench.lower(9, source = 1)
    bench.lower(9, source = 2)
    bench.fate(Fate.WITHDRAWN) shouldBe 2
  }

  "A request that is latched" should "keep its raise when the line drops" in {
    val bench = new IoApicBench
    bench.program(20, level | mask | 0x51)
    val raise = bench.raise(20)
    bench.low(20, mask | 0x51)
    bench.lower(20)
    bench.low(20, 0x51)
    bench.ids shouldBe Seq(raise)
  }
}
