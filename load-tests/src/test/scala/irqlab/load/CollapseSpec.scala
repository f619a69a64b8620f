package irqlab.load

import irqlab.observe.Counter
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Section A of the experiments: one vector remembers one request beside the one in service. */
@RunWith(classOf[JUnitRunner])
class CollapseSpec extends AnyFlatSpec with Matchers {

  "A device at 1 MHz with a handler of 5 us" should "have 200 001 of a million handled (E-01)" in {
    val run = Experiment.device(1, "cost = 5us", """{ on = device, arrivals = "every(1us)", count = 1M }""")
    run.handled(0) shouldBe 200001
    run.collapsed(0) shouldBe 799999
  }

  it should "give the exact finite counts for other services (E-02)" in {
    // At 4.5 us both tie rules are right by one; the hops of 1 ps make the arrival come first.
    forAll(Table(("cost", "count", "handled"),
      ("4.5us", 1000000L, 222223L), ("1.5us", 1000000L, 666667L), ("0.9us", 1000000L, 1000000L),
      ("5us", 1000L, 201L))) { (cost, count, handled) =>
      val run =
        Experiment.device(1, s"cost = $cost", s"""{ on = device, arrivals = "every(1us)", count = $count }""")
      run.handled(0) shouldBe handled
    }
  }

  "Poisson arrivals" should "be handled at 1 / (rho + exp(-rho)) of their number within 0.5 %" in {
    forAll(Table("rho", 0.1, 0.5, 1.0, 2.0, 5.0)) { rho =>
      val load = s"""{ on = device, arrivals = "poisson(${(rho * 200000).toLong}/s)", count = 1M }"""
      val share = Experiment.device(1, "cost = 5us", load).handledShare(0)
      share shouldBe 1 / (rho + math.exp(-rho)) +- 0.005 / (rho + math.exp(-rho))
    }
  }

  "A burst to an idle CPU" should "be handled at most twice (E-06)" in {
    // All within the service of the first; at the very same time they would meet one IRR bit.
    forAll(Table(("burst", "handled"), (1, 1L), (2, 2L), (3, 2L), (64, 2L))) { (burst, handled) =>
      val load = s"""{ on = device, arrivals = "every(10ns)", count = $burst }"""
      val run = Experiment.device(1, "cost = 5us", load)
      run.handled(0) shouldBe handled
      run.collapsed(0) shouldBe burst - handled
    }
  }

  "Two vectors on one CPU" should "share it by strict priority of their numbers (E-11)" in {
    // Tolerance of the experiment's own simulation: 0.002; ours adds the noise of 500 000 messages.
    forAll(Table(("a", "b", "high", "low"),
      (0.25, 0.25, 0.9462, 0.9218), (0.5, 0.5, 0.8352, 0.7115), (1.0, 1.0, 0.6437, 0.3249),
      (2.0, 0.5, 0.4376, 0.2311), (2.0, 2.0, 0.4327, 0.0669), (5.0, 1.0, 0.1987, 0.0067))) {
      (a, b, high, low) =>
        val law = (rate: Double) => s"poisson(${(rate * 1000000).toLong}/s)"
        val load = s"""{ on = device, queues = v0, arrivals = "${law(b)}" }
          { on = device, queues = v1, arrivals = "${law(a)}" }"""
        val run = Experiment.device(2, "cost = 1us", load, stop = "after = 500ms")
        run.handledShare(1) shouldBe high +- 0.004
        run.handledShare(0) shouldBe low +- 0.004
    }
  }

  "Handlers" should "run once for each dispatch and for nothing else" in {
    val load = """{ on = device, arrivals = "poisson(1M/s)", count = 100k }"""
    val run = Experiment.device(1, "cost = 1us", load)
    run.counter(Counter.HANDLER_RUNS) shouldBe run.handled(0)
    run.counts(24).head shouldBe run.handled(0)
  }
}
