package irqlab.topology

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class CpuListSpec extends AnyFlatSpec with Matchers {

  "A CPU list" should "come out in its shortest form" in {
    forAll(
      Table(
        ("written", "shortest"),
        ("0", "0"),
        ("0-3", "0-3"),
        ("3,1,2", "1-3"),
        ("0-1,1-2,8", "0-2,8"),
        (" 5 , 7-7 ", "5,7"),
        ("4095", "4095")
      )
    ) { (written, shortest) =>
      CpuList.format(CpuList.parse(written).get) shouldBe shortest
    }
  }

  it should "be refused when it is none" in {
    forAll(Table("text", "", "all", "3-1", "1,,2", "-1", "4096", "9999999999")) { text =>
      CpuList.parse(text).isPresent shouldBe false
    }
  }
}
