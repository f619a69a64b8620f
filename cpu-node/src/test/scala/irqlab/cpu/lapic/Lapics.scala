package irqlab.cpu.lapic

import irqlab.observe.Ledger
import irqlab.protocol._
import irqlab.runtime.{Message, RecordingIo}
import scala.collection.mutable
import scala.jdk.CollectionConverters._

/** Local APICs of a machine on one bus, and what each of their cores received. */
class Lapics(
    count: Int,
    mode: ApicMode = ApicMode.XAPIC,
    configure: LapicConfig => LapicConfig = identity,
    idBase: Int = 0
) {
  private val ios = Seq.fill(count)(new RecordingIo[LapicMessage])
  private val known = ApicDirectory.softwareEnabled(count, idBase, mode)

  val chips: Seq[Lapic] = (0 until count).map { cpu =>
    new Lapic(
      configure(LapicConfig.softwareEnabled(cpu, idBase + cpu, mode)),
      100 + cpu,
      new LapicPorts(
        RecordingIo.port[CpuMessage]("core"),
        RecordingIo.bus[LapicMessage](count),
        java.util.List.of(RecordingIo.port[IoApicMessage]("ioapic")),
        null,
        null
      ),
      known.copy()
    )
  }

  /** What each core received, in order. */
  val received: Seq[mutable.Buffer[CpuMessage]] = Seq.fill(count)(mutable.Buffer.empty)

  /** Gives a chip a message and lets everything on the bus arrive. */
  def give(cpu: Int, message: LapicMessage): Unit = {
    chips(cpu).on(message, ios(cpu))
    val sent = ios(cpu).sent.asScala.toList
    ios(cpu).sent.clear()
    sent.foreach { each =>
      each.message match {
        case m: LapicMessage if each.member >= 0 => give(each.member, m)
        case m: CpuMessage                       => received(cpu) += m
        case _                                   => ()
      }
    }
  }

  def write(cpu: Int, offset: Int, value: Long): Unit =
    give(cpu, new LapicMessage.RegisterWrite(offset, value.toInt))

  def wrmsr(cpu: Int, msr: Int, value: Long): Unit =
    give(cpu, new LapicMessage.MsrWrite(1, msr, value))

  /** ICR high, then low. */
  def ipi(cpu: Int, destination: Int, low: Int): Unit = {
    write(cpu, 0x310, destination.toLong << 24)
    write(cpu, 0x300, low)
  }

  /** One 64-bit write in x2APIC mode. */
  def x2ipi(cpu: Int, destination: Long, low: Long): Unit =
    wrmsr(cpu, 0x830, destination << 32 | low)

  /** Enters x2APIC mode. */
  def x2apic(cpus: Int*): Unit =
    cpus.foreach(cpu => wrmsr(cpu, 0x1b, 0xfee00c00L | (if (cpu == 0) 0x100 else 0)))

  def view(cpu: Int): View = { val view = new View; chips(cpu).inspect(view); view }

  /** CPUs that have this vector requested. */
  def requested(vector: Int): Seq[Int] =
    chips.indices.filter(view(_).vectors("irr").contains(vector))

  /** Takes and ends everything; how often each CPU got the vector. */
  def deliver(vector: Int): Seq[Int] = chips.indices.map { cpu =>
    var times = 0
    while (view(cpu).value("intr") == 1) {
      give(cpu, new LapicMessage.Inta)
      received(cpu).last match {
        case v: CpuMessage.Vector if v.vector == vector && !v.spurious => times += 1
        case _                                                         => ()
      }
      write(cpu, 0xb0, 0)
    }
    times
  }

  /** CPUs whose core received a message of this kind since the last call. */
  def took[T <: Message](kind: Class[T]): Seq[Int] = {
    val cpus = chips.indices.filter(cpu => received(cpu).exists(kind.isInstance))
    received.foreach(_.clear())
    cpus
  }

  def ledgers: Seq[Ledger] = ios.map(_.ledger)
}
