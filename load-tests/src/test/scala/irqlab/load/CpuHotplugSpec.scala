package irqlab.load

import irqlab.observe.{Counter, Fate, Ledger}
import irqlab.protocol.ProtocolCodecs
import irqlab.runtime.{Board, TiePolicy}
import irqlab.scenario.{Scenario, ScenarioReader}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** CPUs that go offline and come back while interrupts flow: MOV-030 to MOV-032, VEC-033, E-35. */
@RunWith(classOf[JUnitRunner])
class CpuHotplugSpec extends AnyFlatSpec with Matchers {
  private val kernels = Table("kernel", "6.1", "6.12")
  private val Us = 1000000L
  private val Ms = 1000 * Us

  private def machine(kernel: String, cpus: Int, rest: String, stop: String = "after = 10ms") = s"""
    irqlab.format = 1
    scenario { name = hotplug, stop { $stop } }
    machine { cpus = $cpus, timing = ideal, tick = off, kernel = "$kernel" }
    $rest
    """

  // CPU 2 has one vector, so that what comes gets another number there than it had on CPU 1: an EOI
  // for the old number means nothing at the IO-APIC then.
  // A handler of 100 us on CPU 0 keeps CPU 1 standing still, with interrupts off, all that time.
  private val leaving = """
    legacy = [ { irq = 9, name = acpi, trigger = level, cpu = 1 } ]
    endpoints = [
      { name = slow, bdf = "00:03.0", kind = generic, vectors = [ s ], cpu { s = 0 }
        first-irq = 24, handler { cost = 100us } }
      { name = device, bdf = "00:04.0", kind = generic, vectors = [ a, b, c ]
        cpu { a = 1, b = 1, c = 1 }, first-irq = 30, handler { cost = 1us } }
      { name = other, bdf = "00:05.0", kind = generic, vectors = [ o ], cpu { o = 2 }
        first-irq = 40 }
    ]
    cpu-moves = [ { cpu = 1, at = 1ms, online = off } ]
    """

  "Vectors pending at a CPU that leaves" should "run once each on the new CPUs (E-35)" in {
    forAll(kernels) { kernel =>
      val run = new Experiment(machine(kernel, 3, leaving + """
        load = [ { on = slow, arrivals = "times(999us)" },
          { on = device, arrivals = "times(1050us)" } ]"""))
      run.counter(Counter.OFFLINE_RETRIGGERS) shouldBe 3
      run.counter(Counter.OFFLINE_MOVES) shouldBe 4
      (30 to 32).foreach { irq =>
        withClue(s"irq=$irq ") {
          run.counts(irq).sum shouldBe 1
          run.counts(irq)(1) shouldBe 0
        }
      }
      (0 to 2).foreach(n => run.row("pcie/device", n).fate(Fate.COLLAPSED_RETRIGGER) shouldBe 1)
    }
  }

  "A level interrupt sent again as edge" should "get its EOI at the IO-APIC (MOV-032)" in {
    forAll(kernels) { kernel =>
      val run = new Experiment(machine(kernel, 3, leaving + """
        load = [ { on = slow, arrivals = "times(999us)" },
          { on = acpi, arrivals = "times(1050us, 5ms)" } ]"""))
      run.counter(Counter.OFFLINE_RETRIGGERS) shouldBe 1
      (0 to 2).map(n => run.result.component(s"cpu/$n/core").valueOrZero("count.MIS")).sum shouldBe 1
      // Without the EOI the pin would stay silent for the second one.
      run.counts(9).sum shouldBe 2
    }
  }

  private val managed = """
    endpoints = [ { name = device, bdf = "00:04.0", kind = generic, vectors = [ a, b ]
      affinity = managed, first-irq = 24, handler { cost = 1us } } ]
    """

  "A managed interrupt without a CPU" should "wait in the PBA and send one message later" in {
    forAll(kernels) { kernel =>
      val run = new Experiment(machine(kernel, 2, managed + """
        load = [ { on = device, queues = b, arrivals = "times(1ms, 5ms, 6ms, 7ms)" } ]
        cpu-moves = [ { cpu = 1, at = 2ms, online = off }, { cpu = 1, at = 8ms, online = on } ]"""))
      run.counts(25) shouldBe Seq(0, 2)
      run.row("pcie/device", 1).fate(Fate.HANDLED) shouldBe 2
      run.row("pcie/device", 1).fate(Fate.COLLAPSED_PBA) shouldBe 2
      run.kernel.valueOrZero("irq.25.shut_down") shouldBe 0
      run.kernel.text("irq.25.smp_affinity") shouldBe "2"
    }
  }

  it should "be shut down and keep its mask while its CPU is away" in {
    forAll(kernels) { kernel =>
      val run = new Experiment(machine(kernel, 2, managed + """
        load = [ { on = device, queues = b, arrivals = "times(1ms, 5ms)" } ]
        cpu-moves = [ { cpu = 1, at = 2ms, online = off } ]"""))
      run.counts(25) shouldBe Seq(0, 1)
      run.kernel.valueOrZero("irq.25.shut_down") shouldBe 1
      run.kernel.text("irq.25.smp_affinity") shouldBe "2"
      run.kernel.text("irq.25.effective_affinity") shouldBe "1"
      run.kernel.valueOrZero("cpu.1.online") shouldBe 0
    }
  }

  "An interrupt whose mask has no CPU left" should "get all that are online, for good" in {
    forAll(kernels) { kernel =>
      val run = new Experiment(machine(kernel, 3, """
        endpoints = [ { name = device, bdf = "00:04.0", kind = generic, vectors = [ a ]
          cpu { a = 2 }, first-irq = 24, handler { cost = 1us } } ]
        load = [ { on = device, arrivals = "times(1ms, 5ms, 9ms)" } ]
        cpu-moves = [ { cpu = 2, at = 2ms, online = off }, { cpu = 2, at = 7ms, online = on } ]"""))
      run.counts(24) shouldBe Seq(0, 2, 1)
      run.kernel.text("irq.24.smp_affinity") shouldBe "3"
    }
  }

  "A mask that waits" should "be used by the CPU that leaves if it can be" in {
    forAll(kernels) { kernel =>
      val run = new Experiment(machine(kernel, 3, """
        endpoints = [ { name = device, bdf = "00:04.0", kind = generic, vectors = [ a ]
          cpu { a = 2 }, first-irq = 24, handler { cost = 1us } } ]
        load = [ { on = device, arrivals = "times(1ms, 5ms)" } ]
        affinity-moves = [ { irq = 24, at = 1500us, to = "1" } ]
        cpu-moves = [ { cpu = 2, at = 2ms, online = off } ]"""))
      run.counts(24) shouldBe Seq(0, 1, 1)
      run.kernel.text("irq.24.smp_affinity") shouldBe "2"
    }
  }

  private def busy(seed: Long, kernel: String): Scenario = {
    val moves = (1 to 40).map(n => s"""{ irq = 40, at = ${n * 300}us, to = "${n % 4}" }""")
    ScenarioReader.parse("busy.conf", s"""
      irqlab.format = 1
      scenario { name = busy, seed = $seed, stop { after = 20ms } }
      machine { cpus = 4, kernel = "$kernel", tick = 1ms }
      legacy = [ { irq = 9, name = acpi, trigger = level } ]
      endpoints = [
        { name = nvme0, bdf = "00:04.0", kind = nvme, msi-x = 5, queues = 4, admin-irq = 24,
          affinity = managed, handler { cost = 1us, jitter = "exp(300ns)", drain = 100ns } }
        { name = net0, bdf = "00:05.0", kind = generic, msi-x = 1, first-irq = 40
          handler { cost = 2us } }
      ]
      load = [
        { on = nvme0, queues = "q1-q4", arrivals = "poisson(100k/s)" }
        { on = net0, arrivals = "poisson(200k/s)" }
        { on = acpi, arrivals = "poisson(20k/s)" }
        { ipi = reschedule, from = all, to = random, arrivals = "poisson(20k/s)" }
      ]
      affinity-moves = [ ${moves.mkString("\n")} ]
      cpu-moves = [
        { cpu = 2, at = 2ms, online = off }, { cpu = 1, at = 2100us, online = off }
        { cpu = 2, at = 6ms, online = on }, { cpu = 3, at = 6100us, online = off }
        { cpu = 1, at = 12ms, online = on }, { cpu = 3, at = 12ms, online = on }
      ]
      """)
  }

  "CPUs that go and come under load" should "leave no interrupt unaccounted for" in {
    forAll(Table(("seed", "kernel"), (1L, "6.1"), (2L, "6.12"), (3L, "6.1"), (4L, "6.12"),
      (5L, "6.1"), (6L, "6.12"))) { (seed, kernel) =>
      val result = BoardRun.run(busy(seed, kernel), RunWatch.NONE)
      result.ledger.balanced shouldBe true
      (0 to 3).foreach(n => result.component("kernel").valueOrZero(s"cpu.$n.online") shouldBe 1)
      result.ledger.counter(Counter.INIT_DEASSERTS) shouldBe 6
      // The net device is not managed: whatever was pending at a CPU that left ran elsewhere.
      val net = result.ledger.find(result.paths.indexOf("pcie/net0"), 0)
      Fate.values.filter(_.lost).map(net.fate).sum shouldBe 0
    }
  }

  they should "give the digest that they give without a checkpoint in their middle" in {
    def board(seed: Long, kernel: String): Board =
      new Board(Machines.plan(busy(seed, kernel)), ProtocolCodecs.all(), seed, TiePolicy.ID,
        new Ledger)
    // Boot takes about 340 us; a CPU leaves from 2 ms after it, and comes from 6 ms after it.
    forAll(Table(("seed", "kernel", "stopped at"), (1L, "6.1", 2341 * Us + 7),
      (2L, "6.12", 2900 * Us + 11), (3L, "6.1", 3370 * Us + 3), (4L, "6.12", 6360 * Us + 1))) {
      (seed, kernel, stopped) =>
        val whole = board(seed, kernel)
        whole.start()
        whole.runBefore(15 * Ms)
        val first = board(seed, kernel)
        first.start()
        first.runBefore(stopped)
        val second = board(seed, kernel)
        second.load(first.save())
        second.runBefore(15 * Ms)
        second.digest shouldBe whole.digest
    }
  }
}
