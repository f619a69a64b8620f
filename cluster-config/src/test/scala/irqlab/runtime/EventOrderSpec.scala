package irqlab.runtime

import irqlab.protocol.LapicMessage
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import Bench._

@RunWith(classOf[JUnitRunner])
class EventOrderSpec extends AnyFlatSpec with Matchers {

  /** Each sender sends its numbers so that they meet at "z" at one time, again and again. */
  private def meeting(seed: Long, policy: TiePolicy, rounds: Int): (Board, Scripted) = {
    val receiver = new Scripted
    val names = Vector("a", "b", "c", "d")
    var ports = Map.empty[String, Port[LapicMessage]]
    def sender(name: String): Scripted = {
      val base = (name.head - 'a') * 10
      new Scripted(
        io => io.alarm(1000, numbered(0)),
        (_, io) => {
          io.send(ports(name), numbered(base + 1))
          io.send(ports(name), numbered(base + 2))
          io.alarm(1000, numbered(0))
        })
    }
    val plan = wired(names.map(name => name -> sender(name)) :+ ("z" -> receiver): _*) { assembly =>
      ports = names.map(name => name -> assembly.port[LapicMessage](name, "z", 100)).toMap
    }
    val machine = board(plan, seed, policy)
    machine.start()
    machine.runBefore(1000L * rounds + 500)
    (machine, receiver)
  }

  private def rounds(receiver: Scripted): Vector[Vector[Int]] =
    numbers(receiver).grouped(8).toVector

  "Messages of one time" should "come by class, then by the sender's path, then by number" in {
    var urgent: Port[LapicMessage] = null
    var plain: Port[LapicMessage] = null
    var third: Port[LapicMessage] = null
    val a = new Scripted(io => (1 to 2).foreach(n => io.send(plain, numbered(n))))
    val b = new Scripted(io => {
      io.send(third, numbered(21))
      io.send(urgent, numbered(22))
    })
    val receiver = new Scripted
    val plan = wired("a" -> a, "b" -> b, "z" -> receiver) { assembly =>
      third = assembly.port("b", "z", 100)
      urgent = assembly.port("b", "z", 100, Order.ANSWER)
      plain = assembly.port("a", "z", 100)
    }
    val machine = board(plan)
    machine.start()
    machine.runBefore(1000)
    numbers(receiver) shouldBe Vector(22, 1, 2, 21)
  }

  it should "come by time before everything else" in {
    var late: Port[LapicMessage] = null
    var early: Port[LapicMessage] = null
    val a = new Scripted(io => io.send(late, numbered(1)))
    val b = new Scripted(io => io.send(early, numbered(2)))
    val receiver = new Scripted
    val plan = wired("a" -> a, "b" -> b, "z" -> receiver) { assembly =>
      late = assembly.port("a", "z", 101, 1)
      early = assembly.port("b", "z", 100, 200)
    }
    val machine = board(plan)
    machine.start()
    machine.runBefore(1000)
    numbers(receiver) shouldBe Vector(2, 1)
  }

  "The policy by id" should "favour the first path each time" in {
    val (_, receiver) = meeting(1, TiePolicy.ID, 50)
    rounds(receiver).toSet shouldBe Set(Vector(1, 2, 11, 12, 21, 22, 31, 32))
  }

  "The fair policy" should "let each sender be first about as often, and repeat with the seed" in {
    val (first, receiver) = meeting(5, TiePolicy.FAIR, 4000)
    val (second, _) = meeting(5, TiePolicy.FAIR, 4000)
    val (other, _) = meeting(6, TiePolicy.FAIR, 4000)
    second.digest shouldBe first.digest
    other.digest should not be first.digest
    val firsts = rounds(receiver).groupBy(_.head / 10).view.mapValues(_.size).toMap
    // 4 000 rounds among 4: 1 000 each, and 5 standard deviations are 137.
    all(firsts.values) should (be > 863 and be < 1137)
  }

  it should "keep the order of one sender's messages" in {
    val (_, receiver) = meeting(5, TiePolicy.FAIR, 1000)
    rounds(receiver).foreach { round =>
      (0 to 3).foreach { sender =>
        round.filter(_ / 10 == sender) shouldBe Vector(sender * 10 + 1, sender * 10 + 2)
      }
    }
  }

  it should "leave the draws of others alone when a component is added" in {
    val with3 = numbers(meetingOf(Vector("b", "c", "d")))
    val with4 = numbers(meetingOf(Vector("a", "b", "c", "d")))
    with4.filter(_ >= 10) shouldBe with3
  }

  private def meetingOf(names: Vector[String]): Scripted = {
    val receiver = new Scripted
    var ports = Map.empty[String, Port[LapicMessage]]
    val parts = names.map { name =>
      name -> new Scripted(
        io => io.alarm(1000, numbered(0)),
        (_, io) => {
          io.send(ports(name), numbered((name.head - 'a') * 10))
          io.alarm(1000, numbered(0))
        })
    } :+ ("z" -> receiver)
    val plan = wired(parts: _*) { assembly =>
      ports = names.map(name => name -> assembly.port[LapicMessage](name, "z", 100)).toMap
    }
    val machine = board(plan, 5, TiePolicy.FAIR)
    machine.start()
    machine.runBefore(100_500)
    receiver
  }

  "Ties" should "be counted for every message that meets one of another sender" in {
    meeting(1, TiePolicy.ID, 10)._1.ties shouldBe 30
  }
}
