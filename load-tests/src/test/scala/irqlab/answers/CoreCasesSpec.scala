package irqlab.answers

import irqlab.cpu.core.Step
import org.junit.runner.RunWith
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Numbered cases of cores with their local APICs. */
@RunWith(classOf[JUnitRunner])
class CoreCasesSpec extends CasesSpec {
  "T-011 an NMI stream at a CPU that loops over STI and the next instruction" should
    "never return to the instruction right after STI" in {
      // CPU-008: STI and the step after it are one reaction of the core, and must stay so for NMI.
      // The stream's period is prime to the loop's, so that it meets each place of it.
      val machine = new ScriptedMachine("cpus = 1")
      val rounds = 4000
      var between = false
      var hits = 0
      val loop = join(
        steps(Step.CLI), workNs(3), act { between = true }, steps(Step.STI), act { between = false },
        workNs(4))
      machine.cpu(0).handler(2, join(act(if (between) hits += 1), steps(Step.IRET)))
      machine.cpu(0).main(join(Seq.fill(rounds)(loop): _*))
      machine.start()
      (1 to rounds).foreach { _ =>
        machine.message(0xFEE00000L, 0x400)
        machine.run(11003)
      }
      hits shouldBe 0
      machine.count("cpu0 nmi") should be > rounds / 2
    }

  "T-012 NMI to oneself while another CPU sends NMI and 0x44" should
    "be two NMIs by the time 0x44 is seen" in {
      // The first comes before, in, and after the run of the other's handler.
      forAll(Table("delay of the other CPU, ns", (0L to 2000L by 20L): _*)) { delay =>
        val machine = new ScriptedMachine("cpus = 2")
        var nmis = -1
        machine.cpu(0).handler(2, join(workNs(100), steps(Step.IRET)))
        machine.cpu(0).handler(
          0x44, join(act { nmis = machine.count("cpu0 nmi") }, endAndReturn))
        machine.cpu(0).main(
          join(
            steps(Step.CLI), workNs(1000), Moves.ipi(0, Moves.NMI), workNs(3000),
            steps(Step.STI), workNs(10000)))
        machine.cpu(1).main(
          join(workNs(1 + delay), Moves.ipi(0, Moves.NMI), Moves.ipi(0, Moves.FIXED | 0x44)))
        machine.start().run(settledPs)
        nmis shouldBe 2
        machine.count("cpu0 nmi") shouldBe 2
      }
    }

  "T-013 ten NMIs to oneself in the NMI handler" should "be two in all" in {
    val machine = new ScriptedMachine("cpus = 1")
    val ten = join(Seq.fill(10)(join(Moves.ipi(0, Moves.NMI), workNs(1000))): _*)
    machine.cpu(0).handler(
      2,
      join(
        Moves.list((core, _) => Step.compute(if (machine.count("cpu0 nmi") == 1) 1 else 0)),
        Moves.list((_, _) =>
          if (machine.count("cpu0 nmi") == 1) Step.run(new Once(ten)) else Step.compute(0)),
        steps(Step.IRET)))
    machine.cpu(0).main(join(workNs(10), Moves.ipi(0, Moves.NMI), workNs(100000)))
    machine.start().run(settledPs)
    machine.count("cpu0 nmi") shouldBe 2
  }

  "T-040 IPIs 32 and 33 with IF=0, then STI, NOP, CLI" should "both be delivered" in {
    val machine = new ScriptedMachine("cpus = 1")
    // EOI is posted: the local APIC has raised INTR again by the time the handler returns.
    machine.cpu(0).handler(33, join(steps(Step.EOI), workNs(100), steps(Step.IRET)))
    machine.cpu(0).main(join(
      steps(Step.CLI), Moves.self(32), Moves.self(33), workNs(1000),
      steps(Step.STI, Step.compute(1), Step.CLI), workNs(1000)))
    machine.start().run(settledPs)
    trace(machine) shouldBe Seq("cpu0 0x21", "cpu0 0x20")
  }

  "T-041 STI and INT 33 with IPI 32 pending" should "run 33 first, then 32" in {
    val machine = new ScriptedMachine("cpus = 1")
    machine.cpu(0).handler(33, steps(Step.IRET))
    machine.cpu(0).main(join(
      steps(Step.CLI), Moves.self(32), workNs(1000), steps(Step.STI, Step.interrupt(33)),
      workNs(1000)))
    machine.start().run(settledPs)
    trace(machine) shouldBe Seq("cpu0 0x21", "cpu0 0x20")
  }

  "T-042 IPIs 32 and 62 under TPR 0xF0, then 0x20, then 0" should "be 62, and at 0 be 32" in {
    val machine = new ScriptedMachine("cpus = 1")
    var seen = Seq.empty[Seq[String]]
    def note = join(workNs(5000), act(seen :+= trace(machine)))
    machine.cpu(0).main(join(
      steps(Moves.taskPriority(0xF0), Step.STI), Moves.self(32), Moves.self(62), note,
      steps(Moves.taskPriority(0x20)), note, steps(Moves.taskPriority(0)), note))
    machine.start().run(settledPs)
    seen shouldBe Seq(Nil, Seq("cpu0 0x3e"), Seq("cpu0 0x3e", "cpu0 0x20"))
  }

  "T-043 an NMI in an NMI" should "be taken after IRET, also when the IRET faults" in {
    forAll(
      Table(
        ("how the first returns", "entered"),
        (steps(Step.IRET), Seq("cpu0 nmi", "cpu0 nmi")),
        (
          steps(Step.IRET_FAULTING, Step.IRET),
          Seq("cpu0 nmi", "cpu0 exception 14", "cpu0 nmi")))) { (back, entered) =>
      val machine = new ScriptedMachine("cpus = 1")
      var before = 0
      machine.cpu(0).exception(14, steps(Step.IRET))
      machine.cpu(0).handler(
        2,
        join(
          Moves.list((_, _) =>
            if (machine.count("cpu0 nmi") == 1) Step.run(new Once(Moves.ipi(0, Moves.NMI)))
            else Step.IRET),
          workNs(5000),
          act { before = machine.count("cpu0 nmi") },
          back))
      machine.cpu(0).main(join(workNs(10), Moves.ipi(0, Moves.NMI), workNs(100000)))
      machine.start().run(settledPs)
      before shouldBe 1
      trace(machine) shouldBe entered
    }
  }

  "T-044 INIT by port 0x92, keyboard, its output port, 0xCF9 or the boot CPU itself" should
    "restart the boot CPU at its reset vector, which is no reset of the machine" in {
      // The others get the wire too, and wait for STARTUP; an IPI to oneself reaches nobody else.
      val ports = "WAIT_FOR_SIPI"
      forAll(
        Table(
          ("way", "mode of the other"),
          (steps(Moves.out(0x92, 0), Moves.out(0x92, 1)), ports),
          (steps(Moves.out(0x64, 0xFE)), ports),
          (steps(Moves.out(0x64, 0xD1), Moves.out(0x60, 0xDE)), ports),
          (steps(Moves.out(0xCF9, 0), Moves.out(0xCF9, 4)), ports),
          (Moves.ipi(0, Moves.INIT), "COMPUTE"))) { (way, other) =>
        val machine = new ScriptedMachine("cpus = 2")
        machine.cpu(0).main(
          join(steps(Moves.taskPriority(0x50)), entry(14, 0x71, 0), way, workNs(1000)))
        machine.cpu(0).reset(workNs(1000))
        machine.cpu(1).main(programmed())
        machine.start().run(100000000L)
        trace(machine) shouldBe Seq("cpu0 reset")
        machine.lapic(0).value("tpr") shouldBe 0
        machine.core(1).text("mode") shouldBe other
        machine.ioApic().value("rte[14]") shouldBe 0x71
      }
    }

  it should "not happen by what only looks like it" in {
    forAll(
      Table(
        "ports",
        steps(Moves.out(0x92, 2)),
        steps(Moves.out(0x64, 0xD1), Moves.out(0x60, 0xDF)),
        steps(Moves.out(0x64, 0xD1), Moves.out(0x64, 0x20), Moves.out(0x60, 0)),
        steps(Moves.out(0xCF9, 2), Moves.out(0xCF9, 6)))) { way =>
      val machine = new ScriptedMachine("cpus = 1")
      machine.cpu(0).main(join(way, workNs(1000))).reset(workNs(1000))
      machine.start().run(settledPs)
      trace(machine) shouldBe Nil
    }
  }

  "T-045 a function-call IPI to each CPU" should "run on the right one, n of n" in {
    val cpus = 8
    val machine = new ScriptedMachine(s"cpus = $cpus")
    machine.cpu(0).main(join(
      Seq(steps(Step.STI), workNs(1000)) ++
        (1 until cpus).map(cpu => join(Moves.ipi(cpu, Moves.FIXED | 0xFB), workNs(5000))): _*))
    machine.start().run(settledPs)
    trace(machine) shouldBe (1 until cpus).map(cpu => s"cpu$cpu 0xfb")
    machine.balanced() shouldBe true
  }

  "T-006 a self IPI 0xF1" should "run its handler exactly once, in xAPIC and in x2APIC" in {
    val selfIpiMsr = Step.of(Step.Op.MSR_WRITE, 0x83F, 0xF1)
    val x2End = steps(Step.of(Step.Op.MSR_WRITE, 0x80B, 0), Step.IRET)
    forAll(
      Table(
        ("mode", "send", "handler"),
        ("xapic", Moves.self(0xF1), endAndReturn),
        ("x2apic", steps(selfIpiMsr), x2End))) { (mode, send, handler) =>
      val machine = new ScriptedMachine(s"cpus = 1, lapic.mode = $mode")
      machine.cpu(0).handler(0xF1, handler)
      machine.cpu(0).main(join(steps(Step.STI), workNs(100), send, workNs(10000)))
      machine.start().run(settledPs)
      trace(machine) shouldBe Seq("cpu0 0xf1")
      machine.lapic(0).bits("isr").isEmpty shouldBe true
    }
  }

  "T-007 all including self" should "run the handler of each CPU exactly once" in {
    val machine = new ScriptedMachine("cpus = 4")
    machine.cpu(0).main(join(
      steps(Step.STI), workNs(1000), Moves.ipi(0, Moves.FIXED | 2 << 18 | 0xF1), workNs(10000)))
    machine.start().run(settledPs)
    trace(machine).sorted shouldBe (0 to 3).map(cpu => s"cpu$cpu 0xf1")
  }

  /** A script that returns to who ran it. */
  private final class Once(moves: java.util.List[Move]) extends irqlab.cpu.core.Program {
    private var at = 0

    override def resume(core: irqlab.cpu.core.CoreView, answer: Long): Step = {
      at += 1
      if (at <= moves.size) moves.get(at - 1).next(core, answer) else Step.RETURN
    }

    override def kind(): Int = 2

    override def save(out: irqlab.runtime.StateWriter): Unit = out.putInt(at)
  }
}
