package irqlab.live

import java.util.concurrent.atomic.AtomicReference

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import irqlab.observe.Fate
import irqlab.protocol.LapicMessage
import irqlab.runtime.{Bench, Bus, Io, Message, Plan, Port, Scripted, ToyMachine}
import irqlab.runtime.Bench._
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LiveMachineSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()
  private val second = 1_000_000_000L

  override def afterAll(): Unit = kit.shutdownTestKit()

  private def hosting[T](plan: Plan, seed: Long = 1)(body: LiveMachine => T): T = {
    val machine = new LiveMachine(kit.system, plan, LiveOptions.of(seed))
    try body(machine)
    finally machine.close()
  }

  /** Runs until a component has seen so many messages, or fails after 20 s. */
  private def runUntilSeen(plan: Plan, processed: Long): LiveResult = hosting(plan) { machine =>
    machine.start()
    machine.await(now => now.processed >= processed || now.wallNs > 20 * second)
    machine.finish(() => (), 0)
  }

  "A live machine of random nodes" should "balance whenever it is stopped" in {
    (1 to 10).foreach { round =>
      val toy = ToyMachine.of(round.toLong, 3, 4)
      val result = hosting(toy.plan()) { machine =>
        machine.start()
        machine.await(StopRule.handled(200L * round).or(StopRule.wallNs(20 * second)))
        machine.finish(() => (), 0)
      }
      withClue(s"round=$round ") {
        result.ledger.fate(Fate.HANDLED) should be >= 200L * round
        result.ledger.balanced shouldBe true
        result.ledger.rows.stream.mapToLong(_.pending).sum should be > 0L
      }
    }
  }

  it should "have no interrupt pending when its sources stopped first and it could settle" in {
    val toy = ToyMachine.of(4, 3, 4)
    val result = hosting(toy.plan()) { machine =>
      machine.start()
      machine.await(StopRule.handled(200).or(StopRule.wallNs(20 * second)))
      machine.finish(
        () => toy.paths.forEach(path => machine.inject(path, new LapicMessage.Reset(false))),
        second / 2)
    }
    result.ledger.balanced shouldBe true
    // A node parks one token until the next comes: the last one of each has nobody to release it.
    result.ledger.rows.stream.mapToLong(_.pending).sum should be <= 12L
  }

  it should "count what each component sent and received" in {
    val result = hosting(ToyMachine.of(2, 2, 3).plan()) { machine =>
      machine.start()
      machine.await(StopRule.handled(500))
      machine.finish(() => (), 0)
    }
    result.components should have size 6
    result.components.get(0).path shouldBe "block/000/node/000"
    result.components.stream.mapToLong(_.sent).sum shouldBe result.messages
    result.alarms should be > 0L
  }

  "A live port" should "keep order, also behind a message that is held back" in {
    var port: Port[LapicMessage] = null
    val sender = new Scripted(io => {
      io.send(port, numbered(1))
      io.sendAfter(port, 3_000_000_000L, numbered(2))
      io.send(port, numbered(3))
      io.sendAfter(port, 1, numbered(4))
      (5 to 200).foreach(n => io.send(port, numbered(n)))
    })
    val receiver = new Scripted
    val plan = wired("a" -> sender, "b" -> receiver)(a => port = a.port("a", "b", 1))
    runUntilSeen(plan, 200)
    numbers(receiver) shouldBe (1 to 200).toVector
    // Machine time of 3 ms, in ps.
    receiver.seen(1)._1 should be >= 3_000_000_000L
  }

  it should "be in order again when what was held back has gone" in {
    var port: Port[LapicMessage] = null
    val sender = new Scripted(
      io => {
        io.sendAfter(port, 1_000_000, numbered(1))
        io.alarm(200_000_000, numbered(0))
      },
      (_, io) => io.send(port, numbered(2)))
    val receiver = new Scripted
    val plan = wired("a" -> sender, "b" -> receiver)(a => port = a.port("a", "b", 1))
    runUntilSeen(plan, 2)
    numbers(receiver) shouldBe Vector(1, 2)
  }

  "A live bus" should "reach the member that is named" in {
    var bus: Bus[LapicMessage] = null
    val sender = new Scripted(io => (0 until 40).foreach(n => io.send(bus, n % 2, numbered(n))))
    val (even, odd) = (new Scripted, new Scripted)
    val plan = wired("a" -> sender, "b" -> even, "c" -> odd) { a =>
      bus = a.bus("a", Array(a.id("b"), a.id("c")), 1)
    }
    runUntilSeen(plan, 40)
    numbers(even) shouldBe (0 until 40 by 2)
    numbers(odd) shouldBe (1 until 40 by 2)
  }

  private def alone(of: Scripted, until: Progress => Boolean): Unit =
    hosting(wired("a" -> of)(_ => ())) { machine =>
      machine.start()
      machine.await(now => until(now) || now.wallNs > 20 * second)
      machine.finish(() => (), 0)
    }

  "A live alarm" should "be late but never early, near and far, and in order" in {
    val delays = Vector(7_000_000_000L, 1L, 2_800_000L, 900_000_000L, 60_000_000L, 500_000L)
    val component = new Scripted(io => delays.zipWithIndex.foreach { case (delay, n) =>
      io.alarm(delay, numbered(n))
    })
    alone(component, _ => component.seen.size == delays.size)
    numbers(component) shouldBe Vector(1, 5, 2, 4, 3, 0)
    component.seen.foreach { case (atPs, message) =>
      atPs should be >= delays(message.asInstanceOf[LapicMessage.LocalEvent].lvt)
    }
  }

  it should "follow itself every 2.8 us and not every tick of a scheduler" in {
    val arrivals = 2000
    lazy val component: Scripted = new Scripted(
      io => io.alarm(2_800_000, numbered(0)),
      (_, io) => if (component.seen.size < arrivals) io.alarm(2_800_000, numbered(0)))
    alone(component, _ => component.seen.size == arrivals)
    // 5.6 ms of machine time; ticks of 10 ms would take 20 s, and a loaded machine is granted 2 s.
    component.seen.last._1 should be < 2_000_000_000_000L
  }

  it should "never be seen after it was cancelled" in {
    var cancelled = Set.empty[Int]
    val rounds = 300
    lazy val component: Scripted = new Scripted(
      io => io.alarm(1, numbered(-1)),
      (message, io) => {
        val round = component.seen.size
        val delay = 1L + round % 7 * 400_000L
        val dropped = io.alarm(delay, numbered(round))
        if (round < rounds) io.alarm(delay + 1, numbered(-1))
        io.cancel(dropped)
        cancelled += round
      })
    alone(component, _ => component.seen.size == rounds)
    component.seen should have size rounds.toLong
    all(numbers(component)) shouldBe -1
    cancelled should have size rounds.toLong
  }

  "The clock of a live component" should "stand still during a reaction and never run back" in {
    var readings = Vector.empty[(Long, Long)]
    lazy val component: Scripted = new Scripted(
      io => io.alarm(1, numbered(0)),
      (_, io) => {
        val first = io.nowPs
        val until = System.nanoTime + 5000
        while (System.nanoTime < until) Thread.onSpinWait()
        readings :+= (first -> io.nowPs)
        if (readings.size < 50) io.alarm(1000, numbered(0))
      })
    alone(component, _ => readings.size == 50)
    readings.foreach { case (first, last) => last shouldBe first }
    readings.map(_._1) shouldBe sorted
  }

  "A component that throws" should "stop the machine and be named" in {
    val broken = new Scripted(
      io => io.alarm(1000, numbered(1)),
      (_, _) => throw new IllegalStateException("vector=0x31 not in service, apicId=3"))
    val failure = the[LiveFailure] thrownBy hosting(wired("cpu/3/lapic" -> broken)(_ => ())) {
      machine =>
        machine.start()
        machine.await(StopRule.wallNs(20 * second))
    }
    failure.path shouldBe "cpu/3/lapic"
    failure.getMessage should (include("cpu/3/lapic") and include("vector=0x31 not in service"))
  }

  "A message that comes before the word to start" should "find a component that has started" in {
    val order = new AtomicReference(Vector.empty[String])
    var port: Port[LapicMessage] = null
    val early = new Scripted(io => (1 to 3).foreach(n => io.send(port, numbered(n))))
    val late = new Scripted(
      _ => order.updateAndGet(_ :+ "start"),
      (message, _) => order.updateAndGet(_ :+ "message"))
    val plan = wired("a" -> early, "b" -> late)(a => port = a.port("a", "b", 1))
    runUntilSeen(plan, 3)
    order.get shouldBe Vector("start", "message", "message", "message")
  }

  "A machine of which a part is elsewhere" should "post there what is for there" in {
    var port: Port[LapicMessage] = null
    val here = new Scripted(io => (1 to 3).foreach(n => io.send(port, numbered(n))))
    val assembly = new irqlab.runtime.Assembly(java.util.List.of("a", "b"))
    port = assembly.port("a", "b", 1)
    assembly.add("a", here)
    val posted = new AtomicReference(Vector.empty[(Int, Message)])
    val options = LiveOptions.of(1).withOutbound { (receiver, message) =>
      posted.updateAndGet(_ :+ (receiver -> message))
    }
    val machine = new LiveMachine(kit.system, assembly.plan(), options)
    try {
      machine.start()
      machine.await(now => now.sent == 3 || now.wallNs > 20 * second)
      machine.progress().inFlight shouldBe 3
    } finally machine.close()
    posted.get shouldBe Vector(1 -> numbered(1), 1 -> numbered(2), 1 -> numbered(3))
  }

  "A machine in a system of its own" should "run, balance and take its timer with it" in {
    val machine = LiveMachine.standalone(ToyMachine.of(7, 2, 3).plan(), LiveOptions.of(1))
    machine.start()
    machine.await(StopRule.handled(300))
    machine.finish(() => (), 0).ledger.balanced shouldBe true
    machine.close()
    Thread.getAllStackTraces.keySet.toArray(Array.empty[Thread]).map(_.getName)
      .filter(_.startsWith("irqlab-live-")) shouldBe empty
  }
}
