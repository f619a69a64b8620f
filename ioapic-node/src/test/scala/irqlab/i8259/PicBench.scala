package irqlab.i8259

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol.{IoApicMessage, LapicMessage, PicMessage, RootComplexMessage}
import irqlab.recorded.Registers
import irqlab.runtime.{Message, RecordingIo}

import scala.jdk.CollectionConverters._

/** A pair of 8259A with two CPUs, programmed as a PC's firmware does unless told otherwise. */
class PicBench(cpus: Int = 2) {
  val io = new RecordingIo[PicMessage]
  val chip = new I8259(
    9,
    RecordingIo.bus[LapicMessage](cpus),
    RecordingIo.port[IoApicMessage]("ioapic/0"),
    RecordingIo.port[RootComplexMessage]("root")
  )
  private var raises = 0L

  /** Number of the last raise. */
  def lastRaise: Long = raises

  def out(port: Int, values: Int*): Unit =
    values.foreach(v => chip.on(new PicMessage.PortWrite(port, v), io))

  def in(port: Int, cpu: Int = 0): Int = {
    chip.on(new PicMessage.PortRead(cpu, 5, port), io)
    messages.collect { case d: RootComplexMessage.ReadDone => d.value.toInt }.last
  }

  /** ICW1 to ICW4 and an open mask for both chips; bases 0x20 and 0x28. */
  def init(masterIcw4: Int = 1, slaveIcw4: Int = 1): this.type = {
    out(0x20, 0x11)
    out(0x21, 0x20, 0x04, masterIcw4, 0x00)
    out(0xa0, 0x11)
    out(0xa1, 0x28, 0x02, slaveIcw4, 0x00)
    this
  }

  def raise(line: Int, source: Int = 1): Long = {
    raises += 1
    val id = InterruptId.of(source, 0, raises)
    io.probe.raised(id)
    chip.on(new PicMessage.Line(line, true, source, id, io.nowPs), io)
    id
  }

  def lower(line: Int, source: Int = 1): Unit =
    chip.on(new PicMessage.Line(line, false, source, 0, io.nowPs), io)

  /** An acknowledge whether or not INT is up. */
  def inta(cpu: Int = 0): LapicMessage.ExtIntVector = {
    chip.on(new PicMessage.Inta(cpu), io)
    messages.collect { case v: LapicMessage.ExtIntVector => v }.last
  }

  /** The vector of an acknowledge, or None when INT is down. */
  def accept(): Option[Int] = Option.when(int)(inta().vector)

  /** The level of LINT0 as CPU 0 sees it. */
  def int: Boolean = lints.lastOption.exists(_.asserted)

  def lints: Seq[LapicMessage.Lint] =
    io.sent.asScala.filter(_.member == 0).map(_.message).collect { case l: LapicMessage.Lint =>
      l
    }.toSeq

  def messages: Seq[Message] = io.messages.asScala.toSeq

  def shown: Registers = Registers.of(chip)

  def master(register: String): Int = shown(s"master.$register").toInt

  def slave(register: String): Int = shown(s"slave.$register").toInt

  def fate(fate: Fate): Long = io.ledger.fate(fate)

  def count(counter: Counter): Long = io.ledger.counter(counter)
}
