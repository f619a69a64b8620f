package irqlab.scenario

import irqlab.topology.hocon.TopologyException
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.util.OptionalLong
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class WallSpecSpec extends AnyFlatSpec with Matchers {
  private val text =
    """machine.cpus = 1
      |endpoints = [ { name = a, handler { cost = 3us } } ]
      |load = [ { on = a, arrivals = "poisson(350k/s)", count = 5 } ]
      |checks { lost = "== 0", "latency.p99" = "< 5us", pending = "== 0" }
      |wall {
      |  slow-down = 20
      |  handler = none
      |  load = [ { on = a, arrivals = "queue-depth(2)", count = 9 } ]
      |  stop { after = 2s }
      |  checks { "latency.p99" = report, raised = "== 9" }
      |}
      |""".stripMargin

  private val scenario = ScenarioReader.parse("s.conf", text)

  "A scenario on the wall clock" should "have the load, the end and the checks that are said for it" in {
    val wall = scenario.forWall
    wall.loads.asScala.map(_.arrivals) shouldBe List(new LoadLaw.QueueDepth(2))
    wall.stop shouldBe new Stop(OptionalLong.empty, OptionalLong.of(2_000_000_000_000L), false)
    wall.checks.asScala.map(_.expression) shouldBe
      List("latency.p99 report", "lost == 0", "pending == 0", "raised == 9")
    wall.wall.slowDown shouldBe 20
    wall.forWall shouldBe wall
  }

  it should "have handlers without cost when it says so" in {
    scenario.topology.endpoint("a").get.handler.costPs shouldBe 3_000_000
    scenario.forWall.topology.endpoint("a").get.handler.costPs shouldBe 0
  }

  it should "be the same in virtual time as without the section" in {
    scenario.loads.asScala.map(_.arrivals) shouldBe List(new LoadLaw.Poisson(350000))
    scenario.checks should have size 3
  }

  it should "come back from what the writer wrote, before and after" in {
    for (each <- Seq(scenario, scenario.forWall))
      ScenarioReader.parse("s.conf", ScenarioWriter.write(each)) shouldBe each
  }

  "A section for the wall clock" should "be read as strictly as the rest, in virtual time too" in {
    val broken = text.replace("slow-down = 20", "slow-down = 0").replace("handler = none", "handler = slow")
      .replace("raised =", "raisd =").replace("queue-depth(2)", "queue-depth(0)")
    val faults = the[TopologyException] thrownBy ScenarioReader.parse("s.conf", broken)
    Seq("wall.slow-down", "wall.handler", "wall.checks.raisd", "wall.load[0].arrivals").foreach { path =>
      faults.getMessage should include(path)
    }
  }

  "The page on runs by the wall clock" should "show settings that can be read" in {
    val base = Option(System.getProperty("basedir")).getOrElse("load-tests")
    val source = scala.io.Source.fromFile(s"$base/../cluster-config/docs/wall-clock.md", "UTF-8")
    val page = try source.mkString finally source.close()
    val blocks = "(?s)```hocon\n(.*?)```".r.findAllMatchIn(page).map(_.group(1)).toList
    blocks should have size 3
    val read = ScenarioReader.parse("page.conf",
      """machine.cpus = 4
        |endpoints = [ { name = nvme0, kind = nvme, msi-x = 49, queues = 48, affinity = spread } ]
        |load = [ { on = nvme0, queues = "q1", arrivals = "every(1ms)", count = 1 } ]
        |""".stripMargin + blocks.mkString("\n"))
    read.wall.slowDown shouldBe 20
    read.storms.get(0).targets should have size 48
    read.topology.pcie.postedCredits shouldBe 64
  }
}
