package irqlab.cpu.lapic

import irqlab.observe.Counter
import irqlab.protocol.ApicMode
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LapicRegistersSpec extends AnyFlatSpec with Matchers {
  private def afterReset = new LapicBench(LapicConfig.afterReset(1, 1, ApicMode.XAPIC))
  private def full = LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withCmci(true)

  // SDM vol. 3, "Local APIC State After Power-Up or Reset" and the figures of each register.
  private val page = Table(
    ("register", "offset", "reset", "written", "read back"),
    ("ID", 0x020, 0x01000000L, 0xffffffffL, 0xff000000L),
    ("version", 0x030, 0x00060014L, 0xffffffffL, 0x00060014L),
    ("TPR", 0x080, 0x0L, 0xffffff5aL, 0x5aL),
    ("APR", 0x090, 0x0L, 0xffffffffL, 0x0L),
    ("PPR", 0x0a0, 0x0L, 0xffffffffL, 0x0L),
    ("EOI", 0x0b0, 0x0L, 0x0L, 0x0L),
    ("RRD", 0x0c0, 0x0L, 0xffffffffL, 0x0L),
    ("LDR", 0x0d0, 0x0L, 0x12345678L, 0x12000000L),
    ("DFR", 0x0e0, 0xffffffffL, 0x0L, 0x0fffffffL),
    ("SVR", 0x0f0, 0xffL, 0xffffffffL, 0x1ffL),
    ("ISR 31:0", 0x100, 0x0L, 0xffffffffL, 0x0L),
    ("ISR 255:224", 0x170, 0x0L, 0xffffffffL, 0x0L),
    ("TMR 31:0", 0x180, 0x0L, 0xffffffffL, 0x0L),
    ("TMR 255:224", 0x1f0, 0x0L, 0xffffffffL, 0x0L),
    ("IRR 31:0", 0x200, 0x0L, 0xffffffffL, 0x0L),
    ("IRR 255:224", 0x270, 0x0L, 0xffffffffL, 0x0L),
    ("ESR", 0x280, 0x0L, 0xffffffffL, 0x0L),
    ("LVT CMCI", 0x2f0, 0x10000L, 0xffffffffL, 0x107ffL),
    ("ICR high", 0x310, 0x0L, 0x12345678L, 0x12000000L),
    ("LVT timer", 0x320, 0x10000L, 0xffffffffL, 0x700ffL),
    ("LVT thermal", 0x330, 0x10000L, 0xffffffffL, 0x107ffL),
    ("LVT performance", 0x340, 0x10000L, 0xffffffffL, 0x107ffL),
    ("LVT LINT0", 0x350, 0x10000L, 0xffffffffL, 0x1a7ffL),
    ("LVT LINT1", 0x360, 0x10000L, 0xffffffffL, 0x1a7ffL),
    ("LVT error", 0x370, 0x10000L, 0xffffffffL, 0x100ffL),
    ("initial count", 0x380, 0x0L, 0xffffffffL, 0xffffffffL),
    ("current count", 0x390, 0x0L, 0xffffffffL, 0x0L),
    ("divide", 0x3e0, 0x0L, 0xffffffffL, 0xbL)
  )

  "Every register of the page" should "have its reset value" in {
    forAll(page) { (_, offset, reset, _, _) =>
      val bench = new LapicBench(
        LapicConfig.afterReset(1, 1, ApicMode.XAPIC).withCmci(true)
      )
      bench.read(offset) shouldBe reset
    }
  }

  it should "read back what can be written of it" in {
    forAll(page) { (_, offset, _, written, expected) =>
      val bench = new LapicBench(full)
      bench.write(offset, written)
      bench.read(offset) shouldBe expected
    }
  }

  "ICR low" should "read back as written with the delivery status idle" in {
    val bench = new LapicBench
    bench.write(0x300, 0x45041)
    bench.read(0x300) shouldBe 0x44041
  }

  "A reserved offset" should "set ESR bit 7, visible after the next write to ESR" in {
    forAll(Table("offset", 0x000, 0x010, 0x040, 0x070, 0x290, 0x2e0, 0x2f0, 0x3a0, 0x3d0, 0x3f0,
      0x400, 0xff0)) { offset =>
      val bench = new LapicBench
      bench.read(offset) shouldBe 0
      bench.read(0x280) shouldBe 0
      bench.write(0x280, 0)
      bench.read(0x280) shouldBe 0x80
      bench.write(offset, 1)
      bench.write(0x280, 0)
      bench.read(0x280) shouldBe 0x80
      bench.write(0x280, 0)
      bench.read(0x280) shouldBe 0
    }
  }

  "An access off the 16-byte boundaries" should "have no effect" in {
    val bench = new LapicBench
    bench.write(0x084, 0x50)
    bench.read(0x80) shouldBe 0
    bench.read(0x034) shouldBe 0
    bench.write(0x280, 0)
    bench.read(0x280) shouldBe 0
    bench.io.ledger.counter(Counter.BAD_ACCESS) shouldBe 2
  }

  // SDM vol. 3, "Local APIC Register Address Map Supported by x2APIC".
  private val msrs = Table(
    ("register", "msr", "read", "written", "legal", "read back"),
    ("ID", 0x802, Some(1L), 0x0L, false, Some(1L)),
    ("version", 0x803, Some(0x60014L), 0x0L, false, Some(0x60014L)),
    ("TPR", 0x808, Some(0L), 0x5aL, true, Some(0x5aL)),
    ("TPR, reserved", 0x808, Some(0L), 0x100L, false, Some(0L)),
    ("TPR, high half", 0x808, Some(0L), 0x100000000L, false, Some(0L)),
    ("APR", 0x809, None, 0x0L, false, None),
    ("PPR", 0x80a, Some(0L), 0x0L, false, Some(0L)),
    ("EOI", 0x80b, None, 0x0L, true, None),
    ("EOI, not 0", 0x80b, None, 0x1L, false, None),
    ("RRD", 0x80c, None, 0x0L, false, None),
    ("LDR", 0x80d, Some(2L), 0x0L, false, Some(2L)),
    ("DFR", 0x80e, None, 0x0L, false, None),
    ("SVR", 0x80f, Some(0x1ffL), 0x1efL, true, Some(0x1efL)),
    ("SVR, reserved", 0x80f, Some(0x1ffL), 0x10000L, false, Some(0x1ffL)),
    ("SVR, no suppression here", 0x80f, Some(0x1ffL), 0x1000L, false, Some(0x1ffL)),
    ("ISR", 0x810, Some(0L), 0x0L, false, Some(0L)),
    ("TMR", 0x81f, Some(0L), 0x0L, false, Some(0L)),
    ("IRR", 0x827, Some(0L), 0x0L, false, Some(0L)),
    ("ESR", 0x828, Some(0L), 0x0L, true, Some(0L)),
    ("ESR, not 0", 0x828, Some(0L), 0x1L, false, Some(0L)),
    ("reserved", 0x829, None, 0x0L, false, None),
    ("LVT CMCI", 0x82f, Some(0x10000L), 0x107f1L, true, Some(0x107f1L)),
    ("ICR", 0x830, Some(0L), 0x00000009000040fbL, true, Some(0x00000009000040fbL)),
    ("ICR, bit 12 ignored", 0x830, Some(0L), 0x00000009000050fbL, true, Some(0x00000009000040fbL)),
    ("ICR, bit 13", 0x830, Some(0L), 0x20fbL, false, Some(0L)),
    ("ICR, bit 16", 0x830, Some(0L), 0x100fbL, false, Some(0L)),
    ("ICR, bit 20", 0x830, Some(0L), 0x1000fbL, false, Some(0L)),
    ("ICR high", 0x831, None, 0x0L, false, None),
    ("LVT timer", 0x832, Some(0x10000L), 0x200ecL, true, Some(0x200ecL)),
    ("LVT timer, reserved", 0x832, Some(0x10000L), 0x80000000L, false, Some(0x10000L)),
    ("LVT thermal", 0x833, Some(0x10000L), 0xfaL, true, Some(0xfaL)),
    ("LVT performance", 0x834, Some(0x10000L), 0x400L, true, Some(0x400L)),
    ("LVT LINT0", 0x835, Some(0x10000L), 0x8700L, true, Some(0x8700L)),
    ("LVT LINT0, reserved", 0x835, Some(0x10000L), 0x20000L, false, Some(0x10000L)),
    ("LVT LINT1", 0x836, Some(0x10000L), 0x400L, true, Some(0x400L)),
    ("LVT error", 0x837, Some(0x10000L), 0xfeL, true, Some(0xfeL)),
    ("LVT error, reserved", 0x837, Some(0x10000L), 0x700L, false, Some(0x10000L)),
    ("initial count", 0x838, Some(0L), 0x7d0L, true, Some(0x7d0L)),
    ("initial count, high half", 0x838, Some(0L), 0x100000000L, false, Some(0L)),
    ("current count", 0x839, Some(0L), 0x0L, false, Some(0L)),
    ("divide", 0x83e, Some(0L), 0xbL, true, Some(0xbL)),
    ("divide, reserved", 0x83e, Some(0L), 0x10L, false, Some(0L)),
    ("self IPI", 0x83f, None, 0x41L, true, None),
    ("self IPI, reserved", 0x83f, None, 0x100L, false, None),
    ("past the end", 0x840, None, 0x0L, false, None),
    ("last", 0x8ff, None, 0x0L, false, None)
  )

  "Every MSR of x2APIC mode" should "be read and written as the map says, else #GP" in {
    forAll(msrs) { (_, msr, before, written, legal, after) =>
      val bench = new LapicBench(full).x2apic()
      bench.rdmsr(msr) shouldBe before
      bench.wrmsr(msr, written) shouldBe legal
      bench.rdmsr(msr) shouldBe after
    }
  }

  it should "raise #GP in xAPIC mode" in {
    forAll(Table("msr", 0x802, 0x808, 0x80b, 0x830, 0x83f)) { msr =>
      val bench = new LapicBench
      bench.rdmsr(msr) shouldBe None
      bench.wrmsr(msr, 0) shouldBe false
    }
  }

  "The page" should "not be decoded outside xAPIC mode" in {
    val bench = new LapicBench().x2apic()
    bench.read(0x30) shouldBe 0xffffffffL
    bench.write(0x80, 0x20)
    bench.rdmsr(0x808) shouldBe Some(0)
  }

  "An MSR that is not of a local APIC" should "raise #GP" in {
    val bench = new LapicBench().x2apic()
    bench.rdmsr(0x7ff) shouldBe None
    bench.wrmsr(0x900, 0) shouldBe false
  }

  "The version" should "tell generation, LVT entries and directed EOI" in {
    forAll(
      Table(
        ("config", "version"),
        (full, 0x60014L),
        (full.withCmci(false), 0x50014L),
        (full.withCmci(false).withDirectedEoi(true), 0x1050014L),
        (full.withGeneration(Generation.P6), 0x40011L)
      )
    ) { (config, version) => new LapicBench(config).read(0x30) shouldBe version }
  }

  "SVR" should "have the bits of the part" in {
    forAll(
      Table(
        ("config", "read back"),
        (full, 0x1ffL),
        (full.withDirectedEoi(true), 0x11ffL),
        (full.withGeneration(Generation.P6), 0x3ffL)
      )
    ) { (config, expected) =>
      val bench = new LapicBench(config)
      bench.write(0xf0, 0xffffffffL)
      bench.read(0xf0) shouldBe expected
    }
    val p6 = new LapicBench(full.withGeneration(Generation.P6))
    p6.write(0xf0, 0x130)
    p6.read(0xf0) shouldBe 0x13f
  }

  "P6" should "have no thermal entry" in {
    val bench = new LapicBench(full.withGeneration(Generation.P6))
    bench.read(0x330) shouldBe 0
    bench.write(0x280, 0)
    bench.read(0x280) shouldBe 0x80
  }

  "INIT" should "reset all but the id, the base and the mode" in {
    val bench = new LapicBench
    bench.write(0x20, 0x05000000)
    bench.wrmsr(0x1b, 0xfed40800L)
    Seq(0x80 -> 0x20, 0xd0 -> 0x04000000, 0xe0 -> 0, 0x320 -> 0x20041, 0x3e0 -> 0xb, 0x380 -> 99)
      .foreach { case (offset, value) => bench.write(offset, value) }
    bench.give(new irqlab.protocol.LapicMessage.Reset(false))
    bench.read(0x20) shouldBe 0x05000000
    bench.rdmsr(0x1b) shouldBe Some(0xfed40800L)
    Seq(0x80 -> 0L, 0xd0 -> 0L, 0xe0 -> 0xffffffffL, 0xf0 -> 0xffL, 0x320 -> 0x10000L,
      0x3e0 -> 0L, 0x380 -> 0L, 0x390 -> 0L).foreach { case (offset, value) =>
      bench.read(offset) shouldBe value
    }
    bench.io.alarms.size shouldBe 0
  }

  "Power-up" should "restore id, base and xAPIC mode as well" in {
    val bench = afterReset
    bench.write(0x20, 0x05000000)
    bench.wrmsr(0x1b, 0xfed40c00L)
    bench.give(new irqlab.protocol.LapicMessage.Reset(true))
    bench.rdmsr(0x1b) shouldBe Some(0xfee00800L)
    bench.read(0x20) shouldBe 0x01000000
  }
}
