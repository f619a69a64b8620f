package irqlab.pcie.config

import irqlab.observe.Fate
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner
import scala.collection.mutable.ArrayBuffer
import scala.util.Random

@RunWith(classOf[JUnitRunner])
class MsixCapabilitySpec extends AnyFlatSpec with Matchers {
  private val Table0 = 0x10000
  private val Pba0 = 0x18000

  private class Bench(entries: Int = 4) extends MessageSink {
    val chip = new MsixCapability(entries, Table0, Pba0)
    val config =
      new ConfigSpace(new PciIdentity(0x1234, 0x5678, 0x010802, 1), 0, 0xc0000000, null, chip)
    val sent: ArrayBuffer[(Long, Long, Int)] = ArrayBuffer.empty
    val closed: ArrayBuffer[(Long, Fate)] = ArrayBuffer.empty
    /** False while an earlier message waits for credit. */
    var free = true
    override def message(
        entry: Int, id: Long, raisedPs: Long, address: Long, data: Int): Boolean = {
      if (free) sent += ((id, address, data))
      free
    }
    override def closed(id: Long, fate: Fate): Unit = closed += ((id, fate))

    def control(bits: Int): Unit = {
      config.write(0x72, 2, bits)
      chip.flush(true, this)
    }
    def entry(n: Int, dword: Int, value: Int): Unit =
      chip.writeTable(Table0 + 16 * n + 4 * dword, value, true, this)
    def set(n: Int, address: Int, data: Int): Unit = {
      entry(n, 0, address)
      entry(n, 1, 0)
      entry(n, 2, data)
    }
    def on(): Bench = { control(0x8000); this }
  }

  "MSI-X after reset" should "be off, with every entry masked and no function mask (MSX-002)" in {
    val bench = new Bench(3)
    bench.config.read(0x70, 4) shouldBe 0x00020011
    (0 to 2).map(n => bench.chip.readTable(Table0 + 16 * n + 12)) shouldBe Seq(1, 1, 1)
    bench.chip.readPba(Pba0) shouldBe 0
  }

  "The capability" should "say its size, and where table and PBA are (MSX-001)" in {
    val bench = new Bench(2048)
    bench.config.read(0x72, 2) shouldBe 0x7ff
    bench.config.read(0x74, 4) shouldBe Table0
    bench.config.read(0x78, 4) shouldBe Pba0
    an[IllegalArgumentException] should be thrownBy new MsixCapability(2049, Table0, Pba0)
    an[IllegalArgumentException] should be thrownBy new MsixCapability(4, Table0, Table0 + 32)
    an[IllegalArgumentException] should be thrownBy new MsixCapability(4, Table0, Pba0 + 4)
  }

  "Registers" should "keep the bits that software can write" in {
    forAll(
      Table(
        ("dword", "written", "read back"),
        (0, 0xfee01007, 0xfee01004),
        (1, 0x12345678, 0x12345678),
        (2, 0xffffffff, 0xffffffff),
        (3, 0xfffffffe, 0),
        (3, 0xffffffff, 1)
      )) { (dword, written, readBack) =>
      val bench = new Bench()
      bench.entry(1, dword, written)
      bench.chip.readTable(Table0 + 16 + 4 * dword) shouldBe readBack
    }
  }

  it should "take the enable and function mask bits of message control only" in {
    val bench = new Bench(4)
    bench.config.write(0x70, 4, -1)
    bench.config.read(0x70, 4) shouldBe 0xc0030011
    bench.config.write(0x73, 1, 0x40)
    bench.config.read(0x72, 2) shouldBe 0x4003
  }

  "A trigger" should "send the entry as it is when nothing masks it" in {
    val bench = new Bench().on()
    bench.set(2, 0xfee01000, 0x41)
    bench.entry(2, 3, 0)
    bench.chip.trigger(2, 7, 0, bench)
    bench.sent shouldBe Seq((7, 0xfee01000L, 0x41))
  }

  "Events while masked" should "become one message after unmask, the rest collapsed (E-07, MSX-004)" in {
    forAll(Table(("events", "messages"), (0, 0), (1, 1), (2, 1), (17, 1))) { (events, messages) =>
      val bench = new Bench().on()
      bench.set(0, 0xfee00000, 0x30)
      (1 to events).foreach(id => bench.chip.trigger(0, id, 0, bench))
      bench.sent shouldBe empty
      bench.chip.readPba(Pba0) shouldBe Math.min(events, 1)
      bench.entry(0, 3, 0)
      bench.sent should have size messages
      bench.chip.readPba(Pba0) shouldBe 0
      bench.closed shouldBe (2 to events).map(id => (id, Fate.COLLAPSED_PBA))
    }
  }

  "An unmask" should "use what was written while masked (MSX-005)" in {
    val bench = new Bench().on()
    bench.set(0, 0xfee00000, 0x30)
    bench.chip.trigger(0, 1, 0, bench)
    bench.set(0, 0xfee03000, 0x55)
    bench.sent shouldBe empty
    bench.entry(0, 3, 0)
    bench.sent shouldBe Seq((1, 0xfee03000L, 0x55))
  }

  it should "send nothing a second time" in {
    val bench = new Bench().on()
    bench.chip.trigger(0, 1, 0, bench)
    bench.entry(0, 3, 0)
    bench.entry(0, 3, 0)
    bench.entry(0, 3, 1)
    bench.entry(0, 3, 0)
    bench.sent should have size 1
  }

  "The function mask" should "hold every entry back, and let the unmasked go when it falls" in {
    val bench = new Bench().on()
    (0 to 2).foreach(bench.entry(_, 3, 0))
    bench.control(0xc000)
    (0 to 3).foreach(n => bench.chip.trigger(n, n + 1, 0, bench))
    bench.sent shouldBe empty
    bench.chip.readPba(Pba0) shouldBe 0xf
    bench.control(0x8000)
    bench.sent.map(_._1) shouldBe Seq(1, 2, 3)
    bench.chip.readPba(Pba0) shouldBe 0x8
  }

  "A pending message of a function that is not bus master" should "stay pending (PCI-009)" in {
    val bench = new Bench().on()
    bench.chip.trigger(0, 1, 0, bench)
    bench.chip.writeTable(Table0 + 12, 0, false, bench)
    bench.sent shouldBe empty
    bench.chip.flush(true, bench)
    bench.sent.map(_._1) shouldBe Seq(1)
  }

  "Entry 64" should "have the first bit of the second word of the PBA" in {
    val bench = new Bench(65).on()
    bench.chip.trigger(64, 1, 0, bench)
    bench.chip.readPba(Pba0) shouldBe 0
    bench.chip.readPba(Pba0 + 8) shouldBe 1
    bench.chip.trigger(35, 2, 0, bench)
    bench.chip.readPba(Pba0 + 4) shouldBe 8
  }

  "Any order of masks, events and writes" should "lose no name and leave no bit without a mask" in {
    val seed = sys.props.getOrElse("irqlab.seed", "20261120").toLong
    info(s"seed=$seed")
    val random = new Random(seed)
    val bench = new Bench(70).on()
    var raised = 0L
    for (_ <- 1 to 20000) {
      val entry = random.nextInt(70)
      random.nextInt(5) match {
        case 0 => bench.entry(entry, 3, random.nextInt(2))
        case 1 => bench.control(if (random.nextInt(4) == 0) 0xc000 else 0x8000)
        case 2 => bench.set(entry, 0xfee00000 | random.nextInt(4) << 12, 0x20 + entry)
        case _ =>
          raised += 1
          bench.chip.trigger(entry, raised, 0, bench)
      }
      val unmaskedPending = (0 until 70).filter(n =>
        bench.chip.pending(n) && !bench.chip.masked(n) && !bench.chip.functionMask)
      unmaskedPending shouldBe empty
    }
    val pending = (0 until 70).count(bench.chip.pending).toLong
    bench.sent.size + bench.closed.size + pending shouldBe raised
    (bench.sent.map(_._1) ++ bench.closed.map(_._1)).distinct should have size
      bench.sent.size.toLong + bench.closed.size
  }
}
