package irqlab.cpu.linux

import irqlab.cpu.core.{Step, Steps}
import irqlab.topology.Topology
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class BootProgramSpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  import Step.Op._

  /** What a CPU does up to and with its first call of the kernel, which says that it is online. */
  private def untilOnline(mode: String, cpu: Int): Seq[Step.Op] = {
    val topology = Topology.parse(s"machine { cpus = 3, lapic { mode = $mode } }")
    val program = new BootProgram(LinuxConfig.of(topology, 1000), cpu)
    // None of these steps looks at its core, or at an answer.
    val steps = LazyList.continually(Steps.op(program.resume(null, 0)))
    steps.takeWhile(_ != CALL).toList :+ CALL
  }

  // Live, a message to the root complex and one to the kernel have no common order: without the two
  // reads a device was let go before the root complex knew the CPU, and its interrupt had no route.
  "A CPU" should "be online when its local APIC, then the root complex, has answered" in {
    forAll(Table(("mode", "cpu", "write", "read"),
      ("xapic", 0, LAPIC_WRITE, LAPIC_READ), ("xapic", 2, LAPIC_WRITE, LAPIC_READ),
      ("x2apic", 0, MSR_WRITE, MSR_READ), ("x2apic", 2, MSR_WRITE, MSR_READ))) {
      (mode, cpu, write, read) =>
        val steps = untilOnline(mode, cpu)
        steps.takeRight(3) shouldBe Seq(read, CONFIG_READ, CALL)
        steps.dropRight(3).toSet shouldBe Set(write)
    }
  }
}
