package irqlab.runtime

import irqlab.protocol.LapicMessage
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import Bench._

@RunWith(classOf[JUnitRunner])
class AlarmSpec extends AnyFlatSpec with Matchers {

  private def alone(
      start: Io[LapicMessage] => Unit,
      react: (LapicMessage, Io[LapicMessage]) => Unit = (_, _) => ()): (Board, Scripted) = {
    val component = new Scripted(start, react)
    val machine = board(wired("a" -> component)(_ => ()))
    machine.start()
    (machine, component)
  }

  "An alarm" should "expire once, at its time" in {
    val (machine, component) = alone(io => io.alarm(750, numbered(1)))
    machine.runBefore(750)
    component.seen shouldBe empty
    machine.runBefore(5000)
    component.seen shouldBe Vector(750L -> numbered(1))
  }

  it should "have a positive id of its own" in {
    var ids = Vector.empty[Long]
    alone(io => ids = Vector.fill(5)(io.alarm(10, numbered(1))))
    ids.distinct should have size 5
    all(ids) should be > 0L
  }

  it should "never be seen after it was cancelled" in {
    val (machine, component) = alone { io =>
      val first = io.alarm(100, numbered(1))
      io.alarm(200, numbered(2))
      io.cancel(first)
    }
    machine.runBefore(1000)
    numbers(component) shouldBe Vector(2)
  }

  it should "be cancelled even by a message of the same time that comes first" in {
    var port: Port[LapicMessage] = null
    var alarm = 0L
    val other = new Scripted(io => io.send(port, numbered(9)))
    val owner = new Scripted(
      io => alarm = io.alarm(101, numbered(1)),
      (message, io) => if (message == numbered(9)) io.cancel(alarm))
    val machine = board(wired("a" -> other, "b" -> owner)(a => port = a.port("a", "b", 100)))
    machine.start()
    machine.runBefore(1000)
    numbers(owner) shouldBe Vector(9)
  }

  it should "come before messages of its time" in {
    var port: Port[LapicMessage] = null
    val other = new Scripted(io => io.send(port, numbered(9)))
    val owner = new Scripted(io => io.alarm(100, numbered(1)))
    val machine = board(wired("a" -> other, "b" -> owner)(a => port = a.port("a", "b", 100, 1)))
    machine.start()
    machine.runBefore(1000)
    numbers(owner) shouldBe Vector(1, 9)
  }

  it should "ignore a cancel after it expired, and one of an id that never was" in {
    var first = 0L
    val (machine, component) = alone(
      io => first = io.alarm(100, numbered(1)),
      (message, io) =>
        if (message == numbered(1)) {
          io.alarm(50, numbered(2))
          io.cancel(first)
          io.cancel(0)
          io.cancel(-3)
          io.cancel(99999)
        })
    machine.runBefore(1000)
    component.seen shouldBe Vector(100L -> numbered(1), 150L -> numbered(2))
  }

  it should "be armed anew with the same message after a cancel" in {
    val (machine, component) = alone { io =>
      io.cancel(io.alarm(100, numbered(1)))
      io.alarm(100, numbered(1))
    }
    machine.runBefore(1000)
    component.seen shouldBe Vector(100L -> numbered(1))
  }

  it should "be at least 1 ps away" in {
    an[IllegalStateException] should be thrownBy alone(io => io.alarm(0, numbered(1)))
  }

  it should "keep its id and its cancellation over save and load" in {
    var kept = 0L
    var dropped = 0L
    def script = new Scripted(
      io => {
        dropped = io.alarm(500, numbered(1))
        kept = io.alarm(600, numbered(2))
        io.alarm(400, numbered(3))
        io.cancel(dropped)
      },
      (message, io) => if (message == numbered(3)) io.cancel(kept))
    val before = board(wired("a" -> script)(_ => ()))
    before.start()
    before.runBefore(100)
    val component = script
    val after = board(wired("a" -> component)(_ => ()))
    after.load(before.save())
    after.runBefore(1000)
    component.seen shouldBe Vector(400L -> numbered(3))
  }

  "A cancelled alarm" should "leave no trace in the digest of what was delivered" in {
    def run(cancelledAfterPs: Long): Long = {
      val (machine, _) = alone { io =>
        io.cancel(io.alarm(cancelledAfterPs, numbered(7)))
        io.alarm(900, numbered(1))
      }
      machine.runBefore(10_000)
      machine.events shouldBe 1
      machine.digest
    }
    run(100) shouldBe run(5000)
  }

  "The set of outstanding alarms" should "agree with a plain set over many changes" in {
    val rng = new Rng(11, "alarms")
    val set = new AlarmSet
    var oracle = Set.empty[Long]
    (1 to 20_000).foreach { step =>
      if (rng.nextInt(3) == 0) {
        val id = 1L + rng.nextInt(step + 50)
        set.remove(id) shouldBe oracle(id)
        oracle -= id
      } else {
        val id = step.toLong + 50
        set.add(id)
        oracle += id
      }
      if (step % 1000 == 0) {
        set.sorted.toVector shouldBe oracle.toVector.sorted
        oracle.foreach(id => set.contains(id) shouldBe true)
      }
    }
  }
}
