package irqlab.bench

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class HeapWatchSpec extends AnyFlatSpec with Matchers {
  private val MiB = 1L << 20

  "A heap" should "have grown when it is a tenth and 4 MiB larger than at the second look" in {
    forAll(
      Table(
        ("looks, MiB", "grown"),
        (Seq(10, 90), Seq(false, false)),
        (Seq(10, 20, 26, 5), Seq(false, false, false, false)),
        (Seq(10, 20, 27, 26), Seq(false, false, true, false)),
        (Seq(80, 10, 14, 16), Seq(false, false, false, true)))) { (looks, grown) =>
      val watch = new HeapWatch
      looks.map(look => watch.grown(look * MiB)) shouldBe grown
    }
  }
}
