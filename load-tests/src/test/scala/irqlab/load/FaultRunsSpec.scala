package irqlab.load

import irqlab.runtime.Rng
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

/** Two harms of those that `irqlab faults --runs 50` does before a release. */
@RunWith(classOf[JUnitRunner])
class FaultRunsSpec extends AnyFlatSpec with Matchers {
  "A node that is cut off" should "end the run, and the books close" in {
    var news = Vector.empty[String]
    val outcome = FaultRuns.run(Harm.CUT, new Rng(7, "cut"), 3, line => news :+= line)
    withClue(s"$news $outcome ") { outcome.wrong shouldBe empty }
    outcome.raised should be > 0L
  }

  "A cut of three seconds that breaks connections" should "lose nothing, and the run go on" in {
    var news = Vector.empty[String]
    val outcome = FaultRuns.run(Harm.BREAK, new Rng(7, "break"), 8, line => news :+= line)
    withClue(s"$news $outcome ") { outcome.wrong shouldBe empty }
    outcome.goneOn shouldBe true
    outcome.lost shouldBe 0
  }
}
