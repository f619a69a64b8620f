package irqlab.ioapic

import irqlab.protocol.{IoApicMessage, RootComplexMessage}
import irqlab.recorded.Registers
import irqlab.runtime.RecordingIo

import scala.jdk.CollectionConverters._

/** An IO-APIC with a recording Io; pin and vector are whatever the test says. */
class IoApicBench(
    version: Int = 0x20,
    pins: Int = 24,
    guard: ResendGuard = ResendGuard.OFF
) {
  val io = new RecordingIo[IoApicMessage]
  val chip =
    new IoApic(2, pins, version, 0xf0f8, guard, RecordingIo.port[RootComplexMessage]("root"))
  private var raises = 0L

  /** Number of the last raise. */
  def lastRaise: Long = raises

  def write(index: Int, value: Int): Unit = {
    register(IoApic.INDEX, index)
    register(IoApic.WINDOW, value)
  }

  def register(offset: Int, value: Int): Unit =
    chip.on(new IoApicMessage.RegisterWrite(offset, value), io)

  def read(index: Int): Long = {
    register(IoApic.INDEX, index)
    readAt(IoApic.WINDOW)
  }

  def readAt(offset: Int): Long = {
    chip.on(new IoApicMessage.RegisterRead(3, 7, offset), io)
    io.messages.asScala.last.asInstanceOf[RootComplexMessage.ReadDone].value
  }

  /** The high half first, as Linux does. */
  def program(pin: Int, entry: Long): Unit = {
    write(0x11 + 2 * pin, (entry >>> 32).toInt)
    write(0x10 + 2 * pin, entry.toInt)
  }

  def entry(pin: Int): Rte = new Rte(read(0x10 + 2 * pin) | read(0x11 + 2 * pin) << 32)

  def low(pin: Int, value: Int): Unit = write(0x10 + 2 * pin, value)

  /** Asserts the pin with a raise of its own; returns the raise. */
  def raise(pin: Int, source: Int = 1): Long = {
    raises += 1
    val id = irqlab.observe.InterruptId.of(source, 0, raises)
    io.probe.raised(id)
    chip.on(new IoApicMessage.Line(pin, true, source, id, io.nowPs), io)
    id
  }

  def lower(pin: Int, source: Int = 1): Unit =
    chip.on(new IoApicMessage.Line(pin, false, source, 0, io.nowPs), io)

  def pulse(pin: Int): Long = {
    val id = raise(pin)
    lower(pin)
    id
  }

  def eoi(vector: Int): Unit = chip.on(new IoApicMessage.Eoi(vector), io)

  def sent: Seq[RootComplexMessage.MsiWrite] =
    io.messages.asScala.collect { case m: RootComplexMessage.MsiWrite => m }.toSeq

  def vectors: Seq[Int] = sent.map(_.data & 0xff)

  def ids: Seq[Long] = sent.map(_.id)

  def shown: Registers = Registers.of(chip)

  def count(counter: irqlab.observe.Counter): Long = io.ledger.counter(counter)

  def fate(fate: irqlab.observe.Fate): Long = io.ledger.fate(fate)
}

/** Entry bits. */
object Entry {
  val level = 0x8000
  val mask = 0x10000
  val logical = 0x800
  val remoteIrr = 0x4000
  def to(cpu: Int): Long = cpu.toLong << 56
  def mode(code: Int): Int = code << 8
}
