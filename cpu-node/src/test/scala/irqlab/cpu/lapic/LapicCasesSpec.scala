package irqlab.cpu.lapic

import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** The cases of other projects' test suites that a local APIC alone can answer, by their numbers. */
@RunWith(classOf[JUnitRunner])
class LapicCasesSpec extends AnyFlatSpec with Matchers {
  private val Fixed = 0x4000

  "T-001 the version read after reset" should "have a low byte from 0x10 to 0x15" in {
    val bench = new LapicBench(LapicConfig.afterReset(0, 0, ApicMode.XAPIC))
    (bench.read(0x30) & 0xff) should (be >= 0x10L and be <= 0x15L)
  }

  "T-002 clearing global enable" should "leave CR8 writable, and re-enabling bring back TPR" in {
    val bench = new LapicBench
    bench.wrmsr(0x1b, 0xfee00000L) shouldBe true
    bench.read(0x30) shouldBe 0xffffffffL
    bench.cr8(5)
    bench.wrmsr(0x1b, 0xfee00800L) shouldBe true
    (bench.read(0x30) & 0xff) shouldBe 0x14
    bench.read(0x80) shouldBe 0x50
  }

  "T-003 from x2APIC" should "only disabling be legal, and the way back only through xAPIC" in {
    val bench = new LapicBench().x2apic()
    val written = Seq(0xfee00400L, 0xfee00800L, 0xfee00000L, 0xfee00400L, 0xfee00c00L, 0xfee00800L,
      0xfee00400L)
    written.map(bench.wrmsr(0x1b, _)) shouldBe Seq(false, false, true, false, false, true, false)
  }

  "T-004 the id" should "be writable in xAPIC, #GP in x2APIC, and the CPU's own after reset" in {
    val bench = new LapicBench
    bench.write(0x20, 0x09000000)
    bench.read(0x20) shouldBe 0x09000000
    bench.x2apic().wrmsr(0x802, 9) shouldBe false
    bench.give(new LapicMessage.Reset(true))
    bench.read(0x20) shouldBe 0x01000000
  }

  "T-005 the base" should "move, and refuse bits beyond the address width and bit 0" in {
    val bench = new LapicBench
    bench.wrmsr(0x1b, 0xfed40800L) shouldBe true
    bench.rdmsr(0x1b) shouldBe Some(0xfed40800L)
    bench.wrmsr(0x1b, 0xfee00800L | 1L << 46) shouldBe false
    bench.wrmsr(0x1b, 0xfee00801L) shouldBe false
  }

  "T-006 a self IPI" should "be delivered exactly once, in xAPIC and in x2APIC" in {
    val machine = new Lapics(2)
    machine.ipi(0, 0, Fixed | 0x400f1)
    machine.deliver(0xf1) shouldBe Seq(1, 0)
    machine.x2apic(0)
    machine.wrmsr(0, 0x83f, 0xf1)
    machine.received(0).count(_.isInstanceOf[CpuMessage.Intr]) should be > 0
    machine.requested(0xf1) shouldBe Seq(0)
  }

  "T-007 broadcast address and all-including-self" should "reach each CPU exactly once" in {
    val machine = new Lapics(8)
    machine.ipi(3, 0xff, Fixed | 0xf1)
    machine.deliver(0xf1) shouldBe Seq.fill(8)(1)
    machine.ipi(3, 0, Fixed | 0x800f1)
    machine.deliver(0xf1) shouldBe Seq.fill(8)(1)
  }

  "T-008 a flat destination with the bit of one CPU, cluster likewise" should "reach it once" in {
    for (bit <- 0 until 8; destination <- 1 until 0xff if (destination & 1 << bit) != 0) {
      val machine = new Lapics(2)
      machine.write(0, 0xd0, 0)
      machine.write(1, 0xd0, 1L << (24 + bit))
      machine.ipi(0, destination, Fixed | 0x8f1)
      machine.deliver(0xf1) shouldBe Seq(0, 1)
    }
    for (cluster <- 0 until 15; bit <- 0 until 4) {
      val machine = new Lapics(2)
      Seq(0, 1).foreach(machine.write(_, 0xe0, 0))
      machine.write(0, 0xd0, 0)
      machine.write(1, 0xd0, (cluster << 4 | 1 << bit).toLong << 24)
      machine.ipi(0, cluster << 4 | 1 << bit, Fixed | 0x8f1)
      machine.deliver(0xf1) shouldBe Seq(0, 1)
    }
  }

  "T-009 a logical destination of two CPUs" should "be delivered to both, once each" in {
    forAll(Table(("one", "other", "destination"), (1, 2, 3), (3, 3, 1), (3, 3, 2), (3, 3, 3))) {
      (one, other, destination) =>
        val machine = new Lapics(2)
        machine.write(0, 0xd0, one.toLong << 24)
        machine.write(1, 0xd0, other.toLong << 24)
        machine.ipi(0, destination, Fixed | 0x8f1)
        machine.deliver(0xf1) shouldBe Seq(1, 1)
    }
  }

  "T-010 two CPUs with the same xAPIC id" should "both get what is sent to it, for every id" in {
    for (id <- 0 to 255) {
      val machine = new Lapics(2)
      Seq(0, 1).foreach(machine.write(_, 0x20, id.toLong << 24))
      machine.ipi(0, id, Fixed | 0xf1)
      machine.deliver(0xf1) shouldBe Seq(1, 1)
    }
  }

  "T-014 a one-shot of 0x10000 undivided" should "give exactly one interrupt, not early" in {
    val bench = new LapicBench
    bench.write(0x3e0, 0xb)
    bench.write(0x320, 0xf1)
    bench.write(0x380, 0x10000)
    bench.io.expire(bench.chip)
    bench.io.nowPs shouldBe 0x10000L * 1000
    bench.acknowledge() shouldBe 0xf1
    bench.io.alarms.size shouldBe 0
  }

  "T-015 a change of the timer's mode" should "reload at the wrap, and leave a zero count zero" in {
    val bench = new LapicBench
    bench.write(0x3e0, 0xb)
    bench.write(0x320, 0xf1)
    bench.write(0x380, 100)
    bench.io.advance(40 * 1000)
    bench.write(0x320, 0x200f1)
    bench.read(0x390) shouldBe 60
    bench.io.expire(bench.chip)
    bench.read(0x390) shouldBe 100
    bench.write(0x320, 0xf1)
    bench.io.expire(bench.chip)
    bench.read(0x390) shouldBe 0
    bench.write(0x320, 0x200f1)
    bench.read(0x390) shouldBe 0
  }

  "T-016 a TSC deadline armed with now" should "give one interrupt, and the MSR read 0" in {
    val bench = new LapicBench
    bench.write(0x320, 0x400f1)
    bench.io.advance(500 * 1234)
    bench.wrmsr(0x6e0, 1234)
    bench.acknowledge() shouldBe 0xf1
    bench.rdmsr(0x6e0) shouldBe Some(0)
    bench.irr shouldBe empty
  }

  "T-029 TMR" should "be 0, 0, 1, 1 before edge, level, level, edge, and 0, 1, 1, 0 in the handler" in {
    val bench = new LapicBench
    val seen = Seq(false, true, true, false).map { level =>
      val before = bench.tmr.nonEmpty
      bench.fixed(0x31, level)
      bench.acknowledge()
      val inside = bench.tmr.nonEmpty
      bench.eoi()
      (before, inside)
    }
    seen shouldBe Seq((false, false), (false, true), (true, true), (true, false))
  }

  "T-042 with TPR 0xF0, 0x20, 0" should "0x3E be delivered at the second and 0x20 at the last" in {
    val machine = new Lapics(1)
    machine.write(0, 0x80, 0xf0)
    machine.ipi(0, 0, Fixed | 0x40020)
    machine.ipi(0, 0, Fixed | 0x4003e)
    machine.view(0).value("intr") shouldBe 0
    machine.write(0, 0x80, 0x20)
    machine.deliver(0x3e) shouldBe Seq(1)
    machine.requested(0x20) shouldBe Seq(0)
    machine.write(0, 0x80, 0)
    machine.deliver(0x20) shouldBe Seq(1)
  }

  "T-090 processor_priority" should "be the task's, or the class in service when that is higher" in {
    val bench = new LapicBench
    bench.write(0x80, 0x30)
    bench.read(0xa0) shouldBe 0x30
    bench.fixed(0x55)
    bench.acknowledge()
    bench.read(0xa0) shouldBe 0x50
  }

  "T-090 tpr_defers_injection" should "hold a request until the task priority falls" in {
    val bench = new LapicBench
    bench.write(0x80, 0xf0)
    bench.fixed(0x51)
    bench.intr shouldBe false
    bench.write(0x80, 0x40)
    bench.acknowledge() shouldBe 0x51
  }

  "T-090 low_priority_irq_deferred and high_priority_irq_injected" should "go by class" in {
    val bench = new LapicBench
    bench.fixed(0x71)
    bench.acknowledge()
    bench.fixed(0x51)
    bench.intr shouldBe false
    bench.fixed(0x91)
    bench.acknowledge() shouldBe 0x91
  }

  "T-090 end_of_interrupt" should "uncover the next, and reach IO-APICs for level vectors" in {
    val bench = new LapicBench
    bench.fixed(0x71, level = true)
    bench.acknowledge()
    bench.fixed(0x51)
    bench.eoi().collect { case e: IoApicMessage.Eoi => e.vector } shouldBe Seq(0x71, 0x71)
    bench.acknowledge() shouldBe 0x51
  }

  "T-090 non_fixed_irqs_injected" should "reach the core beside the priorities" in {
    val bench = new LapicBench
    bench.write(0x80, 0xff)
    Seq(DeliveryMode.NMI, DeliveryMode.SMI, DeliveryMode.INIT, DeliveryMode.STARTUP)
      .map(bench.message(_, 8).head.getClass.getSimpleName) shouldBe
      Seq("Nmi", "Smi", "Init", "Startup")
  }

  "T-090 timer_starts and timer_interrupts" should "begin with the initial count" in {
    val bench = new LapicBench
    bench.write(0x320, 0x51)
    bench.io.alarms.size shouldBe 0
    bench.write(0x380, 10)
    bench.io.alarms.size shouldBe 1
    bench.io.expire(bench.chip)
    bench.irr shouldBe Seq(0x51)
  }

  "T-090 match_dest and icr_write_sends_ipi" should "send at the write of the low half only" in {
    val machine = new Lapics(3)
    machine.write(0, 0x310, 0x02000000L)
    machine.requested(0x51) shouldBe empty
    machine.write(0, 0x300, Fixed | 0x51)
    machine.requested(0x51) shouldBe Seq(2)
  }
}
