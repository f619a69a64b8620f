package irqlab.ioapic

import irqlab.legacy.LegacySource
import irqlab.observe.{Fate, InterruptId, Ledger}
import irqlab.protocol._
import irqlab.recorded.Registers
import irqlab.runtime._
import irqlab.topology.{NodeModule, Role, Topology, TopologyReader}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.util.ServiceLoader
import scala.collection.mutable
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class IoApicModuleSpec extends AnyFlatSpec with Matchers {
  private val devices =
    """legacy = [
      |  { irq = 0, name = timer, trigger = edge }
      |  { irq = 4, name = ttyS0, trigger = edge }
      |  { irq = 9, name = acpi, trigger = level }
      |]""".stripMargin
  private val oneChip = "machine { cpus = 2, io-apics = [ { id = 0, pins = 24 } ] }\n" + devices
  private val noChip = "machine { cpus = 2, io-apics = [] }\n" + devices

  /** Whatever is not of this module: it keeps what it is sent, and when. */
  private class Sink extends Component[Message] {
    val received: mutable.Buffer[(Long, Message)] = mutable.Buffer.empty
    override def on(message: Message, io: Io[Message]): Unit = received += ((io.nowPs, message))
    override def save(out: StateWriter): Unit = ()
    override def load(in: StateReader): Unit = ()
    override def inspect(out: Inspector): Unit = ()
  }

  private class World(text: String) {
    val topology: Topology = TopologyReader.parse(text)
    private val paths = topology.components.asScala.map(_.path).toList
    private val sinks = mutable.Map.empty[String, Sink]
    private val plan = {
      val assembly = new Assembly(paths.asJava)
      new IoApicModule().build(topology, assembly, _ => true)
      val mine = Set("ioapic", "pic", "legacy")
      paths.filterNot(p => mine(p.takeWhile(_ != '/'))).foreach { path =>
        sinks(path) = new Sink
        assembly.add(path, sinks(path))
      }
      assembly.plan()
    }
    val board = new Board(plan, ProtocolCodecs.all, 1, TiePolicy.ID, new Ledger)
    board.start()

    def send(path: String, messages: Message*): Unit = messages.foreach { message =>
      board.inject(path, message)
      board.runBefore(board.nowPs + 1_000_000)
    }
    def program(pin: Int, entry: Int): Unit = send(
      "ioapic/0",
      new IoApicMessage.RegisterWrite(IoApic.INDEX, 0x10 + 2 * pin),
      new IoApicMessage.RegisterWrite(IoApic.WINDOW, entry)
    )
    def raise(device: String): Unit =
      send(s"legacy/$device", new EndpointMessage.Command(EndpointCommands.RAISE, 0, 0, 0, 0))
    def at(path: String): Seq[Message] = sinks(path).received.map(_._2).toSeq
    def shown(path: String): Registers = Registers.of(plan.component(plan.find(path)))
    def id(device: String): Long = InterruptId.of(plan.find(s"legacy/$device"), 0, 1)
  }

  "The module" should "be found on the class path by its role" in {
    ServiceLoader.load(classOf[NodeModule]).asScala.map(_.role).toList should contain(Role.IOAPIC)
  }

  it should "give an IO-APIC the guard against storms of its scenario (IOA-017)" in {
    // A level line that nobody lowers is sent once, again at the first EOI, and at the second one
    // only after the delay.
    val guarded = oneChip.replace("pins = 24", "pins = 24, resend-guard { limit = 2, delay = 1ms }")
    forAll(Table(("scenario", "sent at the third EOI"), (oneChip, 4), (guarded, 2))) {
      (scenario, sent) =>
        val world = new World(scenario)
        world.program(9, 0x8041)
        world.raise("acpi")
        val end = new IoApicMessage.Eoi(0x41)
        world.send("ioapic/0", end, end, end)
        world.shown("ioapic/0")("sent[9]") shouldBe sent
        world.board.runBefore(world.board.nowPs + 2_000_000_000L)
        world.shown("ioapic/0")("sent[9]") shouldBe (if (sent == 2) 3 else 4)
    }
  }

  it should "build only what is hosted here" in {
    val topology = TopologyReader.parse(oneChip)
    val assembly = new Assembly(topology.components.asScala.map(_.path).asJava)
    new IoApicModule().build(topology, assembly, _ == "pic")
    val plan = assembly.plan()
    (0 until plan.size).filter(plan.component(_) != null).map(plan.path) shouldBe Seq("pic")
  }

  "A pulse" should "go from the device through its pin to the root complex, with its raise" in {
    val world = new World(oneChip)
    world.program(4, 0x31)
    world.raise("ttyS0")
    val message = world.at("root").collect { case m: RootComplexMessage.MsiWrite => m }
    message.map(m => (m.id, m.data, m.requester)) shouldBe
      Seq((world.id("ttyS0"), 0x4031, IoApicModule.REQUESTER))
    world.shown("legacy/ttyS0")("line") shouldBe 0
  }

  "IRQ 0" should "be on pin 2 (IOA-019)" in {
    val world = new World(oneChip)
    world.program(2, 0x30)
    world.program(0, 0x31)
    world.raise("timer")
    world.at("root").collect { case m: RootComplexMessage.MsiWrite => m.data } shouldBe Seq(0x4030)
  }

  "A level line" should "be held until the driver reads the device's register" in {
    val world = new World(oneChip)
    world.program(9, 0x8041)
    world.raise("acpi")
    world.shown("ioapic/0")("line[0]") shouldBe 1L << 9
    world.send("legacy/acpi", new EndpointMessage.MmioRead(1, 3, LegacySource.ACKNOWLEDGE))
    world.shown("ioapic/0")("line[0]") shouldBe 0
    world.at("root").last shouldBe new RootComplexMessage.ReadDone(1, 3, 1)
  }

  "With an IO-APIC" should "the 8259A see the line and have no raise" in {
    val world = new World(oneChip)
    world.raise("acpi")
    world.shown("pic")("slave.irr") shouldBe 0x02
    world.shown("pic").waiting shouldBe empty
    world.shown("ioapic/0").waiting shouldBe empty
    world.board.ledger.fate(Fate.LOST_MASKED) shouldBe 1
  }

  "Without an IO-APIC" should "the 8259A have the raise and give it at the acknowledge" in {
    forAll(Table(("device", "line"), ("ttyS0", 4), ("acpi", 9), ("timer", 0))) { (device, line) =>
      val world = new World(noChip)
      world.send("pic", new PicMessage.PortWrite(0x21, 0), new PicMessage.PortWrite(0xa1, 0))
      world.raise(device)
      world.at("cpu/0/lapic") shouldBe Seq(new LapicMessage.Lint(0, true, 0, lintPs(world)))
      world.at("cpu/1/lapic") should have size 1
      world.send("pic", new PicMessage.Inta(1))
      world.at("cpu/1/lapic").collect { case v: LapicMessage.ExtIntVector =>
        (v.id, v.vector)
      } shouldBe Seq((world.id(device), 0x20 + line))
    }
  }

  private def lintPs(world: World): Long =
    world.at("cpu/0/lapic").collectFirst { case l: LapicMessage.Lint => l.raisedPs }.get

  it should "the 8259A's level inputs be those of the machine, as firmware sets them" in {
    val world = new World(noChip)
    (world.shown("pic")("master.elcr"), world.shown("pic")("slave.elcr")) shouldBe ((0, 2))
  }

  it should "count INTx devices among the level inputs" in {
    val world = new World(
      "machine { cpus = 1, io-apics = [] }\n" +
        "endpoints = [ { name = nic, bdf = \"00:03.0\", intx = 11 } ]"
    )
    world.shown("pic")("slave.elcr") shouldBe 8
  }

  "Two IO-APICs" should "have the GSIs from their bases on, and requesters of their own" in {
    val world = new World(
      """machine { cpus = 1, io-apics = [
        |  { id = 0, pins = 24 }, { id = 1, pins = 24, gsi-base = 24 } ] }
        |legacy = [ { irq = 16, name = card, trigger = level }
        |           { irq = 30, name = far, trigger = level } ]""".stripMargin
    )
    world.send(
      "ioapic/1",
      new IoApicMessage.RegisterWrite(IoApic.INDEX, 0x1c),
      new IoApicMessage.RegisterWrite(IoApic.WINDOW, 0x8041)
    )
    world.raise("card")
    world.raise("far")
    world.shown("ioapic/0")("line[0]") shouldBe 1L << 16
    world.shown("ioapic/1")("line[0]") shouldBe 1L << 6
    world.shown("pic")("slave.irr") shouldBe 0
    world.at("root").collect { case m: RootComplexMessage.MsiWrite => m.requester } shouldBe
      Seq(IoApicModule.REQUESTER + 1)
  }

  "Virtual wire" should "reach a CPU through pin 0 as ExtINT (PIC-016)" in {
    val world = new World(oneChip)
    world.program(0, 0x700)
    world.send("pic", new PicMessage.PortWrite(0x21, 0))
    world.raise("ttyS0")
    val message = world.at("root").collect { case m: RootComplexMessage.MsiWrite => m }.last
    Msi.mode(message.data) shouldBe DeliveryMode.EXT_INT
    message.id shouldBe 0
  }
}
