package irqlab.answers

import irqlab.cpu.core.Step
import irqlab.protocol.MemoryMap
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers

import scala.jdk.CollectionConverters._

/** What specs of numbered cases share: chips are programmed and time passes as in the cases. */
abstract class CasesSpec extends AnyFlatSpec with Matchers {
  protected val LevelTriggered: Int = 1 << 15
  protected val Logical: Int = 1 << 11
  protected val Masked: Int = 1 << 16

  /** Longer than anything of these cases takes. */
  protected val settledPs: Long = 1000000000L

  protected def steps(steps: Step*): java.util.List[Move] = Moves.steps(steps: _*)

  protected def join(lists: java.util.List[Move]*): java.util.List[Move] = Moves.join(lists: _*)

  protected def act(action: => Unit): java.util.List[Move] = Moves.list(Move.act(() => action))

  protected def workNs(ns: Long): java.util.List[Move] = steps(Moves.workNs(ns))

  protected val endAndReturn: java.util.List[Move] = steps(Step.EOI, Step.IRET)

  protected def store(address: Long, value: Long): Step =
    Step.of(Step.Op.MMIO_WRITE, address, value)

  /** Writes an entry of the first IO-APIC: the high half, then the low one, each read back. */
  protected def entry(pin: Int, low: Int, destination: Int): java.util.List[Move] = {
    val page = MemoryMap.ioApic(0)
    steps(
      store(page, 0x11 + 2 * pin),
      store(page + 0x10, destination.toLong << 24),
      store(page, 0x10 + 2 * pin),
      store(page + 0x10, low & 0xFFFFFFFFL),
      Step.of(Step.Op.MMIO_READ, page + 0x10, 0))
  }

  /** Software that sets up entries, enables interrupts and works. */
  protected def programmed(entries: java.util.List[Move]*): java.util.List[Move] =
    join(join(entries: _*), steps(Step.STI), workNs(900000))

  protected def remoteIrr(machine: ScriptedMachine, pin: Int): Boolean =
    (machine.ioApic().value(s"rte[$pin]") & 1L << 14) != 0

  protected def trace(machine: ScriptedMachine): Seq[String] = machine.trace().asScala.toSeq
}
