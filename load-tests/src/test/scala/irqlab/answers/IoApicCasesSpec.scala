package irqlab.answers

import irqlab.cpu.core.Step
import org.junit.runner.RunWith
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Numbered cases of an IO-APIC with the CPUs that it interrupts. */
@RunWith(classOf[JUnitRunner])
class IoApicCasesSpec extends CasesSpec {
  // Between two actions of a device: longer than a handler, shorter than the main script.
  private val pausePs = 10000000L

  /** One CPU with one pin, programmed and idle. */
  private def onePin(low: Int, handler: ScriptedMachine => java.util.List[Move]) = {
    val machine = new ScriptedMachine("cpus = 1")
    machine.cpu(0).main(programmed(entry(14, low, 0))).handler(low & 0xff, handler(machine))
    machine.start().run(pausePs)
  }

  private def lower(machine: ScriptedMachine, pin: Int = 14) = act(machine.pin(pin, false))

  "T-020 software that writes the version" should "change nothing, and of the id only 27:24" in {
    val page = irqlab.protocol.MemoryMap.ioApic(0)
    def written(register: Int) = steps(
      store(page, register),
      store(page + 0x10, 0xFFFFFFFFL),
      Step.of(Step.Op.MMIO_READ, page + 0x10, 0))
    def readBack(register: Int) =
      steps(store(page, register), Step.of(Step.Op.MMIO_READ, page + 0x10, 0))
    val machine = new ScriptedMachine("cpus = 1")
    machine
      .cpu(0)
      .main(join(written(1), written(0), readBack(2), written(2), readBack(2), workNs(1)))
    machine.start().run(settledPs)
    val read = machine.cpu(0).answers()
    read.get(2) shouldBe 0x00170020L
    read.get(5) shouldBe 0x0F000000L
    read.get(7) shouldBe 0x0F000000L
    read.get(10) shouldBe 0x0F000000L
    read.get(12) shouldBe 0x0F000000L
  }

  "T-021 an edge, and a level that its handler lowers" should "be one interrupt each" in {
    forAll(Table("trigger", 0, LevelTriggered)) { trigger =>
      val machine = onePin(trigger | 0x71, m => join(lower(m), workNs(100), endAndReturn))
      machine.pin(14, true)
      machine.run(settledPs)
      trace(machine) shouldBe Seq("cpu0 0x71")
    }
  }

  "T-022 0x66 and then 0x78 with IF=0" should "run 0x78 first, at one interrupted place" in {
    val machine = new ScriptedMachine("cpus = 1")
    val places = collection.mutable.Buffer.empty[Long]
    def noted(vector: Int) = machine.cpu(0).handler(
      vector, join(act(places += machine.core(0).value("stack.depth")), endAndReturn))
    noted(0x66)
    noted(0x78)
    def pulse(pin: Int) =
      join(act(machine.pin(pin, true)), workNs(100), act(machine.pin(pin, false)), workNs(2000))
    machine.cpu(0).main(join(
      entry(15, 0x66, 0), entry(14, 0x78, 0), pulse(15), pulse(14), steps(Step.STI), workNs(1000)))
    machine.start().run(settledPs)
    trace(machine) shouldBe Seq("cpu0 0x78", "cpu0 0x66")
    // The second is entered when the first has returned, above the same program.
    places.toSeq shouldBe Seq(2L, 2L)
  }

  "T-023 low, high and low again inside a handler" should "be one interrupt in all" in {
    val machine = onePin(
      LevelTriggered | 0x71,
      m => join(
        lower(m), workNs(1000), act(m.pin(14, true)), workNs(1000), lower(m), workNs(1000),
        endAndReturn))
    machine.pin(14, true)
    machine.run(settledPs)
    trace(machine) shouldBe Seq("cpu0 0x71")
  }

  "T-024 a line that is set twice, its handler lowering it" should "be two interrupts" in {
    val machine = onePin(LevelTriggered | 0x71, m => join(lower(m), workNs(1000), endAndReturn))
    machine.pin(14, true)
    machine.run(pausePs)
    machine.pin(14, true)
    machine.run(settledPs)
    trace(machine) shouldBe Seq("cpu0 0x71", "cpu0 0x71")
  }

  "T-025 a line that is high over the first EOI" should "be a second interrupt" in {
    val machine = new ScriptedMachine("cpus = 1")
    machine
      .cpu(0)
      .main(programmed(entry(14, LevelTriggered | 0x71, 0)))
      .handler(
        0x71,
        join(
          act(if (machine.count("cpu0 0x71") == 2) machine.pin(14, false)),
          workNs(1000),
          endAndReturn))
    machine.start().run(pausePs).pin(14, true)
    machine.run(settledPs)
    machine.count("cpu0 0x71") shouldBe 2
  }

  "T-026 an edge while masked" should "be lost, also at the unmask; a new edge is taken" in {
    val machine = new ScriptedMachine("cpus = 1")
    def pulse = join(act(machine.pin(14, true)), workNs(100), act(machine.pin(14, false)))
    var seen = Seq.empty[Int]
    def note = join(workNs(5000), act(seen :+= machine.count("cpu0 0x71")))
    machine.cpu(0).main(join(
      entry(14, Masked | 0x71, 0), steps(Step.STI), pulse, note, entry(14, 0x71, 0), note, pulse,
      note))
    machine.start().run(settledPs)
    seen shouldBe Seq(0, 0, 1)
  }

  "T-027 a level while masked" should "wait, and be taken at the unmask" in {
    val machine = new ScriptedMachine("cpus = 1")
    var seen = Seq.empty[Int]
    def note = join(workNs(5000), act(seen :+= machine.count("cpu0 0x71")))
    machine.cpu(0).handler(0x71, join(lower(machine), workNs(1000), endAndReturn))
    machine.cpu(0).main(join(
      entry(14, Masked | LevelTriggered | 0x71, 0), steps(Step.STI), act(machine.pin(14, true)),
      note, entry(14, LevelTriggered | 0x71, 0), note))
    machine.start().run(settledPs)
    seen shouldBe Seq(0, 1)
  }

  "T-028 a handler that masks, then EOI, with the line high" should "run again at the unmask" in {
    val machine = new ScriptedMachine("cpus = 1")
    var seen = Seq.empty[Int]
    def note = join(workNs(20000), act(seen :+= machine.count("cpu0 0x71")))
    machine.cpu(0).handler(
      0x71,
      join(
        act(if (machine.count("cpu0 0x71") == 2) machine.pin(14, false)),
        entry(14, Masked | LevelTriggered | 0x71, 0),
        endAndReturn))
    machine.cpu(0).main(join(
      entry(14, LevelTriggered | 0x71, 0), steps(Step.STI), act(machine.pin(14, true)), note,
      entry(14, LevelTriggered | 0x71, 0), note))
    machine.start().run(settledPs)
    seen shouldBe Seq(1, 2)
  }

  "T-029 edge, level, level, edge on one vector" should "show in TMR, from any CPU" in {
    forAll(Table("CPU that is interrupted", 0, 1)) { cpu =>
      val machine = new ScriptedMachine("cpus = 2")
      var before = Seq.empty[Int]
      var inside = Seq.empty[Int]
      def tmr = machine.lapic(cpu).bits("tmr").size
      machine.cpu(cpu).handler(
        0x71, join(act(inside :+= tmr), act(machine.pin(14, false)), workNs(1000), endAndReturn))
      def once(trigger: Int) = join(
        entry(14, trigger | 0x71, cpu), act(before :+= tmr), act(machine.pin(14, true)),
        workNs(20000))
      machine.cpu(1).main(programmed())
      machine.cpu(0).main(join(
        steps(Step.STI), once(0), once(LevelTriggered), once(LevelTriggered), once(0)))
      machine.start().run(settledPs)
      before shouldBe Seq(0, 0, 1, 1)
      inside shouldBe Seq(0, 1, 1, 0)
    }
  }

  "T-030 a handler that raises a higher line and rewrites both destinations" should
    "return before the higher one runs, and no remote IRR stay" in {
      val machine = new ScriptedMachine("cpus = 2")
      var remote = Seq.empty[String]
      machine.cpu(1).main(programmed())
      machine.cpu(0).main(
        programmed(entry(13, LevelTriggered | 0x64, 0), entry(14, LevelTriggered | 0x84, 0)))
      machine.cpu(0).handler(
        0x64,
        join(
          act(machine.pin(14, true)), workNs(2000), entry(13, LevelTriggered | 0x64, 1),
          entry(14, LevelTriggered | 0x84, 1), lower(machine, 13), workNs(2000),
          act(remote :+= trace(machine).last), endAndReturn))
      machine.cpu(0).handler(0x84, join(lower(machine), workNs(1000), endAndReturn))
      machine.start().run(pausePs).pin(13, true)
      machine.run(settledPs)
      remote shouldBe Seq("cpu0 0x64")
      trace(machine) shouldBe Seq("cpu0 0x64", "cpu0 0x84")
      remoteIrr(machine, 13) shouldBe false
      remoteIrr(machine, 14) shouldBe false
    }

  "T-031 a level to the other CPU" should "be handled there, and remote IRR end 0" in {
    val machine = new ScriptedMachine("cpus = 2")
    machine.cpu(0).main(programmed(entry(14, LevelTriggered | 0x71, 1)))
    machine.cpu(1).main(programmed())
    machine.cpu(1).handler(0x71, join(lower(machine), workNs(1000), endAndReturn))
    machine.start().run(pausePs).pin(14, true)
    machine.run(settledPs)
    trace(machine) shouldBe Seq("cpu1 0x71")
    remoteIrr(machine, 14) shouldBe false
  }

  "T-032 a level to the logical destination 0b1101" should "run three handlers" in {
    val machine = new ScriptedMachine("cpus = 4")
    machine.cpu(0).main(programmed(entry(14, Logical | LevelTriggered | 0x71, 0xD)))
    (1 to 3).foreach(machine.cpu(_).main(programmed()))
    (0 to 3).foreach(
      machine.cpu(_).handler(0x71, join(lower(machine), workNs(2000), endAndReturn)))
    machine.start().run(pausePs).pin(14, true)
    machine.run(settledPs)
    trace(machine).sorted shouldBe Seq("cpu0 0x71", "cpu2 0x71", "cpu3 0x71")
    remoteIrr(machine, 14) shouldBe false
  }

  "T-091 an EOI of a level vector" should "open its pin for the next assertion, each time" in {
    // The line falls after the first run, so that a lost EOI would show as a pin that stays shut.
    val machine = onePin(LevelTriggered | 0x71, m => join(lower(m), workNs(1000), endAndReturn))
    forAll(Table("run", 1, 2, 3)) { run =>
      machine.pin(14, true)
      machine.run(pausePs)
      machine.count("cpu0 0x71") shouldBe run
    }
  }

  "T-093 0xFEE01000 with 0xF1" should "be 0xF1 at local APIC 1" in {
    val machine = new ScriptedMachine("cpus = 2").start().run(pausePs)
    machine.message(0xFEE01000L, 0xF1)
    machine.run(settledPs)
    trace(machine) shouldBe Seq("cpu1 0xf1")
  }

  it should "with lowest priority go where the task priority is lowest" in {
    val machine = new ScriptedMachine("cpus = 3")
    Seq(0x40, 0x20, 0x30).zipWithIndex.foreach { case (priority, cpu) =>
      machine.cpu(cpu).main(join(steps(Moves.taskPriority(priority)), programmed()))
    }
    machine.start().run(pausePs)
    // Redirection hint and logical mode, all three bits; delivery mode 1.
    machine.message(0xFEE0700CL, 0x1F1)
    machine.run(settledPs)
    trace(machine) shouldBe Seq("cpu1 0xf1")
  }

  it should "have the EOI of a level let the pin look at its line again" in {
    val machine = onePin(LevelTriggered | 0x71, m => join(lower(m), workNs(1000), endAndReturn))
    machine.pin(14, true)
    machine.run(settledPs)
    machine.ioApic().bits("line").isEmpty shouldBe true
    remoteIrr(machine, 14) shouldBe false
  }
}
