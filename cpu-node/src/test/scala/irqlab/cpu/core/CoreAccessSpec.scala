package irqlab.cpu.core

import irqlab.observe.{Fate, InterruptId}
import irqlab.protocol._
import irqlab.runtime.Message
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** What goes over the wires of a core, and whose names are in its books. */
@RunWith(classOf[JUnitRunner])
class CoreAccessSpec extends AnyFlatSpec with Matchers {
  import Step.Op._

  private val work = Step.compute(1000)

  private def running(steps: Step*): CoreBench =
    new CoreBench(new ScriptSoftware(steps :+ work))

  "A step" should "be the message of its wire, posted or with a tag to be answered" in {
    forAll(
      Table[Step, Message](
        ("step", "message"),
        (Step.EOI, new LapicMessage.RegisterWrite(0xb0, 0)),
        (Step.of(LAPIC_WRITE, 0x80, 0x30), new LapicMessage.RegisterWrite(0x80, 0x30)),
        (Step.of(LAPIC_READ, 0x20, 0), new LapicMessage.RegisterRead(1, 0x20)),
        (Step.of(MSR_WRITE, 0x808, 0x30), new LapicMessage.MsrWrite(1, 0x808, 0x30)),
        (Step.of(MSR_READ, 0x808, 0), new LapicMessage.MsrRead(1, 0x808)),
        (Step.of(TASK_PRIORITY, 5, 0), new LapicMessage.TaskPriority(1, 5)),
        (Step.of(MMIO_WRITE, 0xc0000004L, 7), new RootComplexMessage.CpuWrite(0, 0xc0000004L, 7)),
        (Step.of(MMIO_READ, 0xc0000004L, 0), new RootComplexMessage.CpuRead(0, 1, 0xc0000004L)),
        (Step.of(STORE, 0x1000, 9), new MemoryMessage.Write(0x1000, 9)),
        (Step.of(LOAD_LINE, 0x1000, 0), new MemoryMessage.CpuLine(0, 1, 0x1000)),
        (Step.configWrite(0x18, 0x70, 2, 0x8000),
          new RootComplexMessage.ConfigWrite(0, 1, 0x18, 0x70, 2, 0x8000)),
        (Step.configRead(0x18, 0x74, 4), new RootComplexMessage.ConfigRead(0, 1, 0x18, 0x74, 4)),
        (Step.of(PORT_WRITE, 0x20, 0x11), new RootComplexMessage.PortWrite(0, 1, 0x20, 0x11)),
        (Step.of(PORT_READ, 0x20, 0), new RootComplexMessage.PortRead(0, 1, 0x20)),
        (Step.call(4, 1, 2, 3, 5), new KernelMessage.Call(0, 1, 4, 1, 2, 3, 5)))) {
      (step, message) =>
        running(step).sent.head shouldBe message
    }
  }

  private val Version = 0x30
  private def load(page: Long) = Step.of(MMIO_READ, page + Version, 0)

  "A load or store at the page of the local APIC" should "go to the local APIC (X2-005)" in {
    running(load(0xfee00000L)).sent.head shouldBe new LapicMessage.RegisterRead(1, Version)
    running(Step.of(MMIO_WRITE, 0xfee00080L, 0x30)).sent.head shouldBe
      new LapicMessage.RegisterWrite(0x80, 0x30)
    running(load(0xfee01000L)).sent.head shouldBe a[RootComplexMessage.CpuRead]
  }

  it should "follow the base that was written, unless that faulted or was another MSR" in {
    val other = 0xfed40000L
    val usual = 0xfee00000L
    forAll(
      Table(
        ("msr", "value", "faults", "page", "of the local APIC"),
        (0x1b, other | 0x800, false, other, true),
        (0x1b, other | 0x900, false, other, true),
        (0x1b, other | 0x800, false, usual, false),
        (0x1b, other | 0x800, true, usual, true),
        (0x1b, usual, false, usual, false),
        (0x1b, usual | 0xc00, false, usual, false),
        (0x808, other | 0x800, false, usual, true))) { (msr, value, faults, page, own) =>
      val bench = running(Step.of(MSR_WRITE, msr, value), load(page))
      bench.give(if (faults) new CpuMessage.Fault(1) else new CpuMessage.Completion(1, 0))
      bench.sent.last match {
        case read: LapicMessage.RegisterRead => (own, read.offset) shouldBe ((true, Version))
        case read: RootComplexMessage.CpuRead => (own, read.address) shouldBe ((false, page + Version))
        case message => fail(message.toString)
      }
    }
  }

  "A line" should "reach its program although a handler loaded another one in between" in {
    val main = Seq(Step.of(LOAD_LINE, 0x1000, 0), work)
    val handler = Seq(Step.of(LOAD_LINE, 0x2000, 0), Step.IRET)
    val bench = new CoreBench(new ScriptSoftware(main, nmiHandler = handler))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.LineCompletion(1, 1, 2, 3, 4, 5, 6, 7, 8))
    bench.software.answers shouldBe empty
    bench.give(new CpuMessage.LineCompletion(2, 9, 9, 9, 9, 9, 9, 9, 9))
    bench.software.answers.toList shouldBe List(1)
    bench.software.lines.toList shouldBe List(1L to 8L)
  }

  "A reply" should "reach its program although a handler called the kernel in between" in {
    val main = Seq(Step.call(1, 0, 0, 0, 0), work)
    val handler = Seq(Step.call(2, 0, 0, 0, 0), Step.IRET)
    val bench = new CoreBench(new ScriptSoftware(main, nmiHandler = handler))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.Reply(1, 0, 4, 5, 6))
    bench.give(new CpuMessage.Reply(2, 0, 7, 8, 9))
    bench.software.replies.toList shouldBe List(Seq(4L, 5L, 6L))
  }

  "CR8" should "let the program go on with the INTR that it leaves" in {
    val bench = running(Step.STI, Step.of(TASK_PRIORITY, 5, 0))
    bench.give(new CpuMessage.PriorityDone(1, true))
    bench.acknowledged shouldBe 1
  }

  private def id(bench: CoreBench, sequence: Int): Long = {
    val id = InterruptId.of(5, 0, sequence)
    bench.io.ledger.raised(id)
    id
  }

  private def fates(bench: CoreBench, fates: Fate*): Seq[Long] = fates.map(bench.io.ledger.fate)

  "NMI and SMI" should "bring name and intended time to their handlers" in {
    forAll(
      Table[(Long, Long) => CpuMessage](
        "kind",
        new CpuMessage.Nmi(_, _),
        new CpuMessage.Smi(_, _))) { kind =>
      val bench = running()
      bench.io.advance(500)
      bench.give(kind(id(bench, 1), 123))
      bench.software.names.toList shouldBe List((InterruptId.of(5, 0, 1), 123))
    }
  }

  they should "collapse beyond the one that is latched" in {
    forAll(
      Table[(Long, Long) => CpuMessage](
        "kind",
        new CpuMessage.Nmi(_, _),
        new CpuMessage.Smi(_, _))) { kind =>
      val bench = running()
      (1 to 4).foreach(n => bench.give(kind(id(bench, n), 0)))
      fates(bench, Fate.COLLAPSED_LATCH) shouldBe Seq(2)
      bench.finish()
      bench.software.names.map(_._1).toList shouldBe Seq(1, 2).map(InterruptId.of(5, 0, _)).toList
    }
  }

  "INIT" should "be handled by name, and lose the NMI that is latched" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(work), nmiHandler = Seq(work, Step.IRET)))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.Nmi(id(bench, 1), 0))
    bench.give(new CpuMessage.Init(id(bench, 2), 0))
    bench.mode shouldBe "WAIT_FOR_SIPI"
    fates(bench, Fate.HANDLED, Fate.LOST_RESET) shouldBe Seq(1, 1)
    bench.io.ledger.balanced shouldBe true
  }

  "A core that waits for STARTUP" should "ignore INIT, lose NMI and SMI, and take STARTUP once" in {
    val bench = new CoreBench(new ScriptSoftware(null))
    bench.give(new CpuMessage.Nmi(id(bench, 1), 0))
    bench.give(new CpuMessage.Smi(id(bench, 2), 0))
    bench.give(new CpuMessage.Init(id(bench, 3), 0))
    fates(bench, Fate.LOST_RESET, Fate.IGNORED) shouldBe Seq(2, 1)
    bench.give(new CpuMessage.Startup(id(bench, 4), 0, 8))
    bench.give(new CpuMessage.Startup(id(bench, 5), 0, 9))
    fates(bench, Fate.HANDLED, Fate.IGNORED) shouldBe Seq(1, 2)
    bench.software.entered.toList shouldBe List("start 0x8")
    bench.io.ledger.balanced shouldBe true
  }

  "A core that sleeps" should "run a task that comes, and go to sleep again" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.HALT, Step.HALT)))
    bench.give(new CpuMessage.Task(1, 300, 0))
    bench.mode shouldBe "COMPUTE"
    bench.finish()
    bench.mode shouldBe "HALTED"
    bench.io.nowPs shouldBe 300
  }

  "Time in handlers" should "be counted from the first entered to the last left" in {
    val handler = Seq(Step.STI, Step.compute(100), Step.IRET)
    val bench = new CoreBench(
      new ScriptSoftware(Seq(Step.STI, work), handlers = Map(49 -> handler, 97 -> handler)))
    bench.io.advance(40)
    bench.intr()
    bench.vector(49)
    bench.io.advance(10)
    bench.intr()
    bench.vector(97)
    bench.finish()
    bench.finish()
    bench.shown("interrupts.ps") shouldBe 200
    bench.shown("interrupts.last_ps") shouldBe 240
  }

  "What is latched" should "be shown, with the names that wait" in {
    val bench = running()
    bench.shown("nmi.blocked") shouldBe 0
    bench.give(new CpuMessage.Smi(0, 0))
    bench.give(new CpuMessage.Smi(id(bench, 1), 0))
    bench.give(new CpuMessage.Nmi(id(bench, 2), 0))
    bench.give(new CpuMessage.Init(id(bench, 3), 0))
    bench.give(new CpuMessage.Init(id(bench, 4), 0))
    Seq("smi.pending", "nmi.pending", "init.pending", "nmi.blocked").map(bench.shown) shouldBe
      Seq(1, 1, 1, 1)
    bench.waiting.toSet shouldBe Set(
      (InterruptId.of(5, 0, 1), "SMI latch"),
      (InterruptId.of(5, 0, 2), "NMI latch"),
      (InterruptId.of(5, 0, 3), "INIT latch"))
    fates(bench, Fate.COLLAPSED_LATCH) shouldBe Seq(1)
  }

  "An absent gate" should "push the vector and where it came from as the error code" in {
    // Bit 1: the IDT; bit 0: from outside of the program.
    forAll(Table(("by INTR", "code"), (true, 49 << 3 | 3), (false, 49 << 3 | 2))) { (byIntr, code) =>
      val steps = if (byIntr) Seq(Step.STI, work) else Seq(Step.interrupt(49), work)
      val bench = new CoreBench(
        new ScriptSoftware(steps, absent = Set(49), exceptions = Map(11 -> Seq(Step.IRET))))
      if (byIntr) { bench.intr(); bench.vector(49) }
      bench.software.codes.toList shouldBe List(code)
    }
  }

  "INT n" should "answer 0 when its handler has returned, whatever that was told" in {
    val handler = Seq(Step.of(LAPIC_READ, 0x20, 0), Step.IRET)
    val bench =
      new CoreBench(new ScriptSoftware(Seq(Step.interrupt(49), work), Map(49 -> handler)))
    bench.give(new CpuMessage.Completion(1, 7))
    bench.software.answers.toList shouldBe List(0)
  }

  "A program on top of another" should "answer 0 to it when it has ended" in {
    val inner = new Script(Seq(Step.of(LAPIC_READ, 0x20, 0), Step.RETURN))
    val bench = running(Step.run(inner))
    bench.give(new CpuMessage.Completion(1, 7))
    bench.software.answers.toList shouldBe List(0)
    bench.mode shouldBe "COMPUTE"
  }
}
