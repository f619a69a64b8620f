package irqlab.cpu.lapic

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol.{CpuMessage, IoApicMessage}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LapicHandshakeSpec extends AnyFlatSpec with Matchers {
  private val raise = new CpuMessage.Intr(true)
  private val lower = new CpuMessage.Intr(false)
  private def id(n: Int) = InterruptId.of(5, 0, n)

  private def core(messages: Seq[Any]) = messages.collect { case m: CpuMessage => m }

  private def vectors(messages: Seq[Any]) =
    messages.collect { case v: CpuMessage.Vector => (v.id, v.vector, v.spurious) }

  "INTR" should "be sent when it changes and not again while it stays" in {
    val bench = new LapicBench
    bench.fixed(0x31) shouldBe Seq(raise)
    bench.fixed(0x41) shouldBe empty
    core(bench.write(0x80, 0x50)) shouldBe Seq(lower)
    core(bench.write(0x80, 0x60)) shouldBe empty
    core(bench.write(0x80, 0x00)) shouldBe Seq(raise)
  }

  "An acknowledgment" should "get the highest request of that moment, whatever came first" in {
    val bench = new LapicBench
    bench.fixed(0x31, id = id(1))
    bench.fixed(0xe1, id = id(2))
    vectors(bench.inta()) shouldBe Seq((id(2), 0xe1, false))
    bench.isr shouldBe Seq(0xe1)
    bench.irr shouldBe Seq(0x31)
    bench.view.value("ppr") shouldBe 0xe0
  }

  it should "lower INTR, which is raised again at the EOI that lets the next one through" in {
    val bench = new LapicBench
    bench.fixed(0x31)
    bench.fixed(0x32)
    bench.inta() should have size 1
    bench.intr shouldBe false
    bench.eoi() shouldBe Seq(raise)
    bench.acknowledge() shouldBe 0x31
  }

  it should "get the spurious vector when the request is no longer above the priority" in {
    val bench = new LapicBench
    bench.fixed(0x31)
    bench.write(0x80, 0x30)
    val answer = bench.inta()
    vectors(answer) shouldBe Seq((0L, 0xff, true))
    bench.isr shouldBe empty
    bench.irr shouldBe Seq(0x31)
    bench.io.ledger.counter(Counter.SPURIOUS) shouldBe 1
    bench.eoi()
    bench.io.ledger.counter(Counter.GRATUITOUS_EOI) shouldBe 1
  }

  it should "raise INTR behind the vector when a higher class is still waiting for it" in {
    val bench = new LapicBench
    bench.fixed(0x31)
    bench.acknowledge()
    bench.fixed(0x41) shouldBe Seq(raise)
    bench.acknowledge() shouldBe 0x41
    bench.isr shouldBe Seq(0x31, 0x41)
  }

  "A vector" should "be remembered twice at most: once in service, once requested" in {
    val bench = new LapicBench
    for (n <- 1 to 5) bench.io.ledger.raised(id(n))
    bench.fixed(0x31, id = id(1))
    bench.fixed(0x31, id = id(2))
    bench.acknowledge()
    bench.fixed(0x31, id = id(3))
    bench.fixed(0x31, id = id(4))
    bench.fixed(0x31, id = id(5))
    bench.io.ledger.fate(Fate.COLLAPSED_IRR) shouldBe 3
    bench.eoi()
    vectors(bench.inta()) shouldBe Seq((id(3), 0x31, false))
    bench.eoi()
    bench.irr shouldBe empty
    bench.isr shouldBe empty
  }

  "A CR8 write" should "be answered with the level of INTR that holds from then on" in {
    val bench = new LapicBench
    bench.fixed(0x31)
    bench.cr8(3).last should matchPattern { case d: CpuMessage.PriorityDone if !d.intr => }
    bench.cr8(2).last should matchPattern { case d: CpuMessage.PriorityDone if d.intr => }
    bench.read(0x80) shouldBe 0x20
  }

  "EOI" should "be told to every IO-APIC for a level vector, and to none for an edge vector" in {
    val bench = new LapicBench
    bench.fixed(0x31, level = true)
    bench.acknowledge()
    bench.eoi() shouldBe Seq(new IoApicMessage.Eoi(0x31), new IoApicMessage.Eoi(0x31))
    bench.fixed(0x31)
    bench.acknowledge()
    bench.eoi() shouldBe empty
  }
}
