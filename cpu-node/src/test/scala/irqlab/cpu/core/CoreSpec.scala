package irqlab.cpu.core

import irqlab.observe.{Fate, InterruptId}
import irqlab.protocol.{CpuMessage, LapicMessage}
import irqlab.runtime.{Codecs, RecordingIo, StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class CoreSpec extends AnyFlatSpec with Matchers {
  // Any vectors would do; 49 is of class 3 and 97 of class 6.
  private val low = 49
  private val high = 97
  private val work = Step.compute(1000)

  "INTR" should "not be acknowledged while IF is 0 (CPU-001)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.CLI, work)))
    bench.intr()
    bench.acknowledged shouldBe 0
  }

  it should "be acknowledged inside a computation while IF is 1" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work)))
    bench.intr()
    bench.acknowledged shouldBe 1
  }

  it should "be acknowledged at the next boundary when IF turns to 1 (CPU-001)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(work, Step.STI, work)))
    bench.intr()
    bench.acknowledged shouldBe 0
    bench.finish()
    bench.acknowledged shouldBe 1
  }

  it should "wait for an outstanding read: the core is inside an instruction" in {
    val read = Step.of(Step.Op.MMIO_READ, 0x1000, 0)
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work, read, work)))
    bench.finish()
    bench.intr()
    bench.acknowledged shouldBe 0
    bench.give(new CpuMessage.Completion(1, 7))
    bench.acknowledged shouldBe 1
  }

  "An interrupted computation" should "go on for exactly what was left of it" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, Step.compute(1000), Step.HALT)))
    bench.io.advance(400)
    bench.intr()
    bench.vector(low)
    bench.io.alarms.get(0).atPs shouldBe 1000
    bench.finish()
    bench.mode shouldBe "HALTED"
  }

  "The answer of a read" should "reach its program although a handler ran in between" in {
    val read = Step.of(Step.Op.MMIO_READ, 0x1000, 0)
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work, read, work)))
    bench.finish()
    bench.intr()
    bench.give(new CpuMessage.Completion(1, 77))
    bench.vector(low)
    bench.software.answers.last shouldBe 77
  }

  "STI" should "let one more step go before the interrupt (CPU-002, CPU-003)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(work, Step.STI, Step.CLI, work)))
    bench.intr()
    bench.finish()
    bench.acknowledged shouldBe 0
  }

  it should "open no second shadow when IF is 1 already (CPU-002)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work, Step.STI, Step.CLI, work)))
    bench.intr()
    bench.acknowledged shouldBe 1
  }

  "MOV SS" should "hold interrupts back for one step (CPU-002)" in {
    val bench =
      new CoreBench(new ScriptSoftware(Seq(Step.STI, work, Step.MOV_SS, Step.CLI, work)))
    bench.finish()
    bench.intr()
    bench.acknowledged shouldBe 0
  }

  "STI followed by HLT" should "sleep and then take what is pending, without a lost wake-up" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(work, Step.STI, Step.HALT)))
    bench.intr()
    bench.finish()
    bench.acknowledged shouldBe 1
  }

  "HLT" should "be left by an interrupt with IF=1 and not by one with IF=0 (CPU-009)" in {
    forAll(Table(("first step", "acknowledged"), (Step.STI, 1), (Step.CLI, 0))) {
      (first, acknowledged) =>
        val bench = new CoreBench(new ScriptSoftware(Seq(first, Step.HALT)))
        bench.intr()
        bench.acknowledged shouldBe acknowledged
    }
  }

  "An interrupt gate" should "clear IF and a trap gate should not" in {
    forAll(Table(("trap gates", "acknowledged"), (Set.empty[Int], 1), (Set(low), 2))) {
      (traps, acknowledged) =>
        val handlers = Map(low -> Seq(work, Step.IRET), high -> Seq(Step.EOI, Step.IRET))
        val bench =
          new CoreBench(new ScriptSoftware(Seq(Step.STI, work), handlers, trapGates = traps))
        bench.intr()
        bench.vector(low)
        bench.intr()
        bench.acknowledged shouldBe acknowledged
    }
  }

  "IRET" should "restore IF, so that what is pending is taken at once" in {
    val handlers = Map(low -> Seq(work, Step.IRET), high -> Seq(Step.IRET))
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work), handlers))
    bench.intr()
    bench.vector(low)
    bench.intr()
    bench.finish()
    bench.acknowledged shouldBe 2
  }

  "INTR" should "be forgotten when the vector comes: it belongs to the time before" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, Step.compute(5000))))
    bench.intr()
    bench.intr()
    bench.vector(low)
    bench.acknowledged shouldBe 1
  }

  "NMI" should "be taken with IF=0 (CPU-006)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.CLI, work)))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.software.entered.toList shouldBe List("nmi")
  }

  it should "be remembered once while one is in service: ten inside a handler give one more" in {
    // CPU-005, KUT test_pending_nmi.
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.CLI, work)))
    bench.give(new CpuMessage.Nmi(0, 0))
    val ids = (1 to 10).map(n => InterruptId.of(3, 0, n.toLong))
    ids.foreach(bench.io.ledger.raised)
    ids.foreach(id => bench.give(new CpuMessage.Nmi(id, 0)))
    bench.software.entered.toList shouldBe List("nmi")
    bench.finish()
    bench.software.entered.toList shouldBe List("nmi", "nmi")
    bench.io.ledger.fate(Fate.COLLAPSED_LATCH) shouldBe 9
  }

  it should "not be taken again before IRET (CPU-007)" in {
    val handler = Seq(work, Step.compute(50), Step.IRET)
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.CLI, work), nmiHandler = handler))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.finish()
    bench.software.entered.size shouldBe 1
    bench.finish()
    bench.software.entered.size shouldBe 2
  }

  "SMI, NMI and INTR together" should "be taken in this order (CPU-004)" in {
    val read = Step.of(Step.Op.MMIO_READ, 0x1000, 0)
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work, read, work)))
    bench.finish()
    bench.intr()
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.give(new CpuMessage.Smi(0, 0))
    bench.give(new CpuMessage.Completion(1, 0))
    bench.finish()
    bench.finish()
    bench.vector(low)
    bench.software.entered.toList shouldBe List("smi", "nmi", s"vector $low")
  }

  "NMI in system management mode" should "wait for RSM (CPU-010)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.CLI, work)))
    bench.give(new CpuMessage.Smi(0, 0))
    bench.give(new CpuMessage.Nmi(0, 0))
    bench.software.entered.toList shouldBe List("smi")
    bench.finish()
    bench.software.entered.toList shouldBe List("smi", "nmi")
  }

  "INIT" should "reset the local APIC and wait for STARTUP (CPU-011)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work)))
    bench.give(new CpuMessage.Init(0, 0))
    bench.sent.last shouldBe new LapicMessage.Reset(false)
    bench.mode shouldBe "WAIT_FOR_SIPI"
  }

  it should "stay latched in system management mode (CPU-013)" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, work)))
    bench.give(new CpuMessage.Smi(0, 0))
    bench.give(new CpuMessage.Init(0, 0))
    bench.mode shouldBe "COMPUTE"
    bench.finish()
    bench.mode shouldBe "WAIT_FOR_SIPI"
  }

  "STARTUP" should "start a waiting core at its page, and be ignored by a running one" in {
    // CPU-014: so the second one of a pair does nothing.
    val bench = new CoreBench(new ScriptSoftware(null))
    bench.mode shouldBe "WAIT_FOR_SIPI"
    bench.give(new CpuMessage.Startup(0, 0, 0x9A))
    bench.give(new CpuMessage.Startup(0, 0, 0x9B))
    bench.software.entered.toList shouldBe List("start 0x9a")
  }

  "A task" should "run in task context, after the handlers" in {
    val bench = new CoreBench(new ScriptSoftware(Seq(Step.STI, Step.HALT)))
    bench.intr()
    bench.give(new CpuMessage.Task(1, 300, 0))
    bench.mode shouldBe "VECTOR"
    bench.vector(low)
    bench.mode shouldBe "COMPUTE"
  }

  "A core in the middle of a computation" should "go on the same after save and load" in {
    val steps = Seq(Step.STI, Step.compute(1000), Step.compute(500), Step.HALT)
    val bench = new CoreBench(new ScriptSoftware(steps))
    bench.io.advance(300)
    bench.intr()
    val codecs = new Codecs(java.util.List.of())
    val out = new StateWriter(codecs)
    bench.core.save(out)
    val copy = new CoreBench(new ScriptSoftware(steps))
    copy.io.alarms.clear()
    copy.core.load(new StateReader(out.toBytes, codecs))
    copy.io.advance(300)
    Seq(bench, copy).foreach(_.vector(low))
    copy.io.alarms.get(0).atPs shouldBe bench.io.alarms.get(0).atPs
  }
}
