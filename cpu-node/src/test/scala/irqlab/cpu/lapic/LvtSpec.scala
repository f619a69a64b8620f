package irqlab.cpu.lapic

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LvtSpec extends AnyFlatSpec with Matchers {
  private def id(n: Int) = InterruptId.of(5, 0, n)
  private def event(lvt: Int) = new LapicMessage.LocalEvent(lvt)
  private def withCmci = LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withCmci(true)

  private val entries = Table("offset", 0x2f0, 0x330, 0x340)

  "A sensor's entry" should "deliver its vector, NMI or SMI as it is programmed" in {
    forAll(entries) { offset =>
      val bench = new LapicBench(withCmci)
      bench.write(offset, 0x61)
      bench.give(event(offset))
      bench.irr shouldBe Seq(0x61)
      bench.write(offset, 0x400)
      bench.give(event(offset)).head shouldBe a[CpuMessage.Nmi]
      bench.write(offset, 0x200)
      bench.give(event(offset)).head shouldBe a[CpuMessage.Smi]
    }
  }

  it should "lose an event while masked, by that name" in {
    forAll(entries) { offset =>
      val bench = new LapicBench(withCmci)
      bench.give(event(offset)) shouldBe empty
      bench.write(offset, 0x61)
      bench.irr shouldBe empty
      bench.io.ledger.fate(Fate.LOST_MASKED) shouldBe 1
    }
  }

  it should "raise in the name of this local APIC" in {
    val bench = new LapicBench(withCmci)
    bench.write(0x330, 0x61)
    bench.give(event(0x330))
    bench.view.waiting.map(_._1) shouldBe Seq(InterruptId.of(LapicBench.Component, 264 + 2, 1))
    bench.io.ledger.counter(Counter.LOCAL_EVENTS) shouldBe 1
  }

  "The performance entry" should "mask itself when it delivers, the thermal entry not" in {
    val bench = new LapicBench
    bench.write(0x340, 0x61)
    bench.write(0x330, 0x62)
    bench.give(event(0x340))
    bench.give(event(0x330))
    bench.read(0x340) shouldBe 0x10061
    bench.read(0x330) shouldBe 0x62
  }

  "Disabling by SVR" should "mask every entry, keep it masked, and not unmask when enabled" in {
    val bench = new LapicBench
    bench.write(0x320, 0x41)
    bench.write(0x350, 0x700)
    bench.write(0xf0, 0xff)
    bench.read(0x320) shouldBe 0x10041
    bench.read(0x350) shouldBe 0x10700
    bench.write(0x320, 0x42)
    bench.read(0x320) shouldBe 0x10042
    bench.write(0xf0, 0x1ff)
    bench.read(0x320) shouldBe 0x10042
  }

  "A new error" should "raise the error entry once, until ESR is written" in {
    val bench = new LapicBench
    bench.write(0x370, 0xe3)
    bench.fixed(5)
    bench.irr shouldBe Seq(0xe3)
    bench.acknowledge()
    bench.eoi()
    bench.fixed(6)
    bench.irr shouldBe empty
    bench.write(0x280, 0)
    bench.fixed(7)
    bench.irr shouldBe Seq(0xe3)
  }

  it should "not recurse when the error entry's own vector is illegal" in {
    val bench = new LapicBench
    bench.write(0x370, 0x03)
    bench.read(0x400)
    bench.write(0x280, 0)
    bench.read(0x280) shouldBe 0xc0
    bench.irr shouldBe empty
    bench.io.ledger.balanced shouldBe true
  }

  "An edge pin" should "request once for each rise, and not while masked" in {
    val bench = new LapicBench
    bench.io.ledger.raised(id(1))
    bench.lint(1, asserted = true, id(1))
    bench.io.ledger.fate(Fate.LOST_MASKED) shouldBe 1
    bench.write(0x360, 0x61)
    bench.irr shouldBe empty
    bench.lint(1, asserted = false)
    bench.lint(1, asserted = true)
    bench.irr shouldBe Seq(0x61)
    bench.tmr shouldBe empty
  }

  it should "give an NMI where it is programmed so" in {
    val bench = new LapicBench
    bench.write(0x360, 0x400)
    bench.lint(1, asserted = true, id(1)) shouldBe Seq(new CpuMessage.Nmi(id(1), 0))
  }

  "A level pin" should "request again at EOI while it is asserted, with remote IRR between" in {
    val bench = new LapicBench
    bench.write(0x350, 0x8061)
    bench.lint(0, asserted = true, id(1))
    bench.irr shouldBe Seq(0x61)
    bench.tmr shouldBe Seq(0x61)
    bench.read(0x350) shouldBe 0xc061
    bench.acknowledge()
    bench.irr shouldBe empty
    bench.eoi()
    bench.irr shouldBe Seq(0x61)
    bench.lint(0, asserted = false)
    bench.acknowledge()
    bench.eoi()
    bench.irr shouldBe empty
    bench.read(0x350) shouldBe 0x8061
  }

  it should "wait while masked and be withdrawn when it drops" in {
    val bench = new LapicBench
    Seq(1, 2).foreach(n => bench.io.ledger.raised(id(n)))
    bench.write(0x350, 0x18061)
    bench.lint(0, asserted = true, id(1))
    bench.irr shouldBe empty
    bench.view.waiting shouldBe Seq((id(1), "LINT0"))
    bench.lint(0, asserted = false)
    bench.io.ledger.fate(Fate.WITHDRAWN) shouldBe 1
    bench.lint(0, asserted = true, id(2))
    bench.write(0x350, 0x8061)
    bench.irr shouldBe Seq(0x61)
  }

  it should "drop remote IRR when it is turned to edge" in {
    val bench = new LapicBench
    bench.write(0x350, 0x8061)
    bench.lint(0, asserted = true)
    bench.write(0x350, 0x61)
    bench.read(0x350) shouldBe 0x61
  }

  private val pin = new LapicMessage.Lint(0, true, 0, 0)

  "ExtINT" should "be forwarded to the 8259A and its vector passed on without an ISR bit" in {
    val bench = new LapicBench
    bench.write(0x350, 0x700)
    bench.give(pin) shouldBe Seq(new CpuMessage.Intr(true))
    bench.inta() shouldBe Seq(new PicMessage.Inta(1))
    bench.lint(0, asserted = false) shouldBe empty
    bench.give(new LapicMessage.ExtIntVector(id(1), 7, 0x24)) shouldBe
      Seq(new CpuMessage.Vector(id(1), 7, 0x24, false))
    bench.isr shouldBe empty
    bench.view.value("ppr") shouldBe 0
  }

  it should "go before a request of the local APIC, which is offered behind the vector" in {
    val bench = new LapicBench
    bench.write(0x350, 0x700)
    bench.fixed(0xe1)
    bench.give(pin)
    bench.inta() shouldBe Seq(new PicMessage.Inta(1))
    bench.lint(0, asserted = false)
    bench.give(new LapicMessage.ExtIntVector(0, 0, 0x24)) shouldBe
      Seq(new CpuMessage.Vector(0, 0, 0x24, false), new CpuMessage.Intr(true))
    bench.acknowledge() shouldBe 0xe1
  }

  it should "wait while the pin's entry is masked, and be offered when it is unmasked" in {
    val bench = new LapicBench
    bench.give(pin) shouldBe empty
    bench.write(0x350, 0x700) shouldBe Seq(new CpuMessage.Intr(true))
    bench.write(0x350, 0x10700) shouldBe Seq(new CpuMessage.Intr(false))
  }

  it should "be latched once when it comes as a message" in {
    val bench = new LapicBench
    Seq(1, 2).foreach(n => bench.io.ledger.raised(id(n)))
    bench.message(DeliveryMode.EXT_INT, 0, id(1)) shouldBe Seq(new CpuMessage.Intr(true))
    bench.message(DeliveryMode.EXT_INT, 0, id(2)) shouldBe empty
    bench.io.ledger.fate(Fate.COLLAPSED_LATCH) shouldBe 1
    bench.inta() shouldBe Seq(new PicMessage.Inta(1))
    bench.io.ledger.balanced shouldBe true
  }

  "With the local APIC globally disabled" should "LINT0 be INTR and LINT1 NMI" in {
    val bench = new LapicBench
    bench.wrmsr(0x1b, 0xfee00000L) shouldBe true
    bench.give(pin) shouldBe Seq(new CpuMessage.Intr(true))
    bench.inta() shouldBe Seq(new PicMessage.Inta(1))
    bench.lint(1, asserted = true, id(1)) shouldBe Seq(new CpuMessage.Nmi(id(1), 0))
  }
}
