package irqlab.cpu.lapic

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LapicAcceptanceSpec extends AnyFlatSpec with Matchers {
  private def id(n: Int) = InterruptId.of(5, 0, n)
  private def reset = new LapicBench(LapicConfig.afterReset(1, 1, ApicMode.XAPIC))

  /** TPR, vectors in service from bottom to top, and the PPR that follows (LAPIC-008). */
  private val priorities = Table(
    ("TPR", "in service", "PPR"),
    (0x00, Seq(), 0x00),
    (0x35, Seq(), 0x35),
    (0x20, Seq(0x47), 0x40),
    (0x48, Seq(0x47), 0x48),
    (0x40, Seq(0x47), 0x40),
    (0x00, Seq(0x31, 0x97, 0xf1), 0xf0),
    (0xf3, Seq(0xf1), 0xf3)
  )

  "PPR" should "be TPR unless a higher class is in service" in {
    forAll(priorities) { (tpr, serving, ppr) =>
      val bench = new LapicBench
      serving.foreach { vector => bench.fixed(vector); bench.acknowledge() shouldBe vector }
      bench.write(0x80, tpr)
      bench.read(0xa0) shouldBe ppr
    }
  }

  /** LAPIC-009, D-01: only a strictly higher class gets through. */
  private val preemptions = Table(
    ("in service", "TPR", "arrives", "INTR"),
    (0x31, 0x00, 0x35, false),
    (0x31, 0x00, 0x3f, false),
    (0x31, 0x00, 0x40, true),
    (0x31, 0x4f, 0x4e, false),
    (0x31, 0x4f, 0x50, true),
    (0x31, 0x00, 0x10, false)
  )

  "A request" should "interrupt what runs only when its class is strictly higher" in {
    forAll(preemptions) { (serving, tpr, arrives, intr) =>
      val bench = new LapicBench
      bench.fixed(serving)
      bench.acknowledge()
      bench.write(0x80, tpr)
      bench.fixed(arrives)
      bench.intr shouldBe intr
      bench.irr shouldBe Seq(arrives)
    }
  }

  "Vectors 0 to 15" should "be refused, noted in ESR and lost by that name" in {
    forAll(Table("vector", 0, 7, 15)) { vector =>
      val bench = new LapicBench
      bench.io.ledger.raised(id(1))
      bench.fixed(vector, id = id(1)) shouldBe empty
      bench.irr shouldBe empty
      bench.read(0x280) shouldBe 0
      bench.write(0x280, 0)
      bench.read(0x280) shouldBe 0x40
      bench.io.ledger.fate(Fate.LOST_ILLEGAL_VECTOR) shouldBe 1
      bench.io.ledger.counter(Counter.LAPIC_REFUSED) shouldBe 1
    }
  }

  "Vector 16" should "be the lowest that is accepted" in {
    val bench = new LapicBench
    bench.fixed(16)
    bench.acknowledge() shouldBe 16
  }

  "TMR" should "say how the last message for the vector was triggered, and outlive the EOI" in {
    val bench = new LapicBench
    val before = for (level <- Seq(false, true, true, false)) yield {
      val tmr = bench.tmr.contains(0x31)
      bench.fixed(0x31, level)
      bench.acknowledge()
      bench.tmr.contains(0x31) shouldBe level
      bench.eoi()
      tmr
    }
    before shouldBe Seq(false, false, true, true)
  }

  it should "follow a message that collapses too" in {
    val bench = new LapicBench
    bench.fixed(0x31)
    bench.fixed(0x31, level = true)
    bench.tmr shouldBe Seq(0x31)
  }

  "A local APIC that software disabled" should "lose fixed interrupts and keep what it had" in {
    val bench = new LapicBench
    bench.io.ledger.raised(id(1))
    bench.fixed(0x41)
    bench.acknowledge()
    bench.fixed(0x61)
    bench.write(0xf0, 0xff)
    bench.intr shouldBe false
    bench.fixed(0x71, id = id(1)) shouldBe empty
    bench.io.ledger.fate(Fate.LOST_DISABLED_LAPIC) shouldBe 1
    bench.irr shouldBe Seq(0x61)
    bench.isr shouldBe Seq(0x41)
    bench.write(0xf0, 0x1ff)
    bench.acknowledge() shouldBe 0x61
  }

  it should "still hand on NMI, SMI, INIT and STARTUP" in {
    val bench = new LapicBench
    bench.write(0xf0, 0xff)
    bench.message(DeliveryMode.NMI, 0).head shouldBe a[CpuMessage.Nmi]
    bench.message(DeliveryMode.SMI, 0).head shouldBe a[CpuMessage.Smi]
    bench.message(DeliveryMode.INIT, 0).head shouldBe a[CpuMessage.Init]
    bench.message(DeliveryMode.STARTUP, 9) shouldBe Seq(new CpuMessage.Startup(0, 0, 9))
  }

  "A local APIC that nobody enabled since its reset" should
    "keep fixed interrupts and offer them once enabled" in {
      val bench = reset
      bench.fixed(0x61) shouldBe empty
      bench.irr shouldBe Seq(0x61)
      bench.acknowledge() shouldBe -1
      bench.write(0xf0, 0x1ff)
      bench.acknowledge() shouldBe 0x61
    }

  it should "lose them once software has written SVR and left it disabled" in {
    val bench = reset
    bench.write(0xf0, 0xef)
    bench.fixed(0x61)
    bench.irr shouldBe empty
  }

  "NMI" should "reach the core whatever the priority, with no trace in IRR or ISR" in {
    val bench = new LapicBench
    bench.write(0x80, 0xff)
    bench.message(DeliveryMode.NMI, 0x55, id(3)) shouldBe Seq(new CpuMessage.Nmi(id(3), 0))
    bench.irr shouldBe empty
    bench.isr shouldBe empty
  }

  "EOI" should "end the highest vector in service, whoever writes it" in {
    val bench = new LapicBench
    Seq(0x31, 0x41, 0x51).foreach { vector => bench.fixed(vector); bench.acknowledge() }
    bench.eoi()
    bench.isr shouldBe Seq(0x31, 0x41)
  }

  it should "be told to IO-APICs unless software suppresses it" in {
    val bench =
      new LapicBench(LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withDirectedEoi(true))
    bench.write(0xf0, 0x11ff)
    bench.fixed(0x31, level = true)
    bench.acknowledge()
    bench.eoi() shouldBe empty
    bench.write(0xf0, 0x1ff)
    bench.fixed(0x31, level = true)
    bench.acknowledge()
    bench.eoi() should have size 2
  }

  it should "count when there was nothing to end" in {
    val bench = new LapicBench
    bench.eoi() shouldBe empty
    bench.io.ledger.counter(Counter.GRATUITOUS_EOI) shouldBe 1
  }

  it should "retire a vector that equals the spurious one" in {
    val bench = new LapicBench
    bench.fixed(0xff)
    bench.acknowledge() shouldBe 0xff
    bench.eoi()
    bench.isr shouldBe empty
  }

  "A reset" should "lose what was requested, by that name" in {
    val bench = new LapicBench
    Seq(1, 2).foreach(n => bench.io.ledger.raised(id(n)))
    bench.fixed(0x31, id = id(1))
    bench.message(DeliveryMode.EXT_INT, 0, id(2))
    bench.give(new LapicMessage.Reset(false)) should contain(new CpuMessage.Intr(false))
    bench.io.ledger.fate(Fate.LOST_RESET) shouldBe 2
    bench.io.ledger.balanced shouldBe true
    bench.irr shouldBe empty
  }

  "What waits" should "be told once by its name" in {
    val bench = new LapicBench
    bench.fixed(0x31, id = id(1))
    bench.fixed(0xe1, id = id(2))
    bench.message(DeliveryMode.EXT_INT, 0, id(3))
    bench.view.waiting.toSet shouldBe Set((id(1), "IRR"), (id(2), "IRR"), (id(3), "ExtINT"))
  }

  "Under FIFO arbitration the first" should "be taken first, and nothing preempt it" in {
    val bench = new LapicBench(
      LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withArbitration(Arbitration.FIFO)
    )
    Seq(0x31, 0xe1, 0x41).foreach(bench.fixed(_))
    bench.acknowledge() shouldBe 0x31
    bench.intr shouldBe false
    bench.eoi()
    bench.acknowledge() shouldBe 0xe1
    bench.eoi()
    bench.write(0x80, 0x40)
    bench.intr shouldBe false
    bench.write(0x80, 0x30)
    bench.acknowledge() shouldBe 0x41
  }

  private def p6 = new LapicBench(
    LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withGeneration(Generation.P6)
  )

  "A P6" should "hold two interrupts of a class, and make the third try again until EOI" in {
    val bench = p6
    Seq(0x31, 0x32, 0x33).zipWithIndex.foreach { case (v, n) => bench.fixed(v, id = id(n + 1)) }
    bench.irr shouldBe Seq(0x31, 0x32)
    bench.view.waiting should contain((id(3), "retry"))
    bench.fixed(0x41)
    bench.irr shouldBe Seq(0x31, 0x32, 0x41)
    bench.acknowledge() shouldBe 0x41
    bench.eoi()
    bench.acknowledge() shouldBe 0x32
    bench.irr shouldBe Seq(0x31)
    bench.eoi()
    bench.irr shouldBe Seq(0x31, 0x33)
  }

  it should "collapse a vector that is already requested rather than refuse it" in {
    val bench = p6
    bench.fixed(0x31)
    bench.fixed(0x32)
    bench.fixed(0x31)
    bench.view.waiting shouldBe empty
    bench.io.ledger.counter(Counter.IRR_COLLAPSED) shouldBe 1
  }
}
