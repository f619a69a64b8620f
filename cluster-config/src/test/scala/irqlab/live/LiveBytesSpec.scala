package irqlab.live

import irqlab.observe.{Counter, Fate, InterruptId, Ledger}
import irqlab.runtime.Bench.codecs
import irqlab.runtime.{Inspector, MalformedStateException, Rng, StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LiveBytesSpec extends AnyFlatSpec with Matchers {
  private def bytes(write: StateWriter => Unit): Array[Byte] = {
    val out = new StateWriter(codecs)
    write(out)
    out.toBytes
  }

  private def reader(bytes: Array[Byte]): StateReader = new StateReader(bytes, codecs)

  private def books(seed: Long, books: Ledger = new Ledger): Ledger = {
    val rng = new Rng(seed, "books")
    (1 to 5000).foreach { n =>
      val id = InterruptId.of(rng.nextInt(40), rng.nextInt(5), n)
      books.raised(id)
      rng.nextInt(4) match {
        case 0 => books.closed(id, Fate.COLLAPSED_IRR)
        case 1 => books.closed(id, Fate.LOST_NO_ROUTE)
        case 2 => books.handled(id, rng.nextInt(100), 0x31, rng.exponential(5e6))
        case 3 => ()
      }
      books.count(Counter.DISPATCHED)
    }
    books
  }

  "Books" should "come back from bytes with every count, name and latency" in {
    val written = books(1)
    val read = Ledger.read(reader(bytes(written.write)))
    bytes(read.write) shouldBe bytes(written.write)
    read.raised shouldBe 5000
    read.counter(Counter.DISPATCHED) shouldBe 5000
    Fate.values.foreach(fate => read.fate(fate) shouldBe written.fate(fate))
    Seq(50.0, 99.0, 99.9, 100.0).foreach { percent =>
      read.latencyNs.getValueAtPercentile(percent) shouldBe
        written.latencyNs.getValueAtPercentile(percent)
    }
    read.rows.get(7).handledOn(3) shouldBe written.rows.get(7).handledOn(3)
    read.rows.get(7).outOfOrder shouldBe written.rows.get(7).outOfOrder
  }

  it should "be the same when they are kept in little memory" in {
    bytes(books(7, (new Ledger).compact()).write) shouldBe bytes(books(7).write)
    val (sum, plain) = (new Ledger, new Ledger)
    sum.add(books(7, (new Ledger).compact()))
    plain.add(books(7))
    bytes(sum.write) shouldBe bytes(plain.write)
  }

  it should "balance only together when each part saw a part" in {
    val (raiser, handler) = (new Ledger, new Ledger)
    (1 to 100).foreach { n =>
      raiser.raised(InterruptId.of(3, 1, n))
      handler.handled(InterruptId.of(3, 1, n), 0, 0x31, 1000)
    }
    val whole = new Ledger
    whole.add(Ledger.read(reader(bytes(raiser.write))))
    whole.balanced shouldBe false
    whole.add(Ledger.read(reader(bytes(handler.write))))
    whole.balanced shouldBe true
  }

  it should "be refused when cut short or changed, and never be believed beyond their bytes" in {
    val whole = bytes(books(2).write)
    (0 until whole.length by 7).foreach { length =>
      a[MalformedStateException] should be thrownBy Ledger.read(reader(whole.take(length)))
    }
    val rng = new Rng(3, "changed")
    (1 to 2000).foreach { _ =>
      val changed = whole.clone
      changed(rng.nextInt(changed.length)) = rng.nextInt(256).toByte
      try Ledger.read(reader(changed))
      catch { case _: MalformedStateException => }
    }
  }

  "A result" should "come back from bytes, with what each component showed" in {
    val shown = new Inspection
    shown.value("irr", 5)
    shown.text("name", "nvme0")
    shown.pending(77, "PBA")
    val count = new LiveResult.ComponentCount(4, "pcie/nvme0", 1, 2, 3, 9, shown)
    val part = new LiveResult(books(4), 99, java.util.List.of(count), new Lateness)
    val other = new LiveResult(books(5), 100, java.util.List.of(
      new LiveResult.ComponentCount(1, "kernel", 10, 20, 30, 0, new Inspection)), new Lateness)
    val read = LiveResult.read(reader(bytes(part.write)))
    bytes(read.write) shouldBe bytes(part.write)
    var seen = Vector.empty[String]
    read.components.get(0).shown.replay(new Inspector {
      override def value(name: String, value: Long): Unit = seen :+= s"$name=$value"
      override def text(name: String, text: String): Unit = seen :+= s"$name=$text"
      override def pending(id: Long, where: String): Unit = seen :+= s"$where:$id"
    })
    seen shouldBe Vector("irr=5", "name=nvme0", "PBA:77")
    val both = read.plus(other)
    both.components.get(0).path shouldBe "kernel"
    both.messages shouldBe 11
    both.wallNs shouldBe 100
    both.ledger.raised shouldBe 10_000
  }
}
