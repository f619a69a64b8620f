package irqlab.observe

import irqlab.runtime.Bench.codecs
import irqlab.runtime.{StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class OrderBookSpec extends AnyFlatSpec with Matchers {
  private def id(source: Int, sequence: Long): Long = InterruptId.of(source, 3, sequence)

  private def accept(books: Ledger, cpu: Int, source: Int, sequence: Long, raisedPs: Long,
      inService: Boolean = false): Unit =
    books.mark(Mark.ACCEPT, id(source, sequence),
      (if (inService) OrderBook.IN_SERVICE else 0L) | cpu << 8 | 0x31, raisedPs)

  private def link(books: Ledger, cpu: Int, source: Int): OrderBook.Link =
    books.order.get.links.asScala.find(each => each.cpu == cpu && each.component == source).get

  "The order of one sender at one receiver" should "be broken by a later raise that comes first" in {
    val books = new Ledger().withOrder()
    accept(books, 0, 5, 1, 10)
    accept(books, 0, 5, 3, 30)
    accept(books, 0, 5, 2, 20)
    accept(books, 1, 5, 4, 40)
    accept(books, 0, 5, 5, 50)
    link(books, 0, 5).accepted shouldBe 4
    link(books, 0, 5).acceptedOutOfOrder shouldBe 1
    link(books, 0, 5).acceptedOvertaken shouldBe 0
    link(books, 1, 5).acceptedOutOfOrder shouldBe 0
  }

  "A source" should "be overtaken by another one's later raise, at the CPU where both come" in {
    val books = new Ledger().withOrder()
    accept(books, 0, 5, 1, 10)
    accept(books, 0, 6, 1, 30)
    accept(books, 0, 5, 2, 20, inService = true)
    accept(books, 1, 5, 3, 21)
    link(books, 0, 5).acceptedOvertaken shouldBe 1
    link(books, 0, 5).beforeEoi shouldBe 1
    link(books, 1, 5).acceptedOvertaken shouldBe 0
    books.order.get.overtakes.asScala.map(each => (each.component, each.overtaken, each.count)) shouldBe
      Seq((6, 5, 1L))
  }

  it should "be served in an order of its own" in {
    val books = new Ledger().withOrder()
    books.mark(Mark.DISPATCH, id(6, 1), 2 << 8 | 0x41, 30)
    books.mark(Mark.DISPATCH, id(5, 1), 2 << 8 | 0x31, 20)
    link(books, 2, 5).servedOvertaken shouldBe 1
    link(books, 2, 5).accepted shouldBe 0
  }

  "Parts of the study" should "add up, also when they come as bytes" in {
    val (one, two) = (new Ledger().withOrder(), new Ledger().withOrder())
    (1 to 100).foreach(n => accept(one, n % 3, 5 + n % 2, 101 - n, 1000 - n))
    accept(two, 0, 5, 900, 2000)
    val out = new StateWriter(codecs)
    one.write(out)
    val whole = new Ledger
    whole.add(Ledger.read(new StateReader(out.toBytes, codecs)))
    whole.add(two)
    whole.order.get.links.asScala.map(_.accepted).sum shouldBe 101
    link(whole, 0, 5).acceptedOutOfOrder shouldBe link(one, 0, 5).acceptedOutOfOrder
    whole.order.get.overtakes.asScala.map(_.count).sum shouldBe
      one.order.get.links.asScala.map(_.acceptedOvertaken).sum
  }

  "Books" should "keep no order when nobody asked for it" in {
    val books = new Ledger
    accept(books, 0, 5, 1, 10)
    books.order.isPresent shouldBe false
  }
}
