package irqlab.cpu.lapic

import irqlab.observe.{Fate, InterruptId}
import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LapicModeSpec extends AnyFlatSpec with Matchers {
  private val Off = 0xfee00000L
  private val XApic = 0xfee00800L
  private val X2Apic = 0xfee00c00L

  private val transitions = Table(
    ("from", "written", "legal"),
    (Off, Off, true),
    (Off, XApic, true),
    (Off, X2Apic, false),
    (XApic, Off, true),
    (XApic, XApic, true),
    (XApic, X2Apic, true),
    (X2Apic, Off, true),
    (X2Apic, XApic, false),
    (X2Apic, X2Apic, true),
    (Off, 0xfee00400L, false),
    (XApic, 0xfee00400L, false),
    (X2Apic, 0xfee00400L, false),
    (XApic, 0xfee00801L, false),
    (XApic, 0xfee00a00L, false),
    (XApic, 0x0001000000000800L | XApic, false)
  )

  "A mode transition" should "be legal as the state diagram has it, else raise #GP" in {
    forAll(transitions) { (from, written, legal) =>
      val bench = new LapicBench
      bench.wrmsr(0x1b, from) shouldBe true
      bench.wrmsr(0x1b, written) shouldBe legal
      bench.rdmsr(0x1b) shouldBe Some(if (legal) written else from)
    }
  }

  "The boot CPU" should "show BSP, which cannot be written" in {
    val boot = new LapicBench(LapicConfig.softwareEnabled(0, 0, ApicMode.XAPIC))
    boot.rdmsr(0x1b) shouldBe Some(XApic | 0x100)
    boot.wrmsr(0x1b, X2Apic) shouldBe true
    boot.rdmsr(0x1b) shouldBe Some(X2Apic | 0x100)
    val other = new LapicBench
    other.wrmsr(0x1b, XApic | 0x100) shouldBe true
    other.rdmsr(0x1b) shouldBe Some(XApic)
  }

  "Moving the base" should "be kept for the core to decode by" in {
    val bench = new LapicBench
    bench.wrmsr(0x1b, 0xfed40800L) shouldBe true
    bench.rdmsr(0x1b) shouldBe Some(0xfed40800L)
    bench.view.value("base") shouldBe 0xfed40800L
    bench.read(0x30) shouldBe 0x50014
  }

  "Entering x2APIC mode" should "derive id and logical id, and keep requests, service and TPR" in {
    val bench = new LapicBench(LapicConfig.softwareEnabled(1, 0x23, ApicMode.XAPIC))
    bench.write(0x20, 0x05000000)
    bench.write(0xd0, 0x77000000)
    bench.write(0x80, 0x20)
    bench.fixed(0x41)
    bench.acknowledge()
    bench.fixed(0x61)
    bench.x2apic()
    bench.rdmsr(0x802) shouldBe Some(0x23)
    bench.rdmsr(0x80d) shouldBe Some(0x00020008)
    bench.rdmsr(0x808) shouldBe Some(0x20)
    bench.isr shouldBe Seq(0x41)
    bench.acknowledge() shouldBe 0x61
  }

  "Switching off" should "lose what was requested, and keep CR8 for when it is on again" in {
    val bench = new LapicBench
    val id = InterruptId.of(5, 0, 1)
    bench.io.ledger.raised(id)
    bench.write(0x380, 1000)
    bench.write(0x320, 0x20041)
    bench.write(0x20, 0x05000000)
    bench.fixed(0x31, id = id)
    bench.wrmsr(0x1b, Off)
    bench.intr shouldBe false
    bench.io.ledger.fate(Fate.LOST_RESET) shouldBe 1
    bench.io.alarms.size shouldBe 0
    bench.cr8(7).last should matchPattern { case d: CpuMessage.PriorityDone if !d.intr => }
    bench.wrmsr(0x1b, XApic)
    bench.read(0x80) shouldBe 0x70
    bench.read(0x20) shouldBe 0x01000000
    bench.read(0xf0) shouldBe 0xff
    bench.read(0x320) shouldBe 0x10000
  }
}
