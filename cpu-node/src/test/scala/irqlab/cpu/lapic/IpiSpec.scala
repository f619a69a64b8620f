package irqlab.cpu.lapic

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class IpiSpec extends AnyFlatSpec with Matchers {
  private val Fixed = 0x4051
  private val Logical = 0x800
  private val Nmi = 0x4400

  // Four CPUs with ids 0 to 3; flat logical ids 1, 2, 4 and 8.
  private val flat = Table(
    ("destination", "ICR low", "who"),
    (2, Fixed, Seq(2)),
    (9, Fixed, Seq()),
    (0xff, Fixed, Seq(0, 1, 2, 3)),
    (0x0a, Fixed | Logical, Seq(1, 3)),
    (0x10, Fixed | Logical, Seq()),
    (0x00, Fixed | Logical, Seq()),
    (0xff, Fixed | Logical, Seq(0, 1, 2, 3)),
    (0x0a, Fixed | Logical | 0x40000, Seq(1)),
    (0x02, Fixed | 0x80000, Seq(0, 1, 2, 3)),
    (0x02, Fixed | 0xc0000, Seq(0, 2, 3))
  )

  "A fixed IPI" should "reach exactly those whom destination and shorthand mean" in {
    forAll(flat) { (destination, low, who) =>
      val machine = new Lapics(4)
      machine.ipi(1, destination, low)
      machine.requested(0x51) shouldBe who
    }
  }

  // Logical ids 0x11, 0x12, 0x21 and 0xF1 in the cluster model.
  private val cluster = Table(
    ("destination", "who"),
    (0x11, Seq(0)),
    (0x13, Seq(0, 1)),
    (0x2f, Seq(2)),
    (0x31, Seq()),
    (0xf1, Seq(3)),
    (0xff, Seq(0, 1, 2, 3)),
    (0x10, Seq())
  )

  "In the cluster model a destination" should "mean members of one cluster, or all with 0xFF" in {
    forAll(cluster) { (destination, who) =>
      val machine = new Lapics(4)
      Seq(0x11, 0x12, 0x21, 0xf1).zipWithIndex.foreach { case (ldr, cpu) =>
        machine.write(cpu, 0xe0, 0)
        machine.write(cpu, 0xd0, ldr.toLong << 24)
      }
      machine.ipi(0, destination, Fixed | Logical)
      machine.requested(0x51) shouldBe who
    }
  }

  "An invalid destination format" should "match nothing but the broadcast" in {
    val machine = new Lapics(2)
    machine.write(1, 0xe0, 0x50000000L)
    machine.ipi(0, 0x02, Fixed | Logical)
    machine.requested(0x51) shouldBe empty
    machine.ipi(0, 0xff, Fixed | Logical)
    machine.requested(0x51) shouldBe Seq(0, 1)
  }

  "Two local APICs with one id" should "both get what is sent to it" in {
    val machine = new Lapics(4)
    machine.write(2, 0x20, 0x01000000)
    machine.ipi(0, 1, Fixed)
    machine.requested(0x51) shouldBe Seq(1, 2)
    machine.ipi(0, 2, 0x4061)
    machine.requested(0x61) shouldBe empty
  }

  // Twenty CPUs with ids 0 to 19 in x2APIC mode.
  private val x2apic = Table(
    ("destination", "ICR low", "who"),
    (19L, Fixed, Seq(19)),
    (0xffL, Fixed, Seq()),
    (0xffffffffL, Fixed, 0 to 19),
    (0x00010006L, Fixed | Logical, Seq(17, 18)),
    (0x00010001L, Fixed | Logical, Seq(16)),
    (0x00010030L, Fixed | Logical, Seq()),
    (0x0000ffffL, Fixed | Logical, 0 to 15),
    (0xffffffffL, Fixed | Logical, 0 to 19),
    (0L, Fixed | 0x40000, Seq(3)),
    (0L, Fixed | 0xc0000, (0 to 19).filter(_ != 3))
  )

  "In x2APIC mode an IPI" should "reach exactly those whom 32 bits of destination mean" in {
    forAll(x2apic) { (destination, low, who) =>
      val machine = new Lapics(20, ApicMode.X2APIC)
      machine.x2ipi(3, destination, low)
      machine.requested(0x51) shouldBe who
    }
  }

  it should "reach ids above 255" in {
    val machine = new Lapics(4, ApicMode.X2APIC, idBase = 0x12340)
    machine.x2ipi(0, 0x12342, Fixed)
    machine.requested(0x51) shouldBe Seq(2)
    machine.x2ipi(0, 0x12340002L, 0x4061 | Logical)
    machine.requested(0x61) shouldBe Seq(1)
  }

  "In a machine of both modes" should "the broadcasts reach whom each mode means" in {
    val machine = new Lapics(4)
    machine.x2apic(2, 3)
    machine.ipi(0, 0xff, Fixed)
    machine.requested(0x51) shouldBe Seq(0, 1)
    machine.x2ipi(2, 0xffffffffL, 0x4061)
    machine.requested(0x61) shouldBe Seq(0, 1, 2, 3)
    machine.ipi(0, 3, 0x4071)
    machine.requested(0x71) shouldBe Seq(3)
    machine.x2ipi(3, 1, 0x4072)
    machine.requested(0x72) shouldBe Seq(1)
  }

  "The self IPI register" should "send a fixed edge interrupt to oneself" in {
    val machine = new Lapics(2, ApicMode.X2APIC)
    machine.wrmsr(1, 0x83f, 0x41)
    machine.requested(0x41) shouldBe Seq(1)
    machine.view(1).vectors("tmr") shouldBe empty
  }

  "NMI, SMI, INIT and STARTUP" should "go to the cores that are meant, the sender too if it is" in {
    val machine = new Lapics(4)
    machine.ipi(0, 2, Nmi)
    machine.took(classOf[CpuMessage.Nmi]) shouldBe Seq(2)
    machine.ipi(1, 0, Nmi | 0x80000)
    machine.took(classOf[CpuMessage.Nmi]) shouldBe Seq(0, 1, 2, 3)
    machine.ipi(3, 0, Nmi | 0xc0000)
    machine.took(classOf[CpuMessage.Nmi]) shouldBe Seq(0, 1, 2)
    machine.ipi(0, 1, 0x4200)
    machine.took(classOf[CpuMessage.Smi]) shouldBe Seq(1)
    machine.ipi(0, 0, 0xc4500)
    machine.took(classOf[CpuMessage.Init]) shouldBe Seq(1, 2, 3)
    machine.ipi(0, 0, 0xc4609)
    machine.received(1).head shouldBe a[CpuMessage.Startup]
    machine.took(classOf[CpuMessage.Startup]) shouldBe Seq(1, 2, 3)
  }

  private val nothing = Table(
    ("what", "ICR low"),
    ("reserved mode 3", 0x4351),
    ("INIT level de-assert", 0x8500),
    ("fixed level de-assert", 0x8051),
    ("fixed with an illegal vector", 0x4005),
    ("lowest priority with an illegal vector", 0x410f)
  )

  "What an ICR write cannot mean" should "not be sent" in {
    forAll(nothing) { (_, low) =>
      val machine = new Lapics(2)
      machine.ipi(0, 1, low)
      machine.received.flatten shouldBe empty
      machine.ledgers.head.counter(Counter.IPIS_SENT) shouldBe 0
    }
  }

  "An illegal vector" should "set ESR bit 5 at the sender and nothing at the receiver" in {
    val machine = new Lapics(2)
    machine.ipi(0, 1, 0x4005)
    Seq(0, 1).foreach(machine.write(_, 0x280, 0))
    machine.view(0).value("esr") shouldBe 0x20
    machine.view(1).value("esr") shouldBe 0
  }

  "INIT edge without assert" should "be INIT" in {
    val machine = new Lapics(2)
    machine.ipi(0, 1, 0x500)
    machine.took(classOf[CpuMessage.Init]) shouldBe Seq(1)
  }

  "Trigger mode level" should "reach the receiver's TMR" in {
    val machine = new Lapics(2)
    machine.ipi(0, 1, 0xc051)
    machine.view(1).vectors("tmr") shouldBe Seq(0x51)
  }

  "Each destination" should "get a name of its own, numbered by vector" in {
    val machine = new Lapics(3)
    machine.ipi(0, 0, Fixed | 0xc0000)
    machine.ipi(0, 0, Fixed | 0xc0000)
    machine.view(1).waiting.map(_._1) shouldBe Seq(InterruptId.of(100, 0x51, 1))
    machine.view(2).waiting.map(_._1) shouldBe Seq(InterruptId.of(100, 0x51, 2))
    machine.ledgers.head.raised shouldBe 4
    machine.ledgers.head.counter(Counter.IPIS_SENT) shouldBe 4
  }

  "An IPI that nobody matches" should "be lost by that name" in {
    val machine = new Lapics(2)
    machine.ipi(0, 9, Fixed)
    machine.ledgers.head.fate(Fate.LOST_NO_ROUTE) shouldBe 1
    machine.ledgers.head.balanced shouldBe true
  }

  "A message that comes after the local APIC was disabled" should "be lost as stale" in {
    val bench = new LapicBench
    bench.wrmsr(0x1b, 0xfee00000L)
    val id = InterruptId.of(5, 0, 1)
    bench.io.ledger.raised(id)
    bench.fixed(0x41, id = id)
    bench.io.ledger.fate(Fate.LOST_STALE_DIRECTORY) shouldBe 1
  }

  private val LowestAll = 0x4151 | Logical

  "Lowest priority" should "go to the lowest TPR, of equal ones to the lowest CPU" in {
    val machine = new Lapics(4)
    Seq(0x40, 0x30, 0x20, 0x20).zipWithIndex.foreach { case (tpr, cpu) =>
      machine.write(cpu, 0x80, tpr)
    }
    machine.ipi(0, 0x0f, LowestAll)
    machine.requested(0x51) shouldBe Seq(2)
    machine.write(2, 0x80, 0x50)
    machine.ipi(0, 0x0f, 0x4161 | Logical)
    machine.requested(0x61) shouldBe Seq(3)
    machine.ipi(0, 0x03, 0x4171 | Logical)
    machine.requested(0x71) shouldBe Seq(1)
  }

  it should "pass over those that are software disabled, and be lost when all are" in {
    val machine = new Lapics(2)
    machine.write(0, 0xf0, 0xff)
    machine.ipi(0, 0x03, LowestAll)
    machine.requested(0x51) shouldBe Seq(1)
    machine.write(1, 0xf0, 0xff)
    machine.ipi(0, 0x03, 0x4161 | Logical)
    machine.requested(0x61) shouldBe empty
    machine.ledgers.head.fate(Fate.LOST_NO_ROUTE) shouldBe 1
  }

  private val policies = Table(
    ("policy", "who gets vector 0x51 four times"),
    (LowestPriorityPolicy.FIRST, Seq(0, 0, 0, 0)),
    (LowestPriorityPolicy.ROUND_ROBIN, Seq(0, 1, 2, 0)),
    (LowestPriorityPolicy.VECTOR_HASH, Seq(0, 0, 0, 0))
  )

  it should "follow another policy by its name" in {
    forAll(policies) { (policy, expected) =>
      val machine = new Lapics(3, configure = _.withPolicy(policy))
      expected.foreach { who =>
        machine.ipi(0, 0x07, LowestAll)
        machine.requested(0x51) shouldBe Seq(who)
        machine.deliver(0x51)
      }
    }
    val hash = new Lapics(3, configure = _.withPolicy(LowestPriorityPolicy.VECTOR_HASH))
    hash.ipi(0, 0x07, 0x4152 | Logical)
    hash.requested(0x52) shouldBe Seq(0x52 % 3)
  }

  "A change of id, logical id, mode or enable" should "be told to all others and the root" in {
    forAll(
      Table[String, LapicBench => Any](
        ("what", "how"),
        ("id", _.write(0x20, 0x07000000)),
        ("logical id", _.write(0xd0, 0x40000000)),
        ("model", _.write(0xe0, 0)),
        ("enable", _.write(0xf0, 0xff)),
        ("mode", _.x2apic()),
        ("disable", _.wrmsr(0x1b, 0xfee00000L)),
        ("TPR, under the lowest-TPR policy", _.write(0x80, 0x10))
      )
    ) { (_, how) =>
      val bench = new LapicBench
      how(bench)
      bench.io.messages.toArray.count(_.isInstanceOf[LapicMessage.DirectoryUpdate]) shouldBe 3
      bench.io.messages.toArray.count(_.isInstanceOf[RootComplexMessage.DirectoryUpdate]) shouldBe 1
      how(bench)
      bench.io.messages.toArray.count(_.isInstanceOf[LapicMessage.DirectoryUpdate]) shouldBe 3
    }
  }

  "A TPR write" should "be told to nobody under a policy that does not look at it" in {
    val bench = new LapicBench(
      LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withPolicy(LowestPriorityPolicy.FIRST)
    )
    bench.write(0x80, 0x10) shouldBe empty
  }
}
