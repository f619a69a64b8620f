package irqlab.pcie.root

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.pcie.TestMachine
import irqlab.pcie.TestMachine.endpoint
import irqlab.protocol.PostedAttributes.{ID_BASED, NONE, RELAXED}
import irqlab.protocol.RootComplexMessage._
import irqlab.protocol._
import irqlab.runtime.RecordingIo
import irqlab.topology._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class RootComplexSpec extends AnyFlatSpec with Matchers {
  private val Requester = 4 << 3
  private val Other = 5 << 3
  private val Fast = 1000L

  private def links(msiPs: Long, memoryPs: Long, mmioPs: Long = Fast, dmaPs: Long = Fast): Links =
    new Links(msiPs, 1, 1, 1, dmaPs, mmioPs, Links.KERNEL_MIN_PS, memoryPs, 1)

  private def machine(links: Links = Links.TYPICAL, cpus: Int = 4): TestMachine =
    new TestMachine(Seq(endpoint("dev0", 4), endpoint("dev1", 5)), cpus, links)

  // A root port of so few credits tells of each that comes back.
  private def scarce(links: Links): TestMachine =
    new TestMachine(
      Seq(endpoint("dev0", 4), endpoint("dev1", 5)), 4, links, pcie = new PcieSpec(2))

  private def updates(machine: TestMachine): Long = machine.count(Counter.CREDIT_UPDATES)

  private def id(machine: TestMachine, sequence: Long = 1): Long = {
    val id = InterruptId.of(machine.plan.find("pcie/dev0"), 0, sequence)
    machine.ledger.raised(id)
    id
  }

  private def msi(
      id: Long,
      address: Long = 0xfee00000L,
      data: Int = 0x41,
      requester: Int = Requester,
      attributes: Int = NONE
  ): MsiWrite = new MsiWrite(id, 0, address, data, requester, attributes)

  private def arrival(machine: TestMachine): Long = {
    machine.settle()
    machine.lapics.head.got.head._1
  }

  "An interrupt message" should
    "never be seen before earlier posted writes of its requester (PCI-004)" in {
      forAll(
        Table(
          ("message link", "memory link"),
          (200000L, 80000L),
          (80000L, 200000L),
          (1L, 1L),
          (1L, 3000000L)
        )) { (msiPs, memoryPs) =>
        val bench = machine(links(msiPs, memoryPs))
        val atRoot = bench.board.nowPs + 1
        bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
        bench.inject(msi(id(bench)))
        arrival(bench) - atRoot shouldBe Math.max(msiPs, memoryPs)
      }
    }

  it should "be held by strong and relaxed data alike, unless it is relaxed itself (PCI-007)" in {
    forAll(
      Table(
        ("data", "message", "held"),
        (NONE, NONE, true),
        (RELAXED, NONE, true),
        (ID_BASED, NONE, true),
        (NONE, RELAXED, false),
        (NONE, ID_BASED, true)
      )) { (data, message, held) =>
      val bench = machine(links(msiPs = 10, memoryPs = 5000))
      val atRoot = bench.board.nowPs + 1
      bench.inject(new DmaWrite(Requester, 0x1000, 7, data))
      bench.inject(msi(id(bench), attributes = message))
      arrival(bench) - atRoot shouldBe (if (held) 5000 else 10)
    }
  }

  it should "not wait for another traffic class or another function (PCI-008)" in {
    forAll(Table(("writer", "class"), (Requester, 1), (Other, 0))) { (writer, trafficClass) =>
      val bench = machine(links(msiPs = 10, memoryPs = 5000))
      val atRoot = bench.board.nowPs + 1
      bench.inject(new DmaWrite(writer, 0x1000, 7, trafficClass))
      bench.inject(msi(id(bench)))
      arrival(bench) - atRoot shouldBe 10
    }
  }

  it should "not pass an earlier message of its requester that is held" in {
    val bench = machine(links(msiPs = 10, memoryPs = 5000))
    bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    bench.inject(msi(id(bench, 1), data = 0x41))
    // Exactly when the first is released, between, and long after.
    Seq((4989L, 0x42), (1L, 0x43), (10000L, 0x44)).foreach { case (later, vector) =>
      bench.board.runBefore(bench.board.nowPs + later)
      bench.inject(msi(id(bench, vector), data = vector))
    }
    bench.settle()
    bench.vectors(0) shouldBe Seq(0x41, 0x42, 0x43, 0x44)
    bench.lapics.head.got.map(_._1) shouldBe sorted
  }

  it should "hold back by no more than the writes before it" in {
    val bench = machine(links(msiPs = 10, memoryPs = 5000))
    val atRoot = bench.board.nowPs + 1
    bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    bench.inject(msi(id(bench)))
    bench.board.runBefore(bench.board.nowPs + 2500)
    bench.inject(new DmaWrite(Requester, 0x1008, 8, NONE))
    arrival(bench) - atRoot shouldBe 5000
  }

  "A read completion" should "push the posted writes of its device (PCI-005)" in {
    val bench = machine(links(msiPs = 10, memoryPs = 900000, mmioPs = 10))
    val atRoot = bench.board.nowPs + 1
    bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    bench.inject(new ReadDone(0, 9, 77))
    bench.settle()
    bench.cores.head.got.toSeq shouldBe
      Seq((atRoot + 900000, new CpuMessage.Completion(9, 77)))
  }

  "An INTx message" should "be ordered behind earlier posted writes (PCI-005)" in {
    val bench = machine(links(msiPs = 10, memoryPs = 900000, mmioPs = 10))
    val atRoot = bench.board.nowPs + 1
    bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    bench.inject(new Intx(Requester, 1, true, id(bench), 0))
    bench.inject(new Intx(Requester, 1, false, 0, 0))
    bench.settle()
    bench.ioApic.got.map(_._1).toSeq shouldBe Seq(atRoot + 900000, atRoot + 900000)
    bench.ioApic.got.map(_._2).collect { case l: IoApicMessage.Line => l.asserted } shouldBe
      Seq(true, false)
  }

  it should "reach the pin that the device number turns it to (PCI-001)" in {
    forAll(
      Table(
        ("pin", "device", "wire"),
        (1, 0, 0),
        (1, 1, 1),
        (2, 3, 0),
        (4, 31, 2),
        (3, 4, 2)
      )) { (pin, device, wire) => RootWiring.swizzle(pin, device) shouldBe wire }
    val bench = machine()
    bench.inject(new Intx(Requester, 2, true, id(bench), 0))
    bench.settle()
    bench.ioApic.got.map(_._2).collect { case l: IoApicMessage.Line => l.pin } shouldBe Seq(17)
  }

  "A held message" should "survive a checkpoint, and be pending in the books meanwhile" in {
    val bench = machine(links(msiPs = 10, memoryPs = 5000))
    bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    bench.inject(msi(id(bench, 1)))
    bench.inject(new Intx(Requester, 1, true, id(bench, 2), 0))
    bench.board.runBefore(bench.board.nowPs + 1000)
    val copy = machine(links(msiPs = 10, memoryPs = 5000))
    copy.board.load(bench.board.save())
    bench.settle()
    copy.settle()
    copy.board.digest shouldBe bench.board.digest
    copy.vectors(0) shouldBe Seq(0x41)
    val open = machine(links(msiPs = 10, memoryPs = 5000))
    open.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    open.inject(msi(id(open, 1)))
    open.board.runBefore(open.board.nowPs + 1000)
    open.board.closeBooks()
    open.ledger.balanced shouldBe true
  }

  private def update(bench: TestMachine, cpu: Int, logical: Int, enabled: Boolean, tpr: Int) =
    bench.inject(
      new DirectoryUpdate(cpu, cpu, logical, ApicMode.XAPIC, false, enabled, tpr))

  private def flat(bench: TestMachine): Unit =
    (0 until bench.cpus).foreach(cpu => update(bench, cpu, 1 << (24 + cpu), enabled = true, 0))

  "A destination" should "mean the local APICs that were recorded for it" in {
    forAll(
      Table(
        ("address", "CPUs"),
        (0xfee00000L, Set(0)),
        (0xfee03000L, Set(3)),
        (0xfee07000L, Set.empty[Int]),
        (0xfeeff000L, Set(0, 1, 2, 3)),
        (0xfee00004L, Set.empty[Int]),
        (0xfee05004L, Set(0, 2)),
        (0xfee0f004L, Set(0, 1, 2, 3)),
        (0xfeeff004L, Set(0, 1, 2, 3)),
        (0xfeea8004L, Set(3)),
        (0xfeef0004L, Set.empty[Int])
      )) { (address, cpus) =>
      val bench = machine()
      flat(bench)
      bench.inject(msi(id(bench), address))
      bench.settle()
      (0 until 4).filter(bench.vectors(_) == Seq(0x41)).toSet shouldBe cpus
      bench.fate(Fate.LOST_NO_ROUTE) shouldBe (if (cpus.isEmpty) 1 else 0)
      bench.count(Counter.NO_ROUTE) shouldBe (if (cpus.isEmpty) 1 else 0)
    }
  }

  "A broadcast" should "keep its name at the first CPU and give each other a new one" in {
    val bench = machine()
    val name = id(bench)
    bench.inject(msi(name, 0xfeeff000L))
    bench.settle()
    val ids = (0 until 4).map(cpu => bench.interrupts(cpu).head.id)
    ids.head shouldBe name
    ids.distinct should have size 4
    ids.tail.map(InterruptId.component).distinct shouldBe Seq(bench.plan.find("root"))
    bench.ledger.raised shouldBe 4
    bench.count(Counter.MESSAGES_SENT) shouldBe 3
  }

  "Lowest priority" should "go to the lowest task priority among the enabled (ICR-013)" in {
    forAll(
      Table(
        ("task priorities", "enabled", "chosen"),
        (Seq(0, 0, 0, 0), Seq(true, true, true, true), Some(0)),
        (Seq(0x50, 0x20, 0x20, 0x30), Seq(true, true, true, true), Some(1)),
        (Seq(0x50, 0x20, 0x20, 0x30), Seq(true, false, false, true), Some(3)),
        (Seq(0, 0, 0, 0), Seq(false, false, false, false), None)
      )) { (priorities, enabled, chosen) =>
      val bench = machine()
      priorities.zip(enabled).zipWithIndex.foreach { case ((tpr, on), cpu) =>
        update(bench, cpu, 1 << (24 + cpu), on, tpr)
      }
      bench.inject(msi(id(bench), 0xfee0f00cL, 0x141))
      bench.settle()
      (0 until 4).find(bench.interrupts(_).nonEmpty) shouldBe chosen
      (0 until 4).map(bench.interrupts(_).size).sum shouldBe chosen.size
      bench.fate(Fate.LOST_DISABLED_LAPIC) shouldBe 1 - chosen.size
    }
  }

  "The redirection hint" should "pick one also for a fixed message (D-50)" in {
    val bench = machine()
    flat(bench)
    bench.inject(msi(id(bench), 0xfee0f00cL, 0x41))
    bench.settle()
    (0 until 4).map(bench.interrupts(_).size) shouldBe Seq(1, 0, 0, 0)
  }

  "Data" should "be taken apart as the manual draws it" in {
    import DeliveryMode._
    forAll(
      Table(
        ("data", "vector", "mode", "level", "asserted"),
        (0x0041, 0x41, FIXED, false, false),
        (0xc055, 0x55, FIXED, true, true),
        (0x0400, 0x00, NMI, false, false),
        (0x0200, 0x00, SMI, false, false),
        (0x4500, 0x00, INIT, false, true),
        (0x0700, 0x00, EXT_INT, false, false)
      )) { (data, vector, mode, level, asserted) =>
      val bench = machine()
      val name = id(bench)
      bench.inject(msi(name, data = data))
      bench.settle()
      bench.interrupts(0) shouldBe
        Seq(new LapicMessage.Interrupt(name, 0, vector, mode, level, asserted))
    }
  }

  "A message without a raise that reaches nobody" should "close nothing" in {
    // Regression: what an IO-APIC sent again at EOI, to a destination that is not there, closed
    // raise 0, and the books of the machine did not balance.
    val bench = machine()
    bench.inject(msi(0, address = 0xfee09000L))
    bench.settle()
    bench.fate(Fate.LOST_NO_ROUTE) shouldBe 0
  }

  "A reserved delivery mode" should "reach nobody" in {
    forAll(Table("data", 0x341, 0x641)) { data =>
      val bench = machine()
      bench.inject(msi(id(bench), data = data))
      bench.settle()
      bench.interrupts(0) shouldBe empty
      bench.fate(Fate.LOST_NO_ROUTE) shouldBe 1
    }
  }

  "A message to ordinary memory" should "be no interrupt (MSG-001)" in {
    val bench = machine()
    bench.inject(msi(id(bench), address = 0))
    bench.settle()
    bench.fate(Fate.LOST_NO_ROUTE) shouldBe 1
  }

  "A DMA write to 0xFEE" should "be an interrupt message, named by the root complex" in {
    val bench = machine()
    bench.inject(new DmaWrite(Requester, 0xfee02000L, 0x77, NONE))
    bench.settle()
    bench.vectors(2) shouldBe Seq(0x77)
    val name = bench.interrupts(2).head.id
    InterruptId.component(name) shouldBe bench.plan.find("root")
    bench.ledger.raised shouldBe 1
  }

  "An IO-APIC page" should "be read and written through, and its answer come back" in {
    val bench = machine()
    bench.ioApic.react = (message, _) =>
      message match {
        case read: IoApicMessage.RegisterRead =>
          bench.inject(new ReadDone(read.cpu, read.tag, 0x170020))
        case _ =>
      }
    bench.write(0xfec00000L, 1)
    bench.read(0xfec00010L) shouldBe 0x170020
    bench.ioApic.got.map(_._2).head shouldBe new IoApicMessage.RegisterWrite(0, 1)
    bench.read(0xfec01010L) shouldBe -1
  }

  "I/O ports" should "reach the 8259A pair, and nobody else" in {
    val bench = machine()
    bench.inject(new PortWrite(1, 3, 0x21, 0xfe))
    bench.inject(new PortRead(1, 4, 0x21))
    bench.inject(new PortWrite(1, 5, 0x80, 0))
    bench.inject(new PortRead(1, 6, 0x80))
    bench.settle()
    bench.pic.got.map(_._2) shouldBe
      Seq(new PicMessage.PortWrite(0x21, 0xfe), new PicMessage.PortRead(1, 4, 0x21))
    bench.cores(1).got.map(_._2) shouldBe Seq(
      new CpuMessage.Completion(3, 0),
      new CpuMessage.Completion(5, 0),
      new CpuMessage.Completion(6, 0xff))
    bench.count(Counter.BAD_ACCESS) shouldBe 2
  }

  "A DMA read" should "follow the posted writes before it on their way to memory (PCI-006)" in {
    val wiring = new RootWiring(
      1,
      RecordingIo.port[MemoryMessage]("memory"),
      RecordingIo.bus[LapicMessage](1),
      RecordingIo.bus[CpuMessage](1),
      java.util.List.of(),
      java.util.List.of(),
      java.util.List.of(),
      RecordingIo.port[PicMessage]("pic")
    )
    val root = new RootComplex(
      wiring, new ApicDirectory(1, 0, ApicMode.XAPIC), LowestPriorityPolicy.LOWEST_TPR)
    val io = new RecordingIo[RootComplexMessage]
    root.on(new DmaWrite(Requester, 0x1000, 7, RELAXED), io)
    root.on(new DmaRead(Requester, 3, 0x1000), io)
    io.messages.toArray shouldBe Array(
      new MemoryMessage.Write(0x1000, 7),
      new MemoryMessage.DmaLine(Requester, 3, 0x1000))
  }

  "A write from function to function" should "reach the other's registers" in {
    val bench = machine()
    bench.enableMsix(1, 0x50)
    val entry = MemoryMap.bar(1) + MemoryMap.MSIX_TABLE + 8
    bench.inject(new DmaWrite(Requester, entry, 0x99, NONE))
    bench.settle()
    bench.read(entry) shouldBe 0x99
  }

  "A posted TLP" should "give its credit back when it leaves the receive buffer" in {
    forAll(
      Table(
        ("what", "message"),
        ("data", new DmaWrite(Requester, 0x1000, 7, NONE)),
        ("a write to another function", new DmaWrite(Requester, MemoryMap.bar(1), 7, NONE)),
        ("a wire", new Intx(Requester, 1, true, 0, 0)),
        ("an interrupt that is a write", new DmaWrite(Requester, 0xfee00000L, 0x41, NONE)),
        ("an interrupt to nobody", new MsiWrite(0, 0, 0xfee77000L, 0x41, Requester, NONE)))) {
      (_, message) =>
        val bench = scarce(links(msiPs = 10, memoryPs = 5))
        bench.inject(message)
        bench.board.runBefore(bench.board.nowPs + 2)
        updates(bench) shouldBe 1
    }
  }

  it should "keep it as long as it is held behind data (PCI-004)" in {
    val bench = scarce(links(msiPs = 10, memoryPs = 5000))
    bench.inject(new DmaWrite(Requester, 0x1000, 7, NONE))
    bench.inject(msi(id(bench)))
    bench.board.runBefore(bench.board.nowPs + 4990)
    updates(bench) shouldBe 1
    bench.settle()
    updates(bench) shouldBe 2
  }

  it should "have none to give back when it came over no link" in {
    val bench = scarce(links(msiPs = 10, memoryPs = 5))
    bench.inject(msi(id(bench), requester = 0xf0f8))
    bench.settle()
    bench.vectors(0) shouldBe Seq(0x41)
    updates(bench) shouldBe 0
  }

  "Credits" should "come back half of them at a time, and never where they are infinite" in {
    forAll(Table(("credits", "writes", "updates"), (64, 31, 0), (64, 32, 1), (64, 320, 10),
      (1, 3, 3), (3, 3, 3), (5, 4, 2), (PcieSpec.INFINITE, 320, 0))) { (credits, writes, told) =>
      val bench = new TestMachine(Seq(endpoint("dev0", 4)), pcie = new PcieSpec(credits))
      (1 to writes).foreach(n => bench.inject(new DmaWrite(Requester, 8L * n, n, NONE)))
      bench.settle()
      updates(bench) shouldBe told
    }
  }
}
