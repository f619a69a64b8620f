package irqlab.cpu.core

import irqlab.observe.{Fate, InterruptId}
import irqlab.protocol.{CpuMessage, LapicMessage}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** What goes through the IDT, and what software does to IF. */
@RunWith(classOf[JUnitRunner])
class CoreGatesSpec extends AnyFlatSpec with Matchers {
  // Any vectors would do; 49 is of class 3 and 97 of class 6.
  private val low = 49
  private val high = 97
  private val work = Step.compute(1000)
  private val quick = Seq(Step.compute(10), Step.IRET)

  "INT n" should "run its handler before an interrupt that waits behind STI (CPU-003)" in {
    val handlers = Map(low -> quick, high -> Seq(Step.IRET))
    val bench =
      new CoreBench(new ScriptSoftware(Seq(work, Step.STI, Step.interrupt(low), work), handlers))
    bench.intr()
    bench.finish()
    bench.acknowledged shouldBe 0
    bench.finish()
    bench.acknowledged shouldBe 1
    bench.software.entered.toList shouldBe List(s"vector $low")
  }

  it should "clear IF through an interrupt gate and leave it through a trap gate" in {
    forAll(Table(("trap gates", "IF inside"), (Set.empty[Int], 0L), (Set(low), 1L))) {
      (traps, inside) =>
        val bench = new CoreBench(
          new ScriptSoftware(
            Seq(Step.STI, Step.interrupt(low)), Map(low -> quick), trapGates = traps))
        bench.shown("if") shouldBe inside
    }
  }

  "INT 2 and vector 2 by INTR" should "run the NMI handler without blocking NMI (CPU-006)" in {
    val direct = new CoreBench(new ScriptSoftware(Seq(Step.interrupt(2), work)))
    val byLine = new CoreBench(new ScriptSoftware(Seq(Step.STI, work)))
    byLine.intr()
    byLine.vector(2)
    forAll(Table("way", direct, byLine)) { bench =>
      bench.software.entered.toList shouldBe List("nmi")
      bench.give(new CpuMessage.Nmi(0, 0))
      bench.software.entered.toList shouldBe List("nmi", "nmi")
    }
  }

  "POPF" should "let an interrupt in at once: it opens no shadow (CPU-002)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(work, Step.popf(true), Step.CLI, work)))
    bench.intr()
    bench.finish()
    bench.acknowledged shouldBe 1
  }

  it should "close the door as CLI does" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work, Step.popf(false), work)))
    bench.finish()
    bench.intr()
    bench.acknowledged shouldBe 0
  }

  "A handler that edits its frame" should "decide which IF its IRET restores" in {
    forAll(Table(("saved", "IF after"), (false, 0L), (true, 1L))) { (saved, after) =>
      val handlers = Map(low -> Seq(Step.savedFlag(saved), Step.IRET))
      val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work), handlers))
      bench.intr()
      bench.vector(low)
      bench.shown("if") shouldBe after
    }
  }

  "MOV SS in the shadow of the step before" should "not extend it (CPU-002)" in {
    val steps = Seq(work, Step.STI, Step.MOV_SS, Step.MOV_SS, Step.CLI, work)
    val bench = new CoreBench(new ScriptSoftware(steps))
    bench.intr()
    bench.finish()
    bench.acknowledged shouldBe 1
  }

  "MWAIT" should "be left by a masked INTR only with the break option (CPU-009)" in {
    forAll(
      Table(
        ("option", "IF", "mode after", "acknowledged"),
        (true, Step.CLI, "COMPUTE", 0),
        (false, Step.CLI, "HALTED", 0),
        (true, Step.STI, "VECTOR", 1),
        (false, Step.STI, "VECTOR", 1))) { (option, flag, mode, acknowledged) =>
      val bench = new CoreBench(new ScriptSoftware(Seq(flag, Step.mwait(option), work)))
      bench.mode shouldBe "HALTED"
      bench.intr()
      bench.mode shouldBe mode
      bench.acknowledged shouldBe acknowledged
    }
  }

  it should "not sleep with the option while INTR is up already" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(work, Step.mwait(true), work)))
    bench.intr()
    bench.finish()
    bench.mode shouldBe "COMPUTE"
  }

  "A gate that is not present" should "raise #NP, and the interrupt be lost with its reason" in {
    val software =
      new ScriptSoftware(Seq(Step.STI, work), absent = Set(low), exceptions = Map(11 -> quick))
    val bench = new CoreBench(software)
    val id = InterruptId.of(3, 0, 1)
    bench.io.ledger.raised(id)
    bench.intr()
    bench.vector(low, id)
    software.entered.toList shouldBe List("exception 11")
    bench.io.ledger.fate(Fate.LOST_NO_HANDLER) shouldBe 1
  }

  it should "raise #DF when #NP cannot be entered, and shut the core down when nor can #DF" in {
    forAll(
      Table(
        ("handlers", "entered", "mode"),
        (Map(8 -> quick), List("exception 8"), "COMPUTE"),
        (Map.empty[Int, Seq[Step]], List.empty[String], "SHUTDOWN"))) {
      (exceptions, entered, mode) =>
        val software =
          new ScriptSoftware(Seq(Step.interrupt(low)), absent = Set(low), exceptions = exceptions)
        val bench = new CoreBench(software)
        software.entered.toList shouldBe entered
        bench.mode shouldBe mode
    }
  }

  "A core that has shut down" should "be woken by NMI and INIT, and by no interrupt" in {
    val bench = new CoreBench(
      new ScriptSoftware(Seq(Step.STI, Step.interrupt(low), work), absent = Set(low)))
    bench.intr()
    bench.acknowledged shouldBe 0
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.software.entered.toList shouldBe List("nmi")
    bench.give(new CpuMessage.Init(0, 0))
    bench.mode shouldBe "WAIT_FOR_SIPI"
  }

  it should "be woken at once by an NMI that came before it shut down" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work), absent = Set(low)))
    bench.intr()
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.vector(low)
    bench.software.entered.toList shouldBe List("nmi")
    bench.mode shouldBe "COMPUTE"
  }

  "An access that faults" should "run the handler of #GP, and then tell its program" in {
    val msr = Step.of(Step.Op.MSR_WRITE, 0x1B, 1)
    val software = new ScriptSoftware(Seq(msr, work), exceptions = Map(13 -> quick))
    val bench = new CoreBench(software)
    bench.give(new CpuMessage.Fault(1))
    software.entered.toList shouldBe List("exception 13")
    software.answers shouldBe empty
    bench.finish()
    software.answers.toList shouldBe List(Step.FAULT)
  }

  it should "only tell its program when #GP has no handler" in {
    val software = new ScriptSoftware(Seq(Step.of(Step.Op.MSR_WRITE, 0x1B, 1), work))
    val bench = new CoreBench(software)
    bench.give(new CpuMessage.Fault(1))
    software.answers.toList shouldBe List(Step.FAULT)
  }

  it should "tell so also when a handler came first whose own accesses succeeded" in {
    // Regression: what a handler asked for overwrote the fault of the program below it.
    val msr = Step.of(Step.Op.MSR_READ, 0x802, 0)
    val handler = Seq(Step.of(Step.Op.LAPIC_READ, 0x20, 0), Step.IRET)
    val software = new ScriptSoftware(Seq(msr, work), nmiHandler = handler)
    val bench = new CoreBench(software)
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.Fault(1))
    bench.give(new CpuMessage.Completion(2, 7))
    software.answers.toList shouldBe List(Step.FAULT)
    software.faulted.toList shouldBe List(true)
  }

  "CR8" should "take 0 to 15, and more be #GP that reaches no local APIC (LAPIC-019)" in {
    forAll(Table(("value", "written"), (15, 1), (16, 0))) { (value, written) =>
      val step = Step.of(Step.Op.TASK_PRIORITY, value, 0)
      val bench = new CoreBench(new ScriptSoftware(Seq(step, work)))
      bench.sent.count(_.isInstanceOf[LapicMessage.TaskPriority]) shouldBe written
    }
  }

  "An IRET that faults" should "end NMI blocking once, and be repeated (CPU-007)" in {
    val software = new ScriptSoftware(
      Seq(work),
      nmiHandler = Seq(work, Step.IRET_FAULTING, Step.IRET),
      exceptions = Map(14 -> quick))
    val bench = new CoreBench(software)
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.finish()
    software.entered.toList shouldBe List("nmi", "exception 14", "nmi")
  }

  "INIT" should "send the boot CPU to its reset vector (CPU-011)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work), afterReset = Seq(work)))
    bench.give(new CpuMessage.Init(0, 0))
    bench.software.entered.toList shouldBe List("reset")
    bench.mode shouldBe "COMPUTE"
    bench.shown("if") shouldBe 0
  }

  "The stack" should "tell what is nested, and how deep each class was" in {
    val handlers = Map(low -> Seq(Step.STI, work, Step.IRET), high -> Seq(work, Step.IRET))
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work), handlers))
    bench.intr()
    bench.vector(low)
    bench.intr()
    bench.vector(high)
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.text("stack.nested") shouldBe "0x31 > 0x61 > nmi"
    bench.shown("stack.interrupts.max") shouldBe 3
    bench.shown("stack.class.3.max") shouldBe 1
    bench.shown("stack.class.6.max") shouldBe 2
  }
}
