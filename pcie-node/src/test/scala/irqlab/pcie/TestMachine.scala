package irqlab.pcie

import irqlab.observe.{Counter, Fate, Ledger}
import irqlab.protocol._
import irqlab.runtime._
import irqlab.topology._
import java.util.{List => JList, OptionalInt}
import scala.collection.mutable.ArrayBuffer

/** Keeps what it receives, and when. */
final class Recorder[M <: Message] extends Component[M] {
  val got: ArrayBuffer[(Long, M)] = ArrayBuffer.empty

  /** Called at each message, for tests that answer. */
  var react: (M, Io[M]) => Unit = (_, _) => ()

  override def on(message: M, io: Io[M]): Unit = {
    got += ((io.nowPs, message))
    react(message, io)
  }
  override def save(out: StateWriter): Unit = out.putInt(0)
  override def load(in: StateReader): Unit = in.getInt
  override def inspect(out: Inspector): Unit = ()
}

/** Root complex, memory and functions as the module builds them; everything around is recorded. */
final class TestMachine(
    endpoints: Seq[EndpointSpec],
    val cpus: Int = 2,
    links: Links = Links.TYPICAL,
    seed: Long = 1,
    pcie: PcieSpec = PcieSpec.DEFAULT
) {
  val topology: Topology = TestMachine.topology(endpoints, cpus, links, seed, pcie)
  val ledger = new Ledger()
  val cores: Seq[Recorder[CpuMessage]] = Seq.fill(cpus)(new Recorder[CpuMessage])
  val lapics: Seq[Recorder[LapicMessage]] = Seq.fill(cpus)(new Recorder[LapicMessage])
  val ioApic = new Recorder[IoApicMessage]
  val pic = new Recorder[PicMessage]

  private val assembly =
    new Assembly(topology.components.stream.map[String](_.path).toList)
  new PcieModule().build(topology, assembly, _ => true)
  for (cpu <- 0 until cpus) {
    assembly.add[CpuMessage](s"cpu/$cpu/core", cores(cpu))
    assembly.add[LapicMessage](s"cpu/$cpu/lapic", lapics(cpu))
  }
  assembly.add[IoApicMessage]("ioapic/0", ioApic)
  assembly.add[PicMessage]("pic", pic)
  assembly.add[KernelMessage]("kernel", new Recorder[KernelMessage])
  assembly.add[LoadMessage]("load", new Recorder[LoadMessage])

  /** A core's own way to the root complex and to memory. */
  val toRoot: Port[RootComplexMessage] =
    assembly.port("cpu/0/core", "root", links.mmioPs)
  val toMemory: Port[MemoryMessage] =
    assembly.port("cpu/0/core", "memory", links.memoryPs)

  val plan: Plan = assembly.plan()
  val board = new Board(plan, ProtocolCodecs.all, seed, TiePolicy.FAIR, ledger)
  board.start()

  private var lastTag = 0

  def settle(limitPs: Long = 1000000000L): Unit = board.runBefore(board.nowPs + limitPs)

  def inject(message: RootComplexMessage): Unit = board.inject("root", message)

  def command(name: String, what: Int, entry: Int, a: Long = 0, b: Long = 0, c: Long = 0): Unit =
    board.inject[EndpointMessage](
      "pcie/" + name,
      new EndpointMessage.Command(what, entry, a, b, c))

  def raise(name: String, entry: Int): Unit = command(name, EndpointCommands.RAISE, entry)

  def load(name: String, entry: Int, law: ArrivalLaw): Unit =
    board.inject[EndpointMessage]("pcie/" + name, law.encoded(entry))

  private def answered(request: Int => RootComplexMessage): Long = {
    lastTag += 1
    val before = cores.head.got.size
    inject(request(lastTag))
    settle(5000000)
    cores.head.got
      .drop(before)
      .collectFirst { case (_, done: CpuMessage.Completion) if done.tag == lastTag => done.value }
      .get
  }

  def read(address: Long): Long = answered(tag => new RootComplexMessage.CpuRead(0, tag, address))

  def write(address: Long, value: Long): Unit = {
    inject(new RootComplexMessage.CpuWrite(0, address, value))
    settle(5000000)
  }

  def configRead(bdf: Int, offset: Int, sizeBytes: Int): Long =
    answered(tag => new RootComplexMessage.ConfigRead(0, tag, bdf, offset, sizeBytes))

  def configWrite(bdf: Int, offset: Int, sizeBytes: Int, value: Int): Long =
    answered(tag => new RootComplexMessage.ConfigWrite(0, tag, bdf, offset, sizeBytes, value))

  def line(address: Long): CpuMessage.LineCompletion = {
    lastTag += 1
    board.inject[MemoryMessage]("memory", new MemoryMessage.CpuLine(0, lastTag, address))
    settle(5000000)
    cores.head.got.reverseIterator.collectFirst { case (_, l: CpuMessage.LineCompletion) => l }.get
  }

  /** What a driver does: bus master, MSI-X on, each entry to CPU 0 with vector base + entry. */
  def enableMsix(index: Int, base: Int, cpu: Int = 0): Unit = {
    val spec = topology.endpoints.get(index)
    val bdf = spec.bdf.requesterId
    configWrite(bdf, 0x04, 2, 0x0406)
    configWrite(bdf, 0x72, 2, 0x8000)
    for (entry <- 0 until spec.tableSize) {
      val at = MemoryMap.bar(index) + MemoryMap.MSIX_TABLE + 16 * entry
      write(at, Msi.address(cpu, false, false))
      write(at + 8, base + entry)
      write(at + 12, 0)
    }
  }

  def interrupts(cpu: Int): Seq[LapicMessage.Interrupt] =
    lapics(cpu).got.toSeq.collect { case (_, i: LapicMessage.Interrupt) => i }

  def vectors(cpu: Int): Seq[Int] = interrupts(cpu).map(_.vector)

  def fate(fate: Fate): Long = ledger.fate(fate)

  def count(counter: Counter): Long = ledger.counter(counter)

  /** raised - closed - pending in a component or in flight, when recorders hold the rest. */
  def atLapics: Long = lapics.map(_.got.count(_._2.interruptId != 0)).sum.toLong
}

object TestMachine {
  def endpoint(
      name: String,
      slot: Int,
      kind: EndpointKind = EndpointKind.GENERIC,
      msi: MsiKind = MsiKind.MSI_X,
      tableSize: Int = 4,
      queues: Int = 0,
      queueDepth: Int = 0,
      gsi: OptionalInt = OptionalInt.empty
  ): EndpointSpec =
    new EndpointSpec(
      name,
      new Bdf(0, 0, slot, 0),
      kind,
      msi,
      tableSize,
      queues,
      queueDepth,
      Affinity.NONE,
      JList.of(),
      gsi,
      HandlerSpec.DEFAULT,
      "")

  def topology(
      endpoints: Seq[EndpointSpec],
      cpus: Int,
      links: Links,
      seed: Long,
      pcie: PcieSpec
  ): Topology = {
    import scala.jdk.CollectionConverters._
    new Topology(
      cpus,
      Arch.X86,
      "6.12",
      Timing.TYPICAL,
      new LapicSpec(LapicSpec.Mode.XAPIC, 0),
      JList.of(new IoApicSpec(0, 24, 0, 0x20)),
      links,
      pcie,
      0,
      1000,
      Boot.DIRECT,
      JList.of[LegacySpec](),
      endpoints.asJava,
      new ProcFormat(ProcFormat.Layout.OLD, false, JList.of[ProcFormat.NamedRow]()),
      Placement.SINGLE,
      seed)
  }
}
