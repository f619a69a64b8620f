package irqlab.pcie.config

import irqlab.observe.Fate
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner
import scala.collection.mutable.ArrayBuffer

@RunWith(classOf[JUnitRunner])
class MsiCapabilitySpec extends AnyFlatSpec with Matchers {
  private class Bench(messages: Int = 1, wide: Boolean = true, masks: Boolean = true)
      extends MessageSink {
    val chip = new MsiCapability(messages, wide, masks)
    val config =
      new ConfigSpace(new PciIdentity(0x1234, 0x5678, 0x010802, 1), 0, 0xc0000000, chip, null)
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

    def write(offset: Int, sizeBytes: Int, value: Int): Unit = {
      config.write(0x50 + offset, sizeBytes, value)
      chip.flush(true, this)
    }
    def read(offset: Int, sizeBytes: Int = 4): Int = config.read(0x50 + offset, sizeBytes)
    def on(log2: Int = 0): Bench = {
      write(4, 4, 0xfee01000)
      write(if (wide) 12 else 8, 2, 0x40)
      write(2, 2, 1 | log2 << 4)
      this
    }
  }

  "The four layouts" should "have their sizes, and data, mask and pending in place (MSI-002)" in {
    forAll(
      Table(
        ("wide", "masks", "bytes", "data", "mask"),
        (false, false, 0x0a, 0x08, -1),
        (true, false, 0x0e, 0x0c, -1),
        (false, true, 0x14, 0x08, 0x0c),
        (true, true, 0x18, 0x0c, 0x10)
      )) { (wide, masks, bytes, data, mask) =>
      val bench = new Bench(4, wide, masks)
      bench.chip.bytes shouldBe bytes
      bench.write(data, 2, 0xbeef)
      bench.read(data, 2) shouldBe 0xbeef
      bench.write(4, 4, -1)
      bench.read(4) shouldBe 0xfffffffc
      bench.write(0x0c, 4, 0x0a)
      bench.read(0x0c) shouldBe
        (if (mask == 0x0c) 0x0a else if (wide) 0x0a else 0)
      if (mask >= 0) {
        bench.write(mask, 4, 0x5)
        bench.read(mask) shouldBe 0x5
        bench.read(mask + 4) shouldBe 0
      }
    }
  }

  "Message control" should "clamp the enabled count to the capable one (MSI-001)" in {
    forAll(
      Table(
        ("messages", "capable", "asked", "enabled"),
        (1, 0, 5, 1),
        (3, 2, 1, 2),
        (32, 5, 5, 32),
        (32, 5, 7, 32)
      )) { (messages, capable, asked, enabled) =>
      val bench = new Bench(messages)
      bench.write(2, 2, asked << 4)
      bench.chip.enabledMessages shouldBe enabled
      bench.read(2, 2) >> 1 & 7 shouldBe capable
    }
    an[IllegalArgumentException] should be thrownBy new MsiCapability(33, true, true)
  }

  "The number of the message" should "replace the low bits of data (MSI-001, D-51)" in {
    forAll(Table(("log2", "entry", "data"), (0, 0, 0x43), (2, 1, 0x41), (2, 3, 0x43), (1, 3, 0x43))) {
      (log2, entry, data) =>
        val bench = new Bench(8).on(log2)
        bench.write(12, 2, 0x43)
        bench.chip.trigger(entry, 1, 0, bench)
        bench.sent shouldBe Seq((1, 0xfee01000L, data))
    }
  }

  "Triggers while masked" should "give one message after unmask (MSI-003)" in {
    val bench = new Bench(2).on(1)
    bench.write(16, 4, 2)
    (1 to 4).foreach(id => bench.chip.trigger(1, id, 0, bench))
    bench.sent shouldBe empty
    bench.read(20) shouldBe 2
    bench.write(16, 4, 0)
    bench.sent.map(_._1) shouldBe Seq(1)
    bench.read(20) shouldBe 0
    bench.closed shouldBe Seq(2, 3, 4).map(id => (id.toLong, Fate.COLLAPSED_PBA))
  }

  "Pending bits above a smaller count" should "be discarded, with a fate (MSI-004)" in {
    val bench = new Bench(4).on(2)
    bench.write(16, 4, 0xf)
    (0 to 3).foreach(n => bench.chip.trigger(n, n + 1, 0, bench))
    bench.write(2, 2, 1 | 1 << 4)
    bench.read(20) shouldBe 3
    bench.closed shouldBe Seq((3L, Fate.LOST_MASKED), (4L, Fate.LOST_MASKED))
  }

  "An update of address, then data" should "be torn by a message in between (MSI-005)" in {
    val bench = new Bench(masks = false).on()
    bench.write(4, 4, 0xfee03000)
    bench.chip.trigger(0, 1, 0, bench)
    bench.write(12, 2, 0x55)
    bench.chip.trigger(0, 2, 0, bench)
    bench.sent shouldBe Seq((1, 0xfee03000L, 0x40), (2, 0xfee03000L, 0x55))
  }

  "The pending register" should "be read-only" in {
    val bench = new Bench(4).on(2)
    bench.write(20, 4, 0xf)
    bench.read(20) shouldBe 0
  }
}
