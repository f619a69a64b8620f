package irqlab.scenario

import irqlab.protocol.ArrivalLaw
import irqlab.runtime.TiePolicy
import irqlab.topology.hocon.Setting
import irqlab.topology.{Affinity, EndpointKind, Timing}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.io.ByteArrayInputStream
import java.math.BigDecimal
import java.nio.charset.StandardCharsets
import java.util.{OptionalInt, OptionalLong, List => JList}
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ScenarioReaderSpec extends AnyFlatSpec with Matchers {

  private val full =
    """irqlab.format = 1
      |rate = 20k/s
      |machine { cpus = 4 }
      |legacy = [ { irq = 4, name = ttyS0 }, { irq = 10, name = usb, trigger = level } ]
      |endpoints = [
      |  { name = nvme, count = 2, kind = nvme, msi-x = 5, queues = 4, admin-irq = 24 }
      |  { name = net, msi-x = 3, vectors = [ config, "input.0", "output.0" ] }
      |]
      |load = [
      |  { on = "nvme*", queues = "q1-q3", arrivals = "queue-depth(8)", start = 1ms }
      |  { on = net, queues = "*put.0", arrivals = "burst(64 every 1ms)", count = 250k }
      |  { on = ttyS0, arrivals = "times(0ns, 3us, 3us)" }
      |  { on = usb, arrivals = "poisson(0.5/s)", hold-line = 4us }
      |  { ipi = reschedule, from = 2, to = random, arrivals = "every(1us)" }
      |]
      |affinity-moves = [
      |  { irq = 25, at = 1.5ms, to = "0-1,3" }
      |  { on = net, queue = "input.0", after-raises = 10, to = 2 }
      |]
      |checks {
      |  lost = "== 0", "collapsed%" = "< 60", latency.p99.9 = [ "> 1us", "<= 5us" ]
      |  "irq.25.cpu3" = ">= 1k", moves = report
      |}
      |scenario { name = full, about = "it's \"all\"", seed = 99, ties = fair, check-every = 2ms
      |  stop { after-writes = 1M, or-after = 30s } }
      |""".stripMargin.replace("rate = 20k/s\n", "")

  private def read(what: String, settings: String*): Scenario =
    ScenarioReader.read(what, settings.map(Setting.parse(_).get).asJava)

  "A scenario" should "be read in all its parts" in {
    val scenario = ScenarioReader.parse("full.conf", full)
    scenario.name shouldBe "full"
    scenario.seed shouldBe 99
    scenario.ties shouldBe TiePolicy.FAIR
    scenario.checkEveryPs shouldBe 2000000000L
    scenario.stop shouldBe
      new Stop(OptionalLong.of(1000000), OptionalLong.of(30000000000000L), false)
    scenario.topology.endpoints.asScala.map(_.name) shouldBe List("nvme0", "nvme1", "net")
    scenario.topology.endpoint("nvme1").get.vectors.get(0).irq shouldBe OptionalInt.of(29)
  }

  it should "resolve the sources of its loads" in {
    val loads = ScenarioReader.parse("full.conf", full).loads
    loads.get(0) shouldBe new LoadSpec.Device("nvme*", "q1-q3",
      JList.of(new Target("nvme0", 1), new Target("nvme0", 2), new Target("nvme0", 3),
        new Target("nvme1", 1), new Target("nvme1", 2), new Target("nvme1", 3)),
      new LoadLaw.QueueDepth(8), LoadSpec.ENDLESS, 1000000000L, OptionalLong.empty)
    loads.get(1).asInstanceOf[LoadSpec.Device].targets.asScala.map(_.entry) shouldBe List(1, 2)
    loads.get(3).asInstanceOf[LoadSpec.Device].holdLinePs shouldBe OptionalLong.of(4000000)
    loads.get(4) shouldBe new LoadSpec.Ipi(LoadSpec.IpiKind.RESCHEDULE, OptionalInt.of(2),
      OptionalInt.empty, new LoadLaw.Every(1000000), LoadSpec.ENDLESS, 0)
  }

  it should "know the source of a move from its number, and the number from its source" in {
    val moves = ScenarioReader.parse("full.conf", full).moves
    moves.get(0) shouldBe new MoveSpec(OptionalInt.of(25), java.util.Optional.of(
      new Target("nvme0", 1)), OptionalLong.of(1500000000L), OptionalLong.empty, JList.of(0, 1, 3))
    moves.get(1).target.get shouldBe new Target("net", 1)
    moves.get(1).irq shouldBe OptionalInt.of(35)
  }

  it should "be read back equal from what the writer wrote" in {
    forAll(Table("text", full +: Scenarios.names.asScala.map(Scenarios.text).toSeq: _*)) { text =>
      val scenario = ScenarioReader.parse("again.conf", text)
      val written = ScenarioWriter.write(scenario)
      ScenarioReader.parse("again.conf", written) shouldBe scenario
      ScenarioWriter.write(ScenarioReader.parse("again.conf", written)) shouldBe written
    }
  }

  it should "stop when it is drained, where every load has an end and nothing else is said" in {
    val scenario = ScenarioReader.parse("s.conf",
      "machine.cpus = 1, endpoints = [ { name = a } ], " +
        "load = [ { on = a, arrivals = \"every(1us)\", count = 5 } ]")
    scenario.stop shouldBe new Stop(OptionalLong.empty, OptionalLong.empty, true)
    scenario.name shouldBe "s"
  }

  it should "come from standard input" in {
    val input = new ByteArrayInputStream(full.getBytes(StandardCharsets.UTF_8))
    ScenarioReader.read("-", input, JList.of()).name shouldBe "full"
  }

  "Settings" should "go over the file, into lists, and under its substitutions" in {
    val scenario = read("nvme4", "machine.cpus=8", "load.0.arrivals=poisson(200k/s)",
      "endpoints.0.handler.cost=2us", "scenario.seed=7")
    scenario.topology.cpus shouldBe 8
    scenario.seed shouldBe 7
    scenario.loads.get(0).arrivals shouldBe new LoadLaw.Poisson(200000)
    scenario.topology.endpoints.get(0).handler.costPs shouldBe 2000000
  }

  "The built-in scenarios" should "be read without a fault, and say what they are" in {
    Scenarios.names.asScala should contain allOf ("nvme4", "nvme4-noaffinity", "virtio12",
      "collapse", "affinity-move")
    Scenarios.names.asScala.foreach(name => Scenarios.builtIn(name).name shouldBe name)
    Scenarios.abouts.asScala.values.foreach(about => about.length should be > 20)
  }

  "nvme4" should "be the machine with irqs 24 to 28 and hwirqs 65536 to 65540" in {
    val controller = Scenarios.builtIn("nvme4").topology.endpoints.get(0)
    controller.kind shouldBe EndpointKind.NVME
    controller.affinity shouldBe Affinity.MANAGED
    controller.vectors.asScala.map(_.irq.getAsInt) shouldBe (24 to 28)
    (0 to 4).map(controller.bdf.hwirq(_)) shouldBe (65536 to 65540)
  }

  it should "raise a million times on its I/O queues" in {
    val load = Scenarios.builtIn("nvme4").loads.get(0).asInstanceOf[LoadSpec.Device]
    load.targets.asScala.map(_.entry) shouldBe (1 to 4)
    load.count * load.targets.size shouldBe 1000000
  }

  "collapse" should "be experiment E-01 under ideal links" in {
    val scenario = Scenarios.builtIn("collapse")
    scenario.topology.timing shouldBe Timing.IDEAL
    scenario.topology.tickPs shouldBe 0
    scenario.loads.get(0).count shouldBe 1000000
    scenario.loads.get(0).arrivals shouldBe new LoadLaw.Every(1000000)
    scenario.topology.endpoints.get(0).handler.costPs shouldBe 5000000
  }

  "A law of arrivals" should "be read, written and sent to a device" in {
    import ArrivalLaw.Kind._
    forAll(
      Table(
        ("text", "kind", "a", "b"),
        ("every(1us)", EVERY, 1000000L, 0L),
        ("poisson(350k/s)", POISSON, 2857143L, 0L),
        ("poisson(0.5/s)", POISSON, 2000000000000L, 0L),
        ("burst(64 every 1ms)", BURST, 1000000000L, 64L),
        ("queue-depth(8)", QUEUE_DEPTH, 8L, 0L),
        ("saturate", QUEUE_DEPTH, 32L, 0L)
      )
    ) { (text, kind, a, b) =>
      val law = LoadLaw.parse(text).get
      law.text shouldBe text
      law.law(5, 32).get shouldBe new ArrivalLaw(kind, a, b, 5)
    }
    LoadLaw.parse("times(0ns, 3us)").get.law(-1, 32).isPresent shouldBe false
  }

  it should "be refused when it has no sense" in {
    forAll(
      Table("text", "", "every", "every()", "every(1)", "every(0ns)", "every(-1us)", "poisson(5us)",
        "poisson(-1/s)", "burst(0 every 1ms)", "burst(3)", "times(3us, 1us)", "queue-depth(0)",
        "queue-depth(70000)", "saturate(3)", "Every(1us)")
    ) { text => LoadLaw.parse(text).isPresent shouldBe false }
  }

  "A check" should "hold or fail by its comparison" in {
    forAll(
      Table(
        ("expression", "actual", "holds"),
        ("handled == 200001", "200001", true),
        ("handled == 200_001", "200002", false),
        ("latency.p99.9 < 5us", "4999999", true),
        ("latency.p99.9<5us", "5000000", false),
        ("collapsed% <= 60", "60.0", true),
        ("irq.24.cpu0 != 1k", "1000", false),
        ("row.LOC.cpu3 >= 1", "1", true),
        ("busy% > 99.5%", "99.87", true),
        ("moves report", "0", true)
      )
    ) { (expression, actual, holds) =>
      CheckSpec.parse(expression).get.holds(new BigDecimal(actual)) shouldBe holds
    }
  }

  it should "be refused when it names no figure, or compares with what is none" in {
    forAll(
      Table("expression", "", "lots == 0", "lost", "lost = 0", "lost == -1", "lost == 5us",
        "latency.p99 < 5", "latency.p101 < 5us", "irq.x == 1", "row.L-C == 1")
    ) { expression => CheckSpec.parse(expression).isPresent shouldBe false }
  }
}
