package irqlab.ioapic

import irqlab.protocol.DeliveryMode
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class RteSpec extends AnyFlatSpec with Matchers {

  "An entry" should "reset to masked, edge, fixed, vector 0 (IOA-002)" in {
    Rte.RESET.raw shouldBe 0x10000L
    Rte.RESET.masked shouldBe true
    Rte.RESET.level shouldBe false
    Rte.RESET.deliveryMode shouldBe DeliveryMode.FIXED
  }

  it should "have its fields where the data sheet puts them" in {
    forAll(
      Table[String, Long, Rte => Any, Any](
        ("field", "raw", "read", "value"),
        ("vector", 0xffL, _.vector, 255),
        ("delivery mode lowest", 0x100L, _.deliveryMode, DeliveryMode.LOWEST_PRIORITY),
        ("delivery mode SMI", 0x200L, _.deliveryMode, DeliveryMode.SMI),
        ("delivery mode NMI", 0x400L, _.deliveryMode, DeliveryMode.NMI),
        ("delivery mode INIT", 0x500L, _.deliveryMode, DeliveryMode.INIT),
        ("delivery mode ExtINT", 0x700L, _.deliveryMode, DeliveryMode.EXT_INT),
        ("destination mode", 0x800L, _.logical, true),
        ("polarity", 0x2000L, _.activeLow, true),
        ("remote IRR", 0x4000L, _.remoteIrr, true),
        ("trigger", 0x8000L, _.level, true),
        ("mask", 0x10000L, _.masked, true),
        ("format", 1L << 48, _.remappable, true),
        ("destination", 0xa5L << 56, _.destination, 0xa5)
      )
    ) { (_, raw, read, value) =>
      read(new Rte(raw)) shouldBe value
      read(new Rte(~raw)) should not be value
    }
  }

  it should "keep delivery status and remote IRR out of software's reach (IOA-010)" in {
    forAll(
      Table(
        ("before", "written", "after"),
        (0x0L, -1L, 0xffff_ffff_ffff_afffL),
        (0x0L, 0x5000L, 0x0L),
        (0xc000L, 0x8000L, 0xc000L),
        (0xc000L, 0x18051L, 0x1c051L),
        (0xc051L, 0x0051L, 0x0051L)
      )
    ) { (before, written, after) => new Rte(before).written(written).raw shouldBe after }
  }

  it should "be written in halves that leave each other alone (IOA-024)" in {
    val entry = new Rte(0x0200_0000_0000_0051L)
    entry.writtenLow(0xffff_8061).raw shouldBe 0x0200_0000_ffff_8061L
    entry.writtenHigh(0x8000_0000).raw shouldBe 0x8000_0000_0000_0051L
  }

  it should "be level sensitive only where the data sheet allows it" in {
    forAll(
      Table(
        ("mode", "level"),
        (0, true),
        (1, true),
        (2, false),
        (3, false),
        (4, false),
        (5, false),
        (6, false),
        (7, false)
      )
    ) { (mode, level) => new Rte(0x8000L | mode << 8).levelSensitive shouldBe level }
  }

  it should "stand for one message (IOA-022)" in {
    forAll(
      Table(
        ("entry", "address", "data"),
        (0x0000_0000_0000_0031L, 0xfee0_0000L, 0x4031),
        (0x0300_0000_0000_0931L, 0xfee0_3004L, 0x4131),
        (0xff00_0000_0000_8031L, 0xfeef_f000L, 0xc031),
        (0x0100_0000_0000_0402L, 0xfee0_1000L, 0x4402),
        // Level is no choice of an NMI.
        (0x0100_0000_0000_8402L, 0xfee0_1000L, 0x4402),
        // Remappable format: index 0x45 in bits 63:49, format bit 48; bit 11 is index bit 15.
        (0x008b_0000_0000_8011L, 0xfee0_08b0L, 0xc011),
        (0x008b_0000_0000_0811L, 0xfee0_08b4L, 0x4011)
      )
    ) { (entry, address, data) =>
      new Rte(entry).address shouldBe address
      new Rte(entry).data shouldBe data
    }
  }
}
