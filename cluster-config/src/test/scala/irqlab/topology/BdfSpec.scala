package irqlab.topology

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class BdfSpec extends AnyFlatSpec with Matchers {

  "A PCI address" should "be found behind every hwirq that PRC-008 lists" in {
    forAll(
      Table(
        ("hwirq", "address", "index"),
        (49152L, "00:03.0", 0),
        (65537L, "00:04.0", 1),
        (81920L, "00:05.0", 0),
        (98304L, "00:06.0", 0),
        (131072L, "00:08.0", 0),
        (16384L, "00:01.0", 0),
        (18432L, "00:01.1", 0),
        (524288L, "01:00.0", 0),
        (1048576L, "02:00.0", 0),
        (1572864L, "03:00.0", 0),
        (2097152L, "04:00.0", 0)
      )
    ) { (hwirq, address, index) =>
      Bdf.ofHwirq(hwirq).shortText shouldBe address
      Bdf.parse(address).get.hwirq(index) shouldBe hwirq
    }
  }

  it should "carry its domain into the hwirq and back" in {
    val address = Bdf.parse("10a3:c8:1f.7").get
    address.hwirq(2047) shouldBe (0x10a3L << 27 | 0xc8ffL << 11 | 2047)
    Bdf.ofHwirq(address.hwirq(2047)) shouldBe address
    address.text shouldBe "10a3:c8:1f.7"
  }

  it should "not be read from a text that is none" in {
    forAll(Table("text", "", "4", "00:20.0", "00:04.8", "0:04.0", "00:04", "00:04.0 ")) { text =>
      Bdf.parse(text).isPresent shouldBe false
    }
  }
}
