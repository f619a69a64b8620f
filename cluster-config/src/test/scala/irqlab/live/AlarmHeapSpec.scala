package irqlab.live

import irqlab.protocol.LapicMessage
import irqlab.runtime.Rng
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class AlarmHeapSpec extends AnyFlatSpec with Matchers {
  private def numbered(n: Int) = new LapicMessage.LocalEvent(n)

  "Alarms of a live component" should "be due in the order of time, then of setting" in {
    val heap = new AlarmHeap
    Seq(30L, 10L, 20L, 10L).zipWithIndex.foreach { case (due, n) => heap.alarm(due, numbered(n)) }
    heap.nextNs shouldBe 10
    Seq.fill(4)(heap.poll().message) shouldBe Seq(1, 3, 2, 0).map(numbered)
    heap.nextNs shouldBe Long.MaxValue
  }

  it should "be gone at once when cancelled, and only the one that is named" in {
    val heap = new AlarmHeap
    val ids = (0 until 10).map(n => heap.alarm(10L * n, numbered(n)))
    Seq(0, 9, 4).foreach(n => heap.cancel(ids(n)))
    heap.cancel(ids(4))
    heap.cancel(12345)
    heap.cancel(0)
    heap.size shouldBe 7
    Seq.fill(7)(heap.poll().message) shouldBe Seq(1, 2, 3, 5, 6, 7, 8).map(numbered)
  }

  it should "agree with a sorted list over many settings and cancellations" in {
    val rng = new Rng(5, "alarms")
    val heap = new AlarmHeap
    var oracle = Vector.empty[(Long, Long)]
    (1 to 20_000).foreach { _ =>
      rng.nextInt(4) match {
        case 0 if oracle.nonEmpty =>
          val (due, id) = oracle.min
          heap.nextNs shouldBe due
          heap.poll().id shouldBe id
          oracle = oracle.filterNot(_._2 == id)
        case 1 if oracle.nonEmpty =>
          val (_, id) = oracle(rng.nextInt(oracle.size))
          heap.cancel(id)
          oracle = oracle.filterNot(_._2 == id)
        case _ if oracle.size < 200 =>
          val due = rng.nextInt(500).toLong
          oracle :+= (due -> heap.alarm(due, numbered(0)))
        case _ => heap.size shouldBe oracle.size
      }
    }
  }
}
