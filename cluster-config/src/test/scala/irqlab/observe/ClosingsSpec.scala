package irqlab.observe

import irqlab.runtime.{MalformedStateException, Rng, StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ClosingsSpec extends AnyFlatSpec with Matchers {
  private val codecs = irqlab.protocol.ProtocolCodecs.all()
  private def id(sequence: Long): Long = InterruptId.of(7, 3, sequence)

  private def wire(ids: Array[Long]*): StateReader = {
    val out = new StateWriter(codecs)
    Closings.write(ids.asJava, out)
    new StateReader(out.toBytes, codecs)
  }

  "Sequence numbers" should "be those of a plain set, whatever their order" in {
    val rng = new Rng(5, "set")
    val set = new SequenceSet
    var plain = Set.empty[Long]
    // About in order, as fates come: a window that moves on, with stragglers.
    (1 to 300_000).foreach { round =>
      val sequence = 1L + math.max(0, round / 2 - rng.nextInt(500))
      set.add(sequence) shouldBe !plain(sequence)
      plain += sequence
    }
    val last = plain.max + 10
    set.max shouldBe plain.max
    var missing = Vector.empty[Long]
    set.missing(last, sequence => missing :+= sequence)
    missing shouldBe (1L to last).filterNot(plain)
  }

  "Fates from several nodes" should "come over the wire and be found twice when they come twice" in {
    val closings = new Closings
    closings.read(wire(Array(id(1), id(2)), Array(id(500))))
    closings.read(wire(Array(id(3), InterruptId.of(8, 0, 1))))
    closings.twice shouldBe 0
    closings.read(wire(Array(id(500))))
    closings.twice shouldBe 1
    closings.add(Array(id(2)))
    closings.twice shouldBe 2
  }

  "What a lost node leaves open" should "be lost with it, by name, and the rest balance" in {
    // A survivor closed 1, 3 and 6; the lost node had told of five raises.
    val books = new Ledger
    (1L to 5L).foreach(sequence => books.raised(id(sequence)))
    Seq(1L, 3L, 6L).foreach(sequence => books.closed(id(sequence), Fate.COLLAPSED_IRR))
    books.balanced shouldBe false
    val closings = new Closings
    closings.add(Array(id(1), id(3), id(6)))
    closings.close(books)
    books.find(7, 3).raised shouldBe 6
    books.fate(Fate.LOST_NODE) shouldBe 3
    books.balanced shouldBe true
  }

  "A fate that came under another's name" should "not balance" in {
    val books = new Ledger
    Seq(1L, 2L).foreach(sequence => books.raised(id(sequence)))
    books.closed(id(1), Fate.COLLAPSED_IRR)
    val closings = new Closings
    closings.add(Array(id(2)))
    closings.close(books)
    books.balanced shouldBe false
  }

  "A claim of far more than was raised" should "be refused before anything is allocated" in {
    a[MalformedStateException] should be thrownBy
      new Closings().read(wire(Array(id(4_000_000_000L))))
  }
}
