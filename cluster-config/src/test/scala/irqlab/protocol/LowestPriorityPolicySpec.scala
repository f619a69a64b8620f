package irqlab.protocol

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class LowestPriorityPolicySpec extends AnyFlatSpec with Matchers {

  /** CPUs 0 to 3 with these task priorities; CPU 3 is software disabled. */
  private def directory: ApicDirectory = {
    val directory = ApicDirectory.softwareEnabled(4, 0, ApicMode.XAPIC)
    Seq(0x30, 0x20, 0x20, 0x00).zipWithIndex.foreach { case (tpr, cpu) =>
      directory.update(cpu, cpu, 0, ApicMode.XAPIC, false, cpu != 3, tpr)
    }
    directory
  }

  private val choices = Table(
    ("policy", "candidates", "vector", "turn", "chosen"),
    (LowestPriorityPolicy.LOWEST_TPR, Array(0, 1, 2, 3), 0x31, 5, 1),
    (LowestPriorityPolicy.LOWEST_TPR, Array(0, 2), 0x31, 0, 2),
    (LowestPriorityPolicy.LOWEST_TPR, Array(3), 0x31, 0, ApicDirectory.NONE),
    (LowestPriorityPolicy.VECTOR_HASH, Array(0, 1, 2, 3), 0x31, 5, 0x31 % 3),
    (LowestPriorityPolicy.VECTOR_HASH, Array(1, 2), 0x31, 0, 2),
    (LowestPriorityPolicy.ROUND_ROBIN, Array(0, 1, 2, 3), 0x31, 4, 1),
    (LowestPriorityPolicy.ROUND_ROBIN, Array(1, 2), 0x31, 5, 2),
    (LowestPriorityPolicy.FIRST, Array(1, 2, 3), 0x31, 5, 1),
    (LowestPriorityPolicy.FIRST, Array(3), 0x31, 5, ApicDirectory.NONE)
  )

  "A policy" should "pick one of those that are enabled, by its rule" in {
    forAll(choices) { (policy, candidates, vector, turn, chosen) =>
      policy.choose(directory, candidates, candidates.length, vector, turn) shouldBe chosen
    }
  }

  "Only the lowest-TPR policy" should "need to be told of task priorities" in {
    LowestPriorityPolicy.values.filter(_.needsPriority) shouldBe
      Array(LowestPriorityPolicy.LOWEST_TPR)
  }

  "Round robin" should "go on past 2^31 picks" in {
    LowestPriorityPolicy.ROUND_ROBIN.choose(directory, Array(0, 1, 2), 3, 0x31, -1) shouldBe 0
  }
}
