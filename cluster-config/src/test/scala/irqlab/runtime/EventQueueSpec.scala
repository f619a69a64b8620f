package irqlab.runtime

import java.util.{Comparator, PriorityQueue}

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class EventQueueSpec extends AnyFlatSpec with Matchers {
  private case class Key(timePs: Long, order: Int, tie: Long, source: Long)

  private val byKey: Comparator[Key] = (a, b) =>
    if (a.timePs != b.timePs) java.lang.Long.compare(a.timePs, b.timePs)
    else if (a.order != b.order) Integer.compare(a.order, b.order)
    else if (a.tie != b.tie) java.lang.Long.compare(a.tie, b.tie)
    else java.lang.Long.compare(a.source, b.source)

  private def keyOf(slot: Slot): Key = Key(slot.timePs, slot.order, slot.tie, slot.source)

  /**
   * Holds a population of events and replaces each one taken by a later one, as a machine does, in
   * the queue and in a heap side by side.
   */
  private def compare(population: Int, steps: Int)(delayPs: (Rng, Int) => Long): Unit = {
    val rng = new Rng(7, "queue")
    val queue = new EventQueue
    val oracle = new PriorityQueue[Key](byKey)
    var source = 0L
    def add(key: Key): Unit = {
      queue.add(key.timePs, key.order, key.tie, key.source, null)
      oracle.add(key)
    }
    def key(nowPs: Long, step: Int): Key = {
      source += 1
      Key(nowPs + delayPs(rng, step), rng.nextInt(1 << 20), rng.nextInt(2).toLong, source)
    }
    (0 until population).foreach(step => add(key(0, step)))
    (0 until steps).foreach { step =>
      val expected = oracle.poll()
      val slot = queue.peek()
      if (keyOf(slot) != expected) fail(s"step=$step expected=$expected found=${keyOf(slot)}")
      queue.remove(slot)
      queue.release(slot)
      add(key(expected.timePs, step))
    }
    while (!oracle.isEmpty) {
      val slot = queue.peek()
      keyOf(slot) shouldBe oracle.poll()
      queue.remove(slot)
      queue.release(slot)
    }
    queue.peek() shouldBe null
    queue.size shouldBe 0
  }

  "The calendar queue" should "agree with a heap when delays are spread evenly" in {
    compare(1000, 100_000)((rng, _) => 1L + rng.nextInt(1_000_000))
  }

  it should "agree with a heap when many events share their time" in {
    compare(2000, 50_000)((rng, _) => 1000L * rng.nextInt(3))
  }

  it should "agree with a heap when all events share their time" in {
    compare(3000, 30_000)((_, _) => 5000L)
  }

  it should "agree with a heap when delays are 1 ps or a millisecond" in {
    compare(500, 100_000)((rng, _) => if (rng.nextInt(2) == 0) 1L else 1_000_000_000L)
  }

  it should "agree with a heap when long silences part bursts" in {
    compare(50, 50_000)((rng, step) =>
      if (step % 5000 == 0) 1_000_000_000_000_000L else 1L + rng.nextInt(20))
  }

  it should "agree with a heap when the scale of delays changes" in {
    compare(300, 120_000)((rng, step) =>
      1L + rng.nextInt(if (step / 20_000 % 2 == 0) 10 else 1_000_000_000))
  }

  it should "agree with a heap when there is one event at a time" in {
    compare(1, 50_000)((rng, _) => 1L + rng.nextInt(100_000))
  }

  it should "agree with a heap when events are taken out before their time" in {
    val rng = new Rng(5, "unlinked")
    val queue = new EventQueue
    val oracle = new PriorityQueue[Key](byKey)
    var nowPs = 0L
    var unlinked = 0
    (1 to 60_000).foreach { step =>
      // Few times, so that lists are long; sometimes far, so that the heap has some.
      val delay = if (rng.nextInt(20) == 0) 1_000_000_000L else 1L + rng.nextInt(40)
      val key = Key(nowPs + delay, rng.nextInt(64), 0, step)
      val slot = queue.add(key.timePs, key.order, key.tie, key.source, null)
      if (rng.nextInt(3) == 0 && queue.unlink(slot)) unlinked += 1 else oracle.add(key)
      if (oracle.size > 200) {
        val next = queue.peek()
        val expected = oracle.poll()
        if (keyOf(next) != expected) fail(s"step=$step expected=$expected found=${keyOf(next)}")
        nowPs = next.timePs
        queue.remove(next)
        queue.release(next)
      }
      queue.size shouldBe oracle.size
    }
    unlinked should be > 10_000
  }

  it should "give back an event that is put before the one it last showed" in {
    val queue = new EventQueue
    queue.add(10_000_000_000L, 1, 0, 1, null)
    queue.peek().timePs shouldBe 10_000_000_000L
    queue.add(3, 1, 0, 2, null)
    queue.peek().timePs shouldBe 3
  }

  it should "agree with a heap when it fills and drains by turns" in {
    val rng = new Rng(3, "turns")
    val queue = new EventQueue
    val oracle = new PriorityQueue[Key](byKey)
    var nowPs = 0L
    var source = 0L
    (1 to 60).foreach { turn =>
      (1 to rng.nextInt(3000)).foreach { _ =>
        source += 1
        val key = Key(nowPs + rng.nextInt(1 << (turn % 30)), rng.nextInt(64), 0, source)
        queue.add(key.timePs, key.order, key.tie, key.source, null)
        oracle.add(key)
      }
      (1 to math.min(oracle.size, rng.nextInt(3500))).foreach { _ =>
        val slot = queue.peek()
        val expected = oracle.poll()
        if (keyOf(slot) != expected) fail(s"turn=$turn expected=$expected found=${keyOf(slot)}")
        nowPs = slot.timePs
        queue.remove(slot)
        queue.release(slot)
      }
    }
  }

  /** Sorted lists alone took more than a thousand steps an event when all times are equal. */
  it should "take few steps an event on its worst distributions" in {
    val delays = Seq[(Rng, Int) => Long](
      (_, _) => 5000L,
      (rng, _) => if (rng.nextInt(2) == 0) 1L else 1_000_000_000L,
      (rng, _) => if (rng.nextInt(100) == 0) 1_000_000_000_000L else 1L + rng.nextInt(3))
    delays.foreach { delay =>
      val rng = new Rng(7, "steps")
      val queue = new EventQueue
      (0 until 32_768).foreach(n => queue.add(delay(rng, n), rng.nextInt(1 << 20), 0, n, null))
      (0 until 200_000).foreach { n =>
        val slot = queue.peek()
        val timePs = slot.timePs
        queue.remove(slot)
        queue.release(slot)
        queue.add(timePs + delay(rng, n), rng.nextInt(1 << 20), 0, 40_000 + n, null)
      }
      queue.steps should be < 200_000L * 40
    }
  }
}
