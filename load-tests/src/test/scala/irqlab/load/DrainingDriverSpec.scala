package irqlab.load

import irqlab.observe.Counter
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** E-08: a driver that drains its queue finds nothing in a known share of its runs. */
@RunWith(classOf[JUnitRunner])
class DrainingDriverSpec extends AnyFlatSpec with Matchers {

  private def run(ratePerS: Long) = new Experiment(s"""
    irqlab.format = 1
    scenario { name = drain, seed = 3, stop { when-drained = on, or-after = 100s } }
    machine { cpus = 1, timing = ideal, tick = off }
    endpoints = [ { name = device, bdf = "00:04.0", kind = nvme, msi-x = 2, queues = 1
      queue-depth = 1024, affinity = managed
      handler { cost = 0ns, overhead = 1us, drain = 200ns } } ]
    load = [ { on = device, queues = q1, arrivals = "poisson($ratePerS/s)", count = 400k } ]
    """)

  "Handler runs that find nothing" should "be P / (1 + x) of all runs" in {
    // o = 1 us, c = 0.2 us; the model's own hops of some ps are far below the tolerance.
    forAll(Table("completions in 1 us", 0.1, 0.5, 1.0, 2.0, 4.0)) { lambda =>
      val p = 1 - math.exp(-lambda * 1.2)
      val x = p * math.exp(lambda)
      val experiment = run((lambda * 1000000).toLong)
      val queue = experiment.counts(25).head.toDouble
      val admin = experiment.counts(24).head
      val none = experiment.counter(Counter.HANDLER_NONE).toDouble
      none / queue shouldBe p / (1 + x) +- 0.004
      val perCompletion =
        (1 + x) / ((1 + lambda) / (1 - lambda * 0.2) + x * lambda / (1 - lambda * 0.2))
      queue / 400000 shouldBe perCompletion +- 0.006
      admin should be > 0L
    }
  }
}
