package irqlab.load

import irqlab.observe.{Counter, Fate, Ledger}
import irqlab.protocol.{CpuMessage, ProtocolCodecs}
import irqlab.runtime.{Board, TiePolicy}
import irqlab.scenario.ScenarioReader
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** How CPU 0 starts the others: BOOT-001 to BOOT-007, E-93, E-94. */
@RunWith(classOf[JUnitRunner])
class CpuStartSpec extends AnyFlatSpec with Matchers {
  private val Us = 1000000L
  private val Ms = 1000 * Us
  // Entries of a local APIC's own raises: 256 and the delivery mode.
  private val Init = 256 + 5
  private val Startup = 256 + 6

  private def text(cpus: Int, kernel: String, boot: String, mode: String) = s"""
    irqlab.format = 1
    scenario { name = start, stop { after = 1ms } }
    machine { cpus = $cpus, kernel = "$kernel", boot = $boot, tick = 1ms, lapic.mode = $mode }
    endpoints = [ { name = device, bdf = "00:04.0", kind = generic, msi-x = 1, first-irq = 24 } ]
    load = [ { on = device, arrivals = "every(100us)" } ]
    """

  private def board(cpus: Int, boot: String): Board = {
    val scenario = ScenarioReader.parse("start.conf", text(cpus, "6.1", boot, "xapic"))
    val made =
      new Board(Machines.plan(scenario), ProtocolCodecs.all(), 1, TiePolicy.ID, new Ledger)
    made.start()
    made
  }

  private def core(board: Board, cpu: Int): Snapshot = {
    val shown = new Snapshot
    board.inspect(s"cpu/$cpu/core", shown)
    shown
  }

  "CPU 0" should "send each other CPU one INIT, one de-assert and two STARTUPs (E-93)" in {
    forAll(Table(("cpus", "kernel", "boot", "mode"), (1, "6.1", "modern", "xapic"),
      (2, "6.1", "modern", "xapic"), (9, "6.12", "modern", "xapic"), (4, "6.12", "modern", "x2apic"),
      (20, "6.1", "modern", "x2apic"), (3, "6.1", "legacy", "xapic"),
      (3, "6.12", "legacy", "x2apic"))) { (cpus, kernel, boot, mode) =>
      val run = new Experiment(text(cpus, kernel, boot, mode))
      val others = cpus - 1L
      Option(run.row("cpu/0/lapic", Init)).fold(0L)(_.raised) shouldBe others
      Option(run.row("cpu/0/lapic", Startup)).fold(0L)(_.raised) shouldBe 2 * others
      run.counter(Counter.INIT_DEASSERTS) shouldBe others
      val direct = new Experiment(text(cpus, kernel, "direct", mode))
      val least = if (boot == "modern") 40 * Us else 11 * Ms
      (run.result.bootPs - direct.result.bootPs) should be >= others * least
      (run.result.bootPs - direct.result.bootPs) should be <= others * least * 3 / 2
    }
  }

  "A started CPU" should "begin at its page times 4096 and come online" in {
    forAll(Table("kernel", "6.1", "6.12")) { kernel =>
      val run = new Experiment(text(4, kernel, "modern", "xapic"))
      (1 to 3).foreach { cpu =>
        run.result.component(s"cpu/$cpu/core").valueOrZero("start.address") shouldBe 0x99000
        run.kernel.valueOrZero(s"cpu.$cpu.online") shouldBe 1
      }
    }
  }

  it should "ignore the second STARTUP (E-94)" in {
    val run = new Experiment(text(4, "6.1", "modern", "xapic"))
    val row = run.row("cpu/0/lapic", Startup)
    row.fate(Fate.HANDLED) shouldBe 3
    row.fate(Fate.IGNORED) shouldBe 3
  }

  "A STARTUP before any INIT" should "start nothing (E-94)" in {
    // CPU 0 needs 11 ms for each CPU, so after 1 ms CPU 3 has had no INIT.
    val machine = board(4, "legacy")
    machine.runBefore(1 * Ms)
    machine.inject("cpu/3/core", new CpuMessage.Startup(0, machine.nowPs, 0x42))
    machine.runBefore(2 * Ms)
    core(machine, 3).text("mode") shouldBe "HALTED"
    core(machine, 3).valueOrZero("start.address") shouldBe 0
  }

  "A CPU after INIT" should "wait for STARTUP" in {
    val machine = board(4, "legacy")
    machine.runBefore(1 * Ms)
    core(machine, 1).text("mode") shouldBe "WAIT_FOR_SIPI"
    core(machine, 2).text("mode") shouldBe "HALTED"
  }

  "Boot" should "give the digest that it gives without a checkpoint in its middle" in {
    // INIT under way, between the two STARTUPs, the last CPU not yet online.
    forAll(Table("stopped at", 3 * Us + 7, 31 * Us + 5, 55 * Us + 3, 100 * Us + 1)) { stopped =>
      val whole = board(4, "modern")
      whole.runBefore(2 * Ms)
      val first = board(4, "modern")
      first.runBefore(stopped)
      val second = board(4, "modern")
      second.load(first.save())
      second.runBefore(2 * Ms)
      second.digest shouldBe whole.digest
    }
  }
}
