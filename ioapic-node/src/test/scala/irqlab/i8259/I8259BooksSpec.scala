package irqlab.i8259

import irqlab.observe.Fate
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class I8259BooksSpec extends AnyFlatSpec with Matchers {

  "A raise" should "travel with the vector, and wait in IRR until then" in {
    val bench = new PicBench().init()
    bench.io.advance(100)
    val raise = bench.raise(12)
    bench.shown.waiting.toSeq shouldBe Seq((raise, "8259A line 12"))
    bench.io.advance(50)
    val vector = bench.inta()
    (vector.id, vector.raisedPs, vector.vector) shouldBe ((raise, 100, 0x2c))
    bench.shown.waiting shouldBe empty
  }

  it should "be withdrawn when its line drops first; the spurious vector has none" in {
    val bench = new PicBench().init()
    bench.raise(5)
    bench.lower(5)
    bench.inta().id shouldBe 0
    bench.fate(Fate.WITHDRAWN) shouldBe 1
    bench.io.ledger.balanced shouldBe true
  }

  it should "be lost when ICW1 forgets its edge, and kept when its input is level" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    val kept = bench.raise(5)
    bench.raise(6)
    bench.out(0x20, 0x11)
    bench.fate(Fate.LOST_RESET) shouldBe 1
    bench.shown.waiting.map(_._1).toSeq shouldBe Seq(kept)
  }

  it should "collapse on an edge input that is already high" in {
    val bench = new PicBench().init()
    bench.raise(5, source = 1)
    bench.raise(5, source = 2)
    bench.fate(Fate.COLLAPSED_LINE) shouldBe 1
  }

  "A level input" should "give its raise once, and nothing with what it asks again" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    val raise = bench.raise(5)
    val ids = Seq.fill(3) {
      val id = bench.inta().id
      bench.out(0x20, 0x20)
      id
    }
    ids shouldBe Seq(raise, 0, 0)
  }

  it should "give the raise of a second source next" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    val raises = Seq(bench.raise(5, source = 1), bench.raise(5, source = 2))
    val first = bench.inta().id
    bench.lower(5, source = 1)
    bench.out(0x20, 0x20)
    Seq(first, bench.inta().id) shouldBe raises
  }

  "A level input that is polled twice" should "give its raise once" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    bench.raise(5)
    (1 to 2).foreach { _ =>
      bench.out(0x20, 0x0c)
      bench.in(0x20) shouldBe 0x85
      bench.out(0x20, 0x20)
    }
    bench.fate(Fate.HANDLED) shouldBe 1
  }

  "A poll" should "have the raise handled by the CPU that reads" in {
    val bench = new PicBench().init()
    bench.raise(12)
    bench.out(0xa0, 0x0c)
    bench.in(0xa0, cpu = 1) shouldBe 0x84
    bench.fate(Fate.HANDLED) shouldBe 1
    bench.io.ledger.rows.get(0).handledOn(1) shouldBe 1
    bench.io.ledger.balanced shouldBe true
  }
}
