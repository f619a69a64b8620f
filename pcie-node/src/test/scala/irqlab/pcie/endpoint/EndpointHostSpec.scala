package irqlab.pcie.endpoint

import irqlab.observe.{Counter, Fate}
import irqlab.pcie.config.{ConfigSpace, MsiCapability, MsixCapability, PciIdentity}
import irqlab.pcie.endpoint.generic.{Discipline, GenericDevice}
import irqlab.protocol.RootComplexMessage._
import irqlab.protocol._
import irqlab.runtime.RecordingIo
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class EndpointHostSpec extends AnyFlatSpec with Matchers {
  // A function that has everything: a wire, MSI and MSI-X.
  private class Bench(entries: Int = 4, discipline: Discipline = Discipline.FREE_RUNNING) {
    val io = new RecordingIo[EndpointMessage]
    private val config = new ConfigSpace(
      new PciIdentity(1, 2, 3, 4),
      1,
      0xc0000000,
      new MsiCapability(entries, true, true),
      new MsixCapability(entries, MemoryMap.MSIX_TABLE, MemoryMap.MSIX_PBA))
    val host = new EndpointHost(
      9, 0x20, entries, config, new GenericDevice(entries, discipline),
      RecordingIo.port[RootComplexMessage]("root"))

    def config(offset: Int, value: Int): Unit =
      host.on(new EndpointMessage.ConfigWrite(0, 1, offset, 2, value), io)
    def write(offset: Int, value: Long): Unit =
      host.on(new EndpointMessage.MmioWrite(offset, value), io)
    def read(offset: Int): Long = {
      host.on(new EndpointMessage.MmioRead(0, 1, offset), io)
      io.messages.asScala.reverseIterator.collectFirst { case done: ReadDone => done.value }.get
    }
    def raise(entry: Int): Unit =
      host.on(new EndpointMessage.Command(EndpointCommands.RAISE, entry, 0, 0, 0), io)
    def levels: Seq[Boolean] = io.messages.asScala.toSeq.collect { case i: Intx => i.asserted }
    def messages: Seq[MsiWrite] = io.messages.asScala.toSeq.collect { case m: MsiWrite => m }
    def fate(fate: Fate): Long = io.ledger.fate(fate)
    def status: Int = {
      host.on(new EndpointMessage.ConfigRead(0, 1, 0x06, 2), io)
      io.messages.asScala.reverseIterator.collectFirst { case d: ReadDone => d.value.toInt }.get
    }
    def master(): Bench = { config(0x04, 0x0006); this }
    def msix(): Bench = {
      master()
      config(0x72, 0x8000)
      (0 until entries).foreach(n => write(MemoryMap.MSIX_TABLE + 16 * n + 12, 0))
      this
    }
  }

  "A raise" should "take the way that software has enabled" in {
    forAll(
      Table(
        ("command", "msi", "msi-x", "messages", "wire", "fate"),
        (0x0002, 0, 0, 0, true, None),
        (0x0006, 1, 0, 1, false, None),
        (0x0006, 0, 0x8000, 0, false, None),
        (0x0002, 1, 0, 0, false, Some(Fate.LOST_NOT_MASTER)),
        (0x0002, 0, 0x8000, 0, false, Some(Fate.LOST_NOT_MASTER))
      )) { (command, msi, msix, messages, wire, fate) =>
      val bench = new Bench()
      bench.config(0x04, command)
      bench.config(0x52, msi)
      bench.config(0x72, msix)
      bench.raise(0)
      bench.messages should have size messages
      bench.levels shouldBe (if (wire) Seq(true) else Seq())
      fate.foreach(bench.fate(_) shouldBe 1)
    }
  }

  "The wire" should "rise once and fall when the last entry lets go (PCI-001)" in {
    val bench = new Bench()
    bench.raise(0)
    bench.raise(2)
    bench.raise(2)
    bench.read(0)
    bench.levels shouldBe Seq(true)
    bench.read(16) shouldBe 2
    bench.levels shouldBe Seq(true, false)
    bench.fate(Fate.COLLAPSED_LINE) shouldBe 2
  }

  it should "fall by itself when a load holds it for a time" in {
    val bench = new Bench()
    bench.host.on(new EndpointMessage.Command(EndpointCommands.HOLD_LINE, 0, 500, 0, 0), bench.io)
    bench.raise(0)
    bench.levels shouldBe Seq(true)
    bench.io.expire(bench.host)
    bench.io.nowPs shouldBe 500
    bench.levels shouldBe Seq(true, false)
  }

  "INTx disable" should "drop the wire, keep status bit 3, and let it rise again (PCI-002)" in {
    val bench = new Bench()
    bench.raise(0)
    bench.config(0x04, 0x0402)
    bench.levels shouldBe Seq(true, false)
    bench.status & 8 shouldBe 8
    bench.config(0x04, 0x0002)
    bench.levels shouldBe Seq(true, false, true)
    bench.read(0)
    bench.status & 8 shouldBe 0
    bench.io.ledger.raised shouldBe 2
  }

  it should "keep a condition that arises meanwhile until it is cleared" in {
    val bench = new Bench()
    bench.config(0x04, 0x0402)
    bench.raise(0)
    bench.levels shouldBe empty
    bench.config(0x04, 0x0002)
    bench.levels shouldBe Seq(true)
    bench.io.ledger.raised shouldBe 1
  }

  it should "withdraw a condition that ends unseen" in {
    val bench = new Bench()
    bench.config(0x04, 0x0402)
    bench.raise(0)
    bench.read(0) shouldBe 1
    bench.config(0x04, 0x0002)
    bench.levels shouldBe empty
    bench.fate(Fate.WITHDRAWN) shouldBe 1
  }

  "Enabling MSI or MSI-X" should "drop the wire (PCI-003)" in {
    forAll(Table(("control", "value"), (0x52, 1), (0x72, 0x8000))) { (control, value) =>
      val bench = new Bench()
      bench.raise(0)
      bench.config(control, value)
      bench.levels shouldBe Seq(true, false)
      bench.config(control, 0)
      bench.levels shouldBe Seq(true, false, true)
    }
  }

  "Setting bus master" should "let go what became pending before (PCI-009)" in {
    val bench = new Bench().msix()
    bench.write(MemoryMap.MSIX_TABLE + 12, 1)
    bench.raise(0)
    bench.config(0x04, 0x0002)
    bench.write(MemoryMap.MSIX_TABLE + 12, 0)
    bench.messages shouldBe empty
    bench.config(0x04, 0x0006)
    bench.messages should have size 1
  }

  "An update of an unmasked entry" should "be torn by a message between its dwords (MSX-005)" in {
    val bench = new Bench().msix()
    bench.write(MemoryMap.MSIX_TABLE, 0xfee00000L)
    bench.write(MemoryMap.MSIX_TABLE + 8, 0x41)
    bench.write(MemoryMap.MSIX_TABLE, 0xfee01000L)
    bench.raise(0)
    bench.write(MemoryMap.MSIX_TABLE + 8, 0x52)
    bench.raise(0)
    bench.messages.map(m => (m.address, m.data)) shouldBe
      Seq((0xfee01000L, 0x41), (0xfee01000L, 0x52))
  }

  "An update under the mask" should "never be torn (AFF-001)" in {
    val bench = new Bench().msix()
    bench.write(MemoryMap.MSIX_TABLE, 0xfee00000L)
    bench.write(MemoryMap.MSIX_TABLE + 8, 0x41)
    Seq((12, 1L), (0, 0xfee01000L), (8, 0x52L), (12, 0L)).foreach { case (dword, value) =>
      bench.write(MemoryMap.MSIX_TABLE + dword, value)
      bench.raise(0)
    }
    bench.messages.map(m => (m.address, m.data)).toSet shouldBe Set((0xfee01000L, 0x52))
    bench.messages should have size 2
    bench.fate(Fate.COLLAPSED_PBA) shouldBe 2
  }

  "A message on its way" should "arrive after the mask was read back (MSX-009)" in {
    val bench = new Bench().msix()
    bench.raise(0)
    bench.write(MemoryMap.MSIX_TABLE + 12, 1)
    bench.read(MemoryMap.MSIX_TABLE + 12) shouldBe 1
    val order = bench.io.messages.asScala.toSeq.collect {
      case _: MsiWrite    => "message"
      case done: ReadDone => s"read ${done.value}"
    }
    order.takeRight(2) shouldBe Seq("message", "read 1")
  }

  "Registers" should "be gone while memory is not decoded" in {
    val bench = new Bench()
    bench.config(0x04, 0)
    bench.read(0) shouldBe -1
    bench.write(0, 1)
    bench.io.ledger.counter(Counter.BAD_ACCESS) shouldBe 2
  }

  "The pending bits, and addresses between dwords" should "not be written (MSX-007, MSX-008)" in {
    val bench = new Bench().msix()
    bench.write(MemoryMap.MSIX_PBA, -1)
    bench.write(MemoryMap.MSIX_TABLE + 2, -1)
    bench.read(MemoryMap.MSIX_PBA) shouldBe 0
    bench.read(MemoryMap.MSIX_TABLE) shouldBe 0
    bench.io.ledger.counter(Counter.BAD_ACCESS) shouldBe 2
  }

  "A device whose latch wants an acknowledge" should "interrupt once for each (DRV-050 b)" in {
    val bench = new Bench(discipline = Discipline.ACK_REQUIRED).msix()
    (1 to 3).foreach(_ => bench.raise(0))
    bench.messages should have size 1
    bench.read(0) shouldBe 3
    bench.raise(0)
    bench.messages should have size 2
  }

  "An armed device" should "interrupt once for each arming, at once when something waits (DRV-040)" in {
    val bench = new Bench(discipline = Discipline.ARMED).msix()
    (1 to 3).foreach(_ => bench.raise(0))
    bench.messages should have size 1
    bench.read(0) shouldBe 3
    bench.raise(0)
    bench.messages should have size 1
    bench.write(0, 1)
    bench.messages should have size 2
    bench.read(0) shouldBe 1
    bench.write(0, 1)
    bench.messages should have size 2
    bench.raise(0)
    bench.messages should have size 3
  }

  "MSI of fewer messages than sources" should "be shared by the sources" in {
    val bench = new Bench(entries = 4).master()
    bench.config(0x5c, 0x40)
    bench.config(0x52, 1 | 1 << 4)
    (0 to 3).foreach(bench.raise)
    bench.messages.map(_.data) shouldBe Seq(0x40, 0x41, 0x40, 0x41)
  }
}
