package irqlab.testing

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class ScriptsSpec extends AnyFlatSpec with Matchers {
  // A latch with a planted fault: a clear between two sets is forgotten when 7 came before.
  private def planted(script: Seq[Int]): Option[String] = {
    val seven = script.indexOf(7)
    val set = script.indexOf(1, seven + 1)
    val cleared = script.indexOf(0, set + 1)
    Option.when(seven >= 0 && set > seven && cleared > set)("still set")
  }

  private def told(first: Long): String =
    the[AssertionError]
      .thrownBy(Scripts.check(first, 50, 200)(_.nextInt(20))(planted))
      .getMessage

  "A script that fails" should "be told with its seed and only the operations that matter" in {
    told(1) shouldBe "seed=1: still set\n  7\n  1\n  0"
  }

  it should "be drawn again from its seed" in {
    told(33) should startWith("seed=33: ")
    told(33) shouldBe told(33)
  }

  it should "keep every operation that is needed, neighbours or far apart" in {
    val needed = Set(0, 99, 100, 199)
    val run = (script: Seq[Int]) => Option.when(needed.forall(script.contains))("all there")
    Scripts.shrink(0 to 199, run) shouldBe Seq(0, 99, 100, 199)
  }

  it should "be the empty one when even nothing fails" in {
    Scripts.shrink(0 to 9, (_: Seq[Int]) => Some("always")) shouldBe empty
  }

  "Scripts that do not fail" should "pass" in {
    noException should be thrownBy Scripts.check(1, 20, 50)(_.nextInt(7))(planted)
  }
}
