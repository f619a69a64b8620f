package irqlab.line

import irqlab.observe.{Fate, InterruptId, Ledger}
import irqlab.protocol.ProtocolCodecs
import irqlab.recorded.Registers
import irqlab.runtime.{StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class InputLineSpec extends AnyFlatSpec with Matchers {
  private def id(n: Int) = InterruptId.of(1, 0, n.toLong)

  private class Bench {
    val books = new Ledger
    val line = new InputLine
    def raise(source: Int, n: Int): Boolean = {
      books.raised(id(n))
      line.raise(source, id(n), n * 10L, books)
    }
    def lower(source: Int, latched: Boolean = false): Boolean = line.lower(source, latched, books)
  }

  "A line" should "rise with its first source and fall with its last (IOA-018)" in {
    val bench = new Bench
    bench.raise(1, 1) shouldBe true
    bench.raise(2, 2) shouldBe false
    bench.line.drivers shouldBe 2
    bench.lower(1) shouldBe false
    bench.line.asserted shouldBe true
    bench.lower(2) shouldBe true
    bench.line.asserted shouldBe false
  }

  it should "not fall for a source that does not hold it" in {
    val bench = new Bench
    bench.lower(1) shouldBe false
    bench.raise(1, 1)
    bench.lower(2) shouldBe false
    bench.line.asserted shouldBe true
  }

  it should "give raises in the order in which they came" in {
    val bench = new Bench
    bench.raise(2, 1)
    bench.raise(1, 2)
    bench.line.waitingId shouldBe id(1)
    bench.line.waitingRaisedPs(0) shouldBe 10
    bench.line.take()
    bench.line.waitingId shouldBe id(2)
    bench.line.take()
    bench.line.waitingId shouldBe 0
    bench.line.waitingRaisedPs(7) shouldBe 7
  }

  it should "collapse a second raise of a source that holds it" in {
    val bench = new Bench
    bench.raise(1, 1)
    bench.raise(1, 2) shouldBe false
    bench.books.fate(Fate.COLLAPSED_LINE) shouldBe 1
    bench.line.waitingId shouldBe id(1)
  }

  it should "tell what was withdrawn from what was served along" in {
    val bench = new Bench
    bench.raise(1, 1)
    bench.lower(1)
    bench.books.fate(Fate.WITHDRAWN) shouldBe 1
    bench.raise(1, 2)
    bench.raise(2, 3)
    bench.line.take()
    bench.lower(2)
    bench.books.fate(Fate.COLLAPSED_LINE) shouldBe 1
  }

  it should "keep a raise that the controller has latched" in {
    val bench = new Bench
    bench.raise(1, 1)
    bench.lower(1, latched = true)
    bench.line.waitingId shouldBe id(1)
  }

  it should "keep what belongs together when one leaves" in {
    val bench = new Bench
    (1 to 3).foreach(n => bench.raise(n, n))
    bench.lower(1)
    bench.line.waitingId shouldBe id(2)
    bench.line.waitingRaisedPs(0) shouldBe 20
    bench.lower(3)
    bench.line.waitingId shouldBe id(2)
    bench.lower(2)
    bench.line.waitingId shouldBe 0
    bench.books.fate(Fate.WITHDRAWN) shouldBe 3
  }

  it should "close by name, and all" in {
    val bench = new Bench
    (1 to 4).foreach(n => bench.raise(n, n))
    bench.line.close(id(3), Fate.LOST_MASKED, bench.books)
    bench.line.close(id(9), Fate.LOST_MASKED, bench.books)
    bench.books.fate(Fate.LOST_MASKED) shouldBe 1
    bench.line.closeAll(Fate.LOST_RESET, bench.books)
    bench.books.fate(Fate.LOST_RESET) shouldBe 3
    bench.books.balanced shouldBe true
  }

  it should "be the same after save and load" in {
    val bench = new Bench
    bench.raise(5, 1)
    bench.line.take()
    bench.raise(6, 2)
    val out = new StateWriter(ProtocolCodecs.all)
    bench.line.save(out)
    val copy = new InputLine
    copy.load(new StateReader(out.toBytes, ProtocolCodecs.all))
    val registers = new Registers
    copy.inspect(registers, "here")
    registers.waiting.toSeq shouldBe Seq((id(2), "here"))
    copy.lower(6, false, bench.books) shouldBe false
    bench.books.fate(Fate.COLLAPSED_LINE) shouldBe 1
    copy.lower(5, false, bench.books) shouldBe true
  }
}
