package irqlab.scenario

import irqlab.topology.hocon.FaultCode._
import irqlab.topology.hocon.{FaultCode, Setting, TopologyException}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.io.RandomAccessFile
import java.lang.management.ManagementFactory
import java.nio.file.{Files, Path}
import java.util.{List => JList}
import scala.jdk.CollectionConverters._

/** Whatever is wrong with a file, people get its place and a mend, at once, and no stack trace. */
@RunWith(classOf[JUnitRunner])
class MalformedScenarioSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {

  private val folder = Files.createTempDirectory("irqlab-malformed")

  override def afterAll(): Unit = {
    val walk = Files.walk(folder)
    try walk.sorted(java.util.Comparator.reverseOrder[Path]).forEach(Files.delete(_))
    finally walk.close()
  }

  private def write(name: String, text: String): Path = {
    val file = folder.resolve(name)
    Files.createDirectories(file.getParent)
    Files.writeString(file, text)
  }

  /** The processor's time, so that a busy machine does not fail the test. */
  private def cpuMs(work: => Unit): Long = {
    val threads = ManagementFactory.getThreadMXBean
    val before = threads.getCurrentThreadCpuTime
    work
    (threads.getCurrentThreadCpuTime - before) / 1000000
  }

  private def refused(file: Path, settings: Setting*): TopologyException = {
    var thrown: TopologyException = null
    val ms = cpuMs {
      thrown = intercept[TopologyException](
        ScenarioReader.read(file.toString, settings.asJava))
    }
    ms should be < 1000L
    thrown.getMessage should (not include "\tat " and not include "Exception")
    thrown.getMessage should include("nothing was started")
    thrown
  }

  private val head = "scenario.stop.after = 1s\nmachine { cpus = 4 }\n"
  private val device = "endpoints = [ { name = nic, msi-x = 2 } ]\n"

  "A malformed scenario" should "be refused with its code, its line and a mend" in {
    forEvery(
      Table(
        ("what", "text", "code", "line", "message contains"),
        ("unknown setting", head + "endpoints = [ { name = a, kind = nvme\n  qeues = 4 } ]", E03, 4,
          "did you mean \"queues\"?"),
        ("unknown section", head + "endpoint = []", E03, 3, "did you mean \"endpoints\"?"),
        ("wrong kind", "scenario.stop.after = 1s\nmachine { cpus = four }", E07, 2, "cpus = 4"),
        ("time without unit", head + "endpoints = [ { name = a, handler.cost = 5 } ]", E07, 3,
          "cost = 1us"),
        ("list for an object", head + "checks = [ lost ]", E07, 3, "checks { ... }"),
        ("text for a list", head + "load = nvme0", E07, 3, "load = [ { ... } ]"),
        ("duplicate BDF",
          head + "endpoints = [ { name = a, bdf = \"00:04.0\" }\n{ name = b, bdf = \"00:04.0\" } ]",
          E20, 4, "bdf = \"00:05.0\""),
        ("queues beyond host memory",
          head + "endpoints = [ { name = a, kind = nvme, count = 8, queues = 100, msi-x = 101\n" +
            "queue-depth = 65535 } ]", E12, 3, "host memory has 2816 MiB for them"),
        ("pin conflict",
          head + "legacy = [ { irq = 10, name = a, trigger = level }\n{ irq = 10, name = b } ]",
          E21, 4, "trigger = level"),
        ("no such pin", head + "legacy = [ { irq = 24, name = a } ]", E22, 3, "GSI 23"),
        ("vectors do not fit",
          head + "endpoints = [ { name = a, kind = nvme, msi-x = 5\n queues = 8 } ]", E12, 3,
          "either   queues = 4   or   msi-x = 9"),
        ("CPU that does not exist", head + "legacy = [ { irq = 4, name = a, cpu = 4 } ]", E31, 3,
          "CPUs 0-3"),
        ("300 CPUs in xAPIC mode",
          "scenario.stop.after = 1s\nmachine { cpus = 300\n  lapic.mode = xapic }", E40, 3,
          "mode = x2apic"),
        ("negative latency", "scenario.stop.after = 1s\nmachine { cpus = 1\n links.msi = -5ns }",
          E08, 3, "msi = 200ns"),
        ("latency zero", "scenario.stop.after = 1s\nmachine { cpus = 1\n links.intr = 0ns }",
          E08, 3, "at least 1ps"),
        ("no posted credits",
          "scenario.stop.after = 1s\nmachine { cpus = 1\n pcie.posted-credits = 0 }", E08, 3,
          "from 1 to 127"),
        ("posted credits of no number",
          "scenario.stop.after = 1s\nmachine { cpus = 1\n pcie.posted-credits = lots }", E07, 3,
          "posted-credits = infinite"),
        ("half a posted credit",
          "scenario.stop.after = 1s\nmachine { cpus = 1\n pcie.posted-credits = 0.5 }", E07, 3,
          "posted-credits = 64"),
        ("unknown setting of PCIe",
          "scenario.stop.after = 1s\nmachine { cpus = 1\n pcie.posted-credit = 8 }", E03, 3,
          "did you mean \"posted-credits\"?"),
        ("empty", "", E02, 0, "irqlab scenarios nvme4 --show"),
        ("blank", " \n\t\n", E02, 0, "it is empty"),
        ("deep braces", "a {" * 100000, E02, 1, "deeper than 64"),
        ("deep brackets", "a = " + "[" * 100000, E02, 1, "deeper than 64"),
        ("deep path", head + "a." * 100000 + "b = 1", E02, 3, "deeper than 64"),
        ("growing substitutions",
          "a0 = xxxxxxxx\n" + (1 to 60).map(n => s"a$n = $${a${n - 1}}$${a${n - 1}}\n").mkString,
          E02, 0, "16 MiB"),
        ("open brace", "machine {\n  cpus = 4\n", E04, 3, "brace"),
        ("open quote", "scenario {\n  name = \"x\n}", E04, 2, "quote"),
        ("open text block", head + "about = \"\"\"x", E04, 3, "quote"),
        ("extra brace", "machine { cpus = 4 }\n}\n", E04, 2, "brace"),
        ("no HOCON at all", "total 12\n-rw-r--r-- 1 root root 0 Jan 1 a\n", E04, 2, "line"),
        ("unknown substitution", head + "load = ${nothing}", E09, 3, "nothing"),
        ("substitution of itself", head + "load = ${load}", E09, 3, "load"),
        ("include of itself", head + "include \"case.conf\"", E06, 3, "a loop"),
        ("include from outside", head + "include \"../other.conf\"", E06, 3, "outside"),
        ("include from root", head + "include file(\"/etc/passwd\")", E06, 3, "outside"),
        ("include of a URL", head + "include url(\"http://localhost/x.conf\")", E06, 3, "URL"),
        ("include of a resource", head + "include classpath(\"reference.conf\")", E06, 3, "class"),
        ("include of nothing", head + "include \"nothing.conf\"", E06, 3, "no such file"),
        ("format of the future", "irqlab.format = 7\n" + head, E10, 1, "irqlab.format = 1"),
        ("no machine", "scenario.stop.after = 1s\n", E05, 1, "machine { cpus = 4 }"),
        ("no end", "machine { cpus = 4 }\n", E05, 1, "after = 1s"),
        ("end that never comes", "scenario.stop.when-drained = on\nmachine { cpus = 4 }", E09, 1,
          "after = 1s"),
        ("law of no kind", head + device + "load = [ { on = nic, arrivals = \"poison(3/s)\" } ]",
          E13, 4, "poisson(350k/s)"),
        ("rate of nothing", head + device + "load = [ { on = nic, arrivals = \"poisson(0/s)\" } ]",
          E13, 4, "no law"),
        ("load on nothing", head + device + "load = [ { on = nik, arrivals = saturate } ]", E09,
          4, "did you mean \"nic\"?"),
        ("queue of nothing",
          head + device + "load = [ { on = nic, queues = \"q1-q4\", arrivals = saturate } ]",
          E09, 4, "no queue \"q1-q4\""),
        ("two loads, one source",
          head + device + "load = [ { on = nic, arrivals = saturate }\n" +
            "{ on = \"n*\", arrivals = \"every(1us)\" } ]", E14, 5, "case.conf:4"),
        ("line of a device without one",
          head + device + "load = [ { on = nic, arrivals = saturate, hold-line = 1us } ]", E13,
          4, "leave hold-line out"),
        ("move of nothing", head + "endpoints = [ { name = nic, first-irq = 24 } ]\n" +
          "affinity-moves = [ { irq = 42, at = 1ms, to = 1 } ]", E09, 4, "allowed here: 24"),
        ("move to nowhere", head + device +
          "affinity-moves = [ { on = nic, queue = q1, at = 1ms, to = \"2-9\" } ]", E31, 4,
          "raise machine.cpus to 10"),
        ("move at no time", head + device + "affinity-moves = [ { on = nic, queue = q1, to = 1 } ]",
          E05, 4, "at = 9.5ms"),
        ("figure of no name", head + "checks { lots = \"== 0\" }", E03, 3,
          "did you mean \"lost\"?"),
        ("comparison of no sense", head + "checks { lost = zero }", E13, 3, "== 0"),
        ("time against a count", head + "checks { lost = \"< 5us\" }", E13, 3, "a number"),
        ("count against a time", head + "checks { latency.p99 = \"< 5\" }", E13, 3, "< 5us"),
        ("name that is a path", "scenario { name = \"../x\"\nstop.after = 1s }\nmachine.cpus = 1",
          E08, 1, "letters, digits")
      )
    ) { (what, text, code, line, contains) =>
      withClue(what + ": ") {
        val thrown = refused(write("case.conf", text))
        withClue(thrown.getMessage) {
          val fault = thrown.faults.asScala.find(_.code == code).get
          fault.spot.line shouldBe line
          fault.spot.file should endWith("case.conf")
          thrown.getMessage should include(contains)
          fault.mend + fault.allowed should not be empty
        }
      }
    }
  }

  it should "be named to its end, however deep it lies" in {
    val deep = "a folder, of some: 3/" * 6 + "case.conf"
    val second = """{ on = "n*", arrivals = "every(1us)" }"""
    val text = head + device + s"load = [ { on = nic, arrivals = saturate }\n$second ]"
    val message = refused(write(deep, text)).getMessage
    message.linesIterator.next() should include(s"$deep: 1 problem")
    message should include(s"$deep:5")
    message should include(s"$deep:4")
  }

  it should "be refused in few words when it holds many" in {
    val message = refused(write("case.conf", head + "x" * 100000 + " = 1")).getMessage
    message.length should be < 2000
  }

  it should "be refused when it is no file" in {
    refused(folder.resolve("missing.conf")).faults.get(0).code shouldBe E01
    refused(folder).faults.get(0).code shouldBe E01
    refused(Path.of("nvme5")).getMessage should include("irqlab scenarios")
  }

  it should "be refused when it is binary" in {
    val file = folder.resolve("binary.conf")
    Files.write(file, Array.tabulate[Byte](4096)(n => (n * 31).toByte))
    refused(file).faults.get(0).code shouldBe E02
    Files.write(file, Array[Byte]('a', 0, '='))
    refused(file).faults.get(0).code shouldBe E02
  }

  it should "be refused unread when it has 50 MB, or no end" in {
    val file = folder.resolve("large.conf")
    val sparse = new RandomAccessFile(file.toFile, "rw")
    try sparse.setLength(50L << 20)
    finally sparse.close()
    val fault = refused(file).faults.get(0)
    fault.code shouldBe E02
    fault.found should include("larger than 1 MiB")
    refused(Path.of("/dev/zero")).faults.get(0).found should include("larger than 1 MiB")
  }

  it should "be refused in a second though it has a megabyte of faults" in {
    val keys = (1 to 55000).map(n => s"setting$n = 1\n").mkString
    val thrown = refused(write("many.conf", head + keys))
    thrown.getMessage should endWith("more\n")
    "E03".r.findAllIn(thrown.getMessage) should have size 20
  }

  it should "name the file and line of a fault in an included file" in {
    write("parts/cpus.conf", "# the machine\nmachine { cpus = four }\n")
    val outer = "scenario.stop.after = 1s\ninclude \"parts/cpus.conf\"\n"
    val thrown = refused(write("outer.conf", outer))
    thrown.faults should have size 1
    thrown.getMessage should include("parts/cpus.conf:2   machine.cpus")
  }

  it should "be refused when its includes go in a circle or too deep" in {
    write("circle-a.conf", head + "include \"circle-b.conf\"\n")
    write("circle-b.conf", "include \"circle-a.conf\"\n")
    val circle = refused(folder.resolve("circle-a.conf")).faults.get(0)
    circle.code shouldBe E06
    circle.spot.at shouldBe "circle-b.conf:1"
    (1 to 20).foreach(n => write(s"chain-$n.conf", s"include \"chain-${n + 1}.conf\"\n"))
    refused(folder.resolve("chain-1.conf")).getMessage should include("more than 8 includes deep")
  }

  it should "show a fault of a setting with that setting as its place" in {
    val thrown = intercept[TopologyException](
      ScenarioReader.read("nvme4", JList.of(Setting.parse("machine.cpus=four").get)))
    thrown.getMessage shouldBe
      """nvme4.conf: 1 problem, nothing was started
        |
        |E07 wrong kind of value  --set   machine.cpus
        |      | machine.cpus=four
        |      |              ^ text, but a whole number from 1 to 4096 is needed
        |   write   cpus = 4
        |""".stripMargin
  }

  it should "be refused when a setting leads nowhere" in {
    forAll(
      Table(
        ("setting", "code", "message contains"),
        ("load.9.count=1", E09, "0 to 2"),
        ("load.first.count=1", E07, "load = [ { ... } ]"),
        ("machine.cpus.0=1", E09, "no list or object"),
        ("machine.cpu=1", E03, "did you mean \"cpus\"?"),
        ("a..b=1", E09, "no path")
      )
    ) { (setting, code, contains) =>
      val thrown = intercept[TopologyException](
        ScenarioReader.read("nvme4", JList.of(Setting.parse(setting).get)))
      thrown.faults.asScala.map(_.code: FaultCode) should contain(code)
      thrown.getMessage should include(contains)
    }
  }
}
