package irqlab.cpu.lapic

import irqlab.protocol._
import irqlab.runtime.{Inspector, Message, RecordingIo, StateReader, StateWriter}
import scala.jdk.CollectionConverters._

/** One local APIC of a machine of four CPUs, with everything that it sends kept. */
class LapicBench(
    val config: LapicConfig = LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC),
    cpus: Int = 4
) {
  val io = new RecordingIo[LapicMessage]
  val directory: ApicDirectory = ApicDirectory.softwareEnabled(cpus, 0, config.mode)
  val chip = new Lapic(
    config,
    LapicBench.Component,
    new LapicPorts(
      RecordingIo.port[CpuMessage]("core"),
      RecordingIo.bus[LapicMessage](cpus),
      java.util.List.of(
        RecordingIo.port[IoApicMessage]("ioapic0"),
        RecordingIo.port[IoApicMessage]("ioapic1")
      ),
      RecordingIo.port[PicMessage]("pic"),
      RecordingIo.port[RootComplexMessage]("root")
    ),
    directory
  )
  chip.start(io)
  io.sent.clear()

  /** Of the last access that is answered. */
  var tag = 0

  /** Gives the chip a message; returns what it sent in answer. */
  def give(message: LapicMessage): Seq[Message] = {
    val before = io.sent.size
    chip.on(message, io)
    io.sent.asScala.drop(before).map(_.message).toSeq
  }

  def fixed(vector: Int, level: Boolean = false, id: Long = 0): Seq[Message] =
    give(new LapicMessage.Interrupt(id, io.nowPs, vector, DeliveryMode.FIXED, level, true))

  def message(mode: DeliveryMode, vector: Int, id: Long = 0): Seq[Message] =
    give(new LapicMessage.Interrupt(id, io.nowPs, vector, mode, false, true))

  def inta(): Seq[Message] = give(new LapicMessage.Inta)

  /** The vector of one acknowledgment; -1 for the spurious one. */
  def acknowledge(): Int =
    inta().collectFirst { case v: CpuMessage.Vector => if (v.spurious) -1 else v.vector }.get

  def write(offset: Int, value: Long): Seq[Message] =
    give(new LapicMessage.RegisterWrite(offset, value.toInt))

  def read(offset: Int): Long = {
    tag += 1
    give(new LapicMessage.RegisterRead(tag, offset))
      .collectFirst { case c: CpuMessage.Completion if c.tag == tag => c.value }
      .get
  }

  /** WRMSR; true when it is legal. */
  def wrmsr(msr: Int, value: Long): Boolean = {
    tag += 1
    give(new LapicMessage.MsrWrite(tag, msr, value)).last match {
      case c: CpuMessage.Completion => c.tag == tag
      case _: CpuMessage.Fault      => false
      case other                    => throw new AssertionError(other.toString)
    }
  }

  /** RDMSR; None for #GP. */
  def rdmsr(msr: Int): Option[Long] = {
    tag += 1
    give(new LapicMessage.MsrRead(tag, msr)).last match {
      case c: CpuMessage.Completion => Some(c.value)
      case _: CpuMessage.Fault      => None
      case other                    => throw new AssertionError(other.toString)
    }
  }

  def eoi(): Seq[Message] = write(0xb0, 0)

  def cr8(value: Int): Seq[Message] = { tag += 1; give(new LapicMessage.TaskPriority(tag, value)) }

  def lint(pin: Int, asserted: Boolean, id: Long = 0): Seq[Message] =
    give(new LapicMessage.Lint(pin, asserted, id, io.nowPs))

  def intr: Boolean = view.value("intr") == 1

  def view: View = { val view = new View; chip.inspect(view); view }

  def irr: Seq[Int] = view.vectors("irr")
  def isr: Seq[Int] = view.vectors("isr")
  def tmr: Seq[Int] = view.vectors("tmr")

  def x2apic(): LapicBench = { wrmsr(0x1b, 0xfee00c00L); this }

  def saved: Array[Byte] = {
    val out = new StateWriter(ProtocolCodecs.all)
    chip.save(out)
    out.toBytes
  }

  def load(bytes: Array[Byte]): Unit = {
    val in = new StateReader(bytes, ProtocolCodecs.all)
    chip.load(in)
    in.expectEnd()
  }
}

object LapicBench {

  /** Component id in names of interrupts; any would do. */
  val Component = 77
}

/** Keeps what a chip shows. */
class View extends Inspector {
  val values = scala.collection.mutable.LinkedHashMap.empty[String, Long]
  val bitmaps = scala.collection.mutable.LinkedHashMap.empty[String, Seq[Long]]
  val waiting = scala.collection.mutable.ArrayBuffer.empty[(Long, String)]

  override def value(name: String, value: Long): Unit = values(name) = value
  override def bits(name: String, words: Long*): Unit = bitmaps(name) = words
  override def pending(id: Long, where: String): Unit = waiting += ((id, where))

  def value(name: String): Long = values(name)

  def vectors(name: String): Seq[Int] =
    (0 to 255).filter(v => (bitmaps(name)(v / 64) >>> (v % 64) & 1) == 1)
}
