package irqlab.runtime

import irqlab.protocol.LapicMessage
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import Bench._

@RunWith(classOf[JUnitRunner])
class PortSpec extends AnyFlatSpec with Matchers {
  private type P = Port[LapicMessage]

  private def pair(send: (P, Io[LapicMessage]) => Unit): Scripted = {
    var port: P = null
    val sender = new Scripted(io => send(port, io))
    val receiver = new Scripted
    val plan = wired("a" -> sender, "b" -> receiver) { assembly =>
      port = assembly.port("a", "b", 500)
    }
    val machine = board(plan)
    machine.start()
    machine.runBefore(1_000_000)
    receiver
  }

  "A port" should "deliver after its latency" in {
    val receiver = pair((port, io) => io.send(port, numbered(1)))
    receiver.seen shouldBe Vector(500L -> numbered(1))
  }

  it should "keep the order of messages that are sent at one time" in {
    val receiver = pair((port, io) => (1 to 5).foreach(n => io.send(port, numbered(n))))
    numbers(receiver) shouldBe Vector(1, 2, 3, 4, 5)
  }

  it should "not let a message overtake one that was sent with an extra delay before it" in {
    val receiver = pair { (port, io) =>
      io.sendAfter(port, 700, numbered(1))
      io.send(port, numbered(2))
      io.sendAfter(port, 200, numbered(3))
    }
    numbers(receiver) shouldBe Vector(1, 2, 3)
    times(receiver) shouldBe Vector(1200L, 1200L, 1200L)
  }

  it should "refuse a negative delay, a foreign sender and an impossible link" in {
    an[IllegalStateException] should be thrownBy
      pair((port, io) => io.sendAfter(port, -1, numbered(1)))
    an[IllegalStateException] should be thrownBy {
      var port: P = null
      val thief = new Scripted(io => io.send(port, numbered(1)))
      val plan = wired("a" -> new Scripted, "b" -> thief)(a => port = a.port("a", "b", 1))
      board(plan).start()
    }
    forAll(Table(("latencyPs", "class"), (0L, 64), (-5L, 64), (1L, 0), (1L, 256), (1L, -1))) {
      (latencyPs, eventClass) =>
        an[IllegalArgumentException] should be thrownBy
          new Assembly(java.util.List.of("a", "b")).port("a", "b", latencyPs, eventClass)
    }
  }

  "Two ports between the same components" should "be in order each for itself" in {
    var slow: P = null
    var fast: P = null
    val sender = new Scripted(io => (1 to 3).foreach { n =>
      io.send(slow, numbered(n))
      io.send(fast, numbered(10 + n))
    })
    val receiver = new Scripted
    val plan = wired("a" -> sender, "b" -> receiver) { assembly =>
      slow = assembly.port("a", "b", 900)
      fast = assembly.port("a", "b", 100)
    }
    val machine = board(plan)
    machine.start()
    machine.runBefore(10_000)
    numbers(receiver) shouldBe Vector(11, 12, 13, 1, 2, 3)
  }

  "A bus" should "reach the member that is named, in the order of sending" in {
    var bus: Bus[LapicMessage] = null
    val order = Seq(1 -> 0, 2 -> 1, 3 -> 0, 4 -> 1)
    val sender = new Scripted(io => order.foreach { case (n, member) =>
      io.send(bus, member, numbered(n))
    })
    val b = new Scripted
    val c = new Scripted
    val plan = wired("a" -> sender, "b" -> b, "c" -> c) { assembly =>
      bus = assembly.bus("a", Array(assembly.id("c"), assembly.id("b")), 300)
    }
    val machine = board(plan)
    machine.start()
    machine.runBefore(10_000)
    numbers(c) shouldBe Vector(1, 3)
    numbers(b) shouldBe Vector(2, 4)
    times(b) shouldBe Vector(300L, 300L)
  }
}
