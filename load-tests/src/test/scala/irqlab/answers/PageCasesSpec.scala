package irqlab.answers

import irqlab.cpu.core.Step
import org.junit.runner.RunWith
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

/** Numbered cases of the page of a local APIC, as its CPU sees it in memory. */
@RunWith(classOf[JUnitRunner])
class PageCasesSpec extends CasesSpec {
  private val Base = 0x1B
  private val BootCpu = 0x100L
  private val Page = 0xFEE00000L
  private val Version = 0x30
  private val Tpr = 0x80
  private val AllOnes = -1L

  /** What the steps answer on a machine of one CPU, posted ones included. */
  private def answers(mode: String, main: Step*): Seq[Long] = {
    val machine = new ScriptedMachine(s"cpus = 1, lapic.mode = $mode")
    machine.cpu(0).main(join(steps(main: _*), workNs(1)))
    machine.start().run(settledPs)
    machine.cpu(0).answers().asScala.map(_.longValue).take(main.size).toSeq
  }

  private def base(page: Long, mode: Int) = Moves.wrmsr(Base, page | BootCpu | mode)

  "T-002 clearing global enable" should
    "leave memory at the page, CR8 writable, and version and TPR back when it is set" in {
      val read = answers(
        "xapic",
        Moves.store(Page + Tpr, 0x30),
        base(Page, 0),
        Moves.load(Page + Version),
        Moves.store(Page + Tpr, 0x70),
        Step.of(Step.Op.TASK_PRIORITY, 5, 0),
        base(Page, 0x800),
        Moves.load(Page + Version),
        Moves.load(Page + Tpr))
      read(1) shouldBe 0
      read(2) shouldBe AllOnes
      (read(6) & 0xFF) shouldBe 0x14
      read(7) shouldBe 0x50
    }

  "T-005 the base at 0xFED40000" should "have the version there, and no longer where it was" in {
    val read = answers(
      "xapic",
      base(0xFED40000L, 0x800),
      Moves.load(0xFED40000L + Version),
      Moves.load(Page + Version),
      Moves.store(0xFED40000L + Tpr, 0x20),
      Moves.load(0xFED40000L + Tpr))
    read(0) shouldBe 0
    (read(1) & 0xFF) shouldBe 0x14
    read(2) shouldBe AllOnes
    read(4) shouldBe 0x20
  }

  it should "be #GP above the address width and with bit 0, and stay where it was" in {
    forAll(Table("base", 1L << 46 | Page | 0x800, Page | 0x801, Page | 0xC01)) { bad =>
      val read = answers("xapic", Moves.wrmsr(Base, bad), Moves.load(Page + Version))
      read(0) shouldBe Step.FAULT
      (read(1) & 0xFF) shouldBe 0x14
    }
  }

  "In x2APIC mode the page" should "be memory, from the start or from the switch on (X2-002)" in {
    answers("x2apic", Moves.load(Page + Version)) shouldBe Seq(AllOnes)
    answers("xapic", base(Page, 0xC00), Moves.load(Page + Version)) shouldBe Seq(0, AllOnes)
  }

  "T-003 a base write from x2APIC or from disabled" should "be legal by way of xAPIC only" in {
    val modes = Seq(0xC00, 0x400, 0x800, 0, 0x400, 0xC00, 0x800, 0xC00)
    answers("xapic", modes.map(base(Page, _)): _*) shouldBe
      Seq(0, Step.FAULT, Step.FAULT, 0, Step.FAULT, Step.FAULT, 0, 0)
  }
}
