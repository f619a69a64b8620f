package irqlab.live

import java.util.concurrent.atomic.AtomicLong

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import com.typesafe.config.ConfigFactory
import irqlab.observe.{InterruptId, Mark}
import irqlab.protocol.LapicMessage
import irqlab.runtime.Bench._
import irqlab.runtime.{Plan, Port, Scripted}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LivePaceSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  // A source is faster than another actor only if both run at once.
  private lazy val kit = ActorTestKit(
    ConfigFactory
      .parseString("irqlab.dispatcher.fork-join-executor.parallelism-min = 2")
      .withFallback(ConfigFactory.load()))
  private val second = 1_000_000_000L

  override def afterAll(): Unit = kit.shutdownTestKit()

  private def run(plan: Plan, options: LiveOptions)(until: Progress => Boolean): LiveResult = {
    val machine = new LiveMachine(kit.system, plan, options)
    try {
      machine.start()
      machine.await(now => until(now) || now.wallNs > 20 * second)
      machine.finish(() => (), 0)
    } finally machine.close()
  }

  "A machine that is slowed down" should "take its own time as it is, and so much more of the wall's" in {
    val component = new Scripted(io => io.alarm(1_000_000_000, numbered(0)))
    val plan = wired("a" -> component)(_ => ())
    val result = run(plan, LiveOptions.of(1).withSlowDown(50))(_ => component.seen.nonEmpty)
    result.wallNs should be >= second / 20
    component.seen.head._1 should be >= 1_000_000_000L
    component.seen.head._1 should be <= result.wallNs * 1000 / 50
  }

  it should "refuse a factor below 1" in {
    an[IllegalArgumentException] should be thrownBy LiveOptions.of(1).withSlowDown(0)
  }

  "A component that spins" should "see each alarm once, late and never early" in {
    lazy val component: Scripted = new Scripted(
      io => io.alarm(5_000_000, numbered(0)),
      (_, io) => if (component.seen.size < 500) io.alarm(5_000_000, numbered(component.seen.size)))
    val plan = wired("a" -> component)(_ => ())
    run(plan, LiveOptions.of(1).withSpins(_ => true))(_ => component.seen.size == 500)
    numbers(component) shouldBe (0 until 500)
    component.seen.map(_._1).sliding(2).foreach(pair => pair(1) - pair(0) should be >= 5_000_000L)
  }

  /** The most messages that waited at once, as their receiver finds them. */
  private def flood(options: LiveOptions): Long = {
    var port: Port[LapicMessage] = null
    val count = 20_000
    val sent = new AtomicLong
    lazy val source: Scripted = new Scripted(
      io => io.alarm(1, numbered(0)),
      (_, io) => {
        sent.incrementAndGet()
        io.send(port, numbered(source.seen.size))
        if (source.seen.size < count) io.alarm(1, numbered(0))
      })
    val got = new AtomicLong
    var most = 0L
    val sink = new Scripted((_) => (), (_, _) => {
      most = math.max(most, sent.get - got.get)
      val until = System.nanoTime() + 10_000
      while (System.nanoTime() < until) Thread.onSpinWait()
      got.incrementAndGet()
    })
    val plan = wired("source" -> source, "sink" -> sink)(a => port = a.port("source", "sink", 1))
    run(plan, options)(_ => got.get == count)
    numbers(sink) shouldBe (1 to count)
    most
  }

  "A source that is faster than the machine" should "be held back, and lose nothing" in {
    flood(LiveOptions.of(1).withSources(_ == "source")) should be < 2_000L
  }

  it should "fill a mailbox where nobody said that it is a source" in {
    flood(LiveOptions.of(1)) should be > 10_000L
  }

  "Lateness" should "be counted for raises in machine time, from what was intended" in {
    val component = new Scripted(io => io.alarm(40_000_000_000L, numbered(0)), (_, io) => {
      io.probe.mark(Mark.RAISE, InterruptId.of(0, 0, 1), 0, io.nowPs - 30_000_000_000L)
      io.probe.mark(Mark.RAISE, InterruptId.of(0, 0, 2), 0, io.nowPs + 7)
    })
    val result = run(wired("a" -> component)(_ => ()), LiveOptions.of(1))(_ => component.seen.nonEmpty)
    val late = result.lateness.arrivalsNs
    late.getTotalCount shouldBe 2
    late.getMinValue shouldBe 0
    late.getMaxValue.toDouble shouldBe 3e7 +- 3e5
    result.lateness.alarmsNs.getTotalCount shouldBe 1
  }

  "A message that no actor takes any more" should "be known as one of a machine" in {
    LiveMachine.carries(new Control.Mail(numbered(1))) shouldBe true
    LiveMachine.carries(new Control.Traced(1, 0, numbered(1))) shouldBe true
    LiveMachine.carries(numbered(1)) shouldBe true
    LiveMachine.carries(Control.FREEZE) shouldBe false
    new Control.Mail(numbered(7)).toString shouldBe numbered(7).toString
  }
}
