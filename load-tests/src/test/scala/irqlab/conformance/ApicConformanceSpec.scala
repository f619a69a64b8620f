package irqlab.conformance

import irqlab.cli.ConformanceCommand
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner
import picocli.CommandLine

import java.io.{PrintWriter, StringWriter}
import java.nio.file.{Files, Path, Paths}
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ApicConformanceSpec extends AnyFlatSpec with Matchers {
  private val recordings: Path = Paths.get(getClass.getResource("/golden/apic").toURI)

  private lazy val report = new ApicConformance().run(recordings)

  // What the recordings hold, and of it what the list of the manual explains.
  private val areas = Table(
    ("area", "passed", "followed manual", "skipped"),
    ("icr", 297, 1, 0),
    ("icr_esr", 0, 5, 0),
    ("init_sipi", 5, 0, 0),
    ("intremap", 0, 0, 142),
    ("ioapic_edge", 142, 0, 0),
    ("ioapic_level", 232, 0, 0),
    ("ioapic_mixed", 101, 0, 0),
    ("lapic_core", 473, 0, 0),
    ("lapic_svr", 3, 1, 0),
    ("lowest_priority", 100, 0, 0),
    ("lvt", 1, 4, 0),
    ("msi_accept", 346, 2, 0),
    ("msi_core", 200, 0, 0),
    ("pic", 222, 40, 0),
    ("timer", 9, 0, 0),
    ("x2apic", 192, 3, 0)
  )

  "Every recording" should "be reproduced, or be explained by a rule of the manual" in {
    report.failures.asScala shouldBe empty
    report.malformed.asScala shouldBe empty
    forAll(areas) { (area, passed, followed, skipped) =>
      val counts = report.areas.get(area)
      (counts.passed, counts.failed, counts.followedManual, counts.skipped) shouldBe
        ((passed, 0, followed, skipped))
    }
  }

  it should "be in an area of the table" in {
    report.areas.keySet.asScala.toSeq shouldBe areas.map(_._1).toSeq
  }

  "Vectors from the rules, of machines that nobody recorded" should "pass as recordings do" in {
    // Sparse and wide ids, x2APIC from the start, one and eight CPUs, IO-APICs of version 0x11 and
    // of 1 to 240 pins, and the operations that no recording has. The notes name the rules.
    val rules = new ApicConformance().run(Paths.get(getClass.getResource("/vectors").toURI))
    rules.failures.asScala shouldBe empty
    rules.malformed.asScala shouldBe empty
    (rules.total.passed, rules.total.followedManual) shouldBe ((18, 0))
  }

  "The list of what follows the manual" should "give each class a rule, what we do, and why" in {
    val items = ManualList.read().items.asScala
    items should have size ManualClass.values.length
    items.foreach { item =>
      item.rule should fullyMatch regex "[A-Z0-9]+-[0-9]{3}"
      item.what should not be empty
      item.why should not be empty
    }
  }

  private def line(irr: Int, confidence: String = """"consensus":true"""): String =
    s"""{"id":"one","area":"lapic_core","machine":{"cpus":1,"ioapic_pins":24,
       |"ioapic_version":"0x20"},"source":"x",$confidence,
       |"steps":[{"op":"send_ipi","cpu":0,"icr":"0x0000000000044041",
       |"expect":{"cpu":{"0":{"irr":[$irr],"isr":[],"tpr":0,"ppr":0}}}}],
       |"final":{"cpu":{"0":{"irr":[$irr],"isr":[],"tpr":0,"ppr":0}}}}""".stripMargin
      .replace("\n", "")

  /** A vector of this one step. */
  private def step(text: String): String =
    line(65).replaceAll(""""steps":\[.*\],"final"""", s""""steps":[$text],"final"""")

  private def run(args: String*)(lines: String*): (Int, Seq[String]) = {
    val directory = Files.createTempDirectory("recordings")
    Files.write(directory.resolve("some.jsonl"), lines.asJava)
    val out = new StringWriter
    val command = new CommandLine(new ConformanceCommand)
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out))
    val exit = command.execute((Seq("apic", directory.toString) ++ args): _*)
    (exit, out.toString.linesIterator.toSeq)
  }

  "The command" should "print a line for each area and the totals" in {
    run()(line(65)) shouldBe ((0, Seq("lapic_core         1 passed, 0 failed", "1 passed, 0 failed")))
  }

  it should "exit with 99 and name vector, place, step, field and both values of a failure" in {
    val (exit, out) = run()(line(65), line(66))
    exit shouldBe 99
    out.last shouldBe
      "FAILED one (some.jsonl:2) step 0 send_ipi: cpu0.irr expected [66], actual [65]"
  }

  it should "fail a recording that no rule explains also when it is disputed" in {
    run()(line(66, """"consensus":false"""))._1 shouldBe 99
  }

  it should "fail a recording with a result that the replay does not know" in {
    val (exit, out) = run()(line(65).replace(""""expect":{""", """"expect":{"smoke":true,"""))
    exit shouldBe 99
    out.last should include("smoke expected true, actual not known here")
  }

  it should "name a malformed vector, run the rest, and exit with 3" in {
    forAll(
      Table(
        ("malformed", "told"),
        ("{", "is not JSON"),
        ("[]", "is not an object"),
        ("""{"id":"x"}""", "has no steps"),
        (line(65).replace("send_ipi", "send_smoke"), "op=send_smoke is not known"),
        (line(65).replace(""""cpu":0,""", """"cpu":7,"""), "cpu=7 is not a whole number"),
        (line(65).replace("0x0000000000044041", "0xzz"), "is not a number"),
        (line(65).replace(""""op":"send_ipi"""", """"op":"enter_x2apic","cpus":[1]"""),
          "cpus has 1, which is not a CPU"),
        (line(65).replace(""""tpr":0""", """"tpt":0"""), "register=tpt is not known"),
        (line(65).replaceAll(""""final":.*""", """"final":[]}"""), "final is not an object"),
        (line(65).replaceAll(""""final":.*""", """"final":{"cpu":{"0":5}}}"""),
          "0 is not an object"),
        (line(65).replaceAll(""""final":.*""", """"final":{"rte":{"24":"0x0"}}}"""),
          "24 is not one of 24"),
        (line(65).replaceAll(""""final":.*""", """"final":{"pic":{"slave":{"imr":"zz"}}}}"""),
          "is not a number"),
        (step("""{"op":"timer_start_and_wait","cpu":0,"initial":9,"vector":999,"expect":{}}"""),
          "vector=999 is not a whole number from 0 to 255"),
        (step("""{"op":"pic_init","chip":"master","icw":"0x11","expect":{}}"""), "is not a list"),
        (step("""{"op":"ioapic_pin","pin":3,"asserted":1,"expect":{}}"""),
          "asserted=1 is not true or false"),
        (line(65).replace(""""cpus":1""", """"cpus":1,"apic_ids":[300]"""), "apic_ids has 300"),
        (line(65).replace(""""cpus":1""", """"cpus":0"""), "cpus=0 is not a whole number"),
        (line(65).replace(""""expect":{"cpu"""", """"expect":7,"e":{"cpu""""), "expect")
      )
    ) { (malformed, told) =>
      val (exit, out) = run()(malformed, line(65))
      exit shouldBe 3
      out should contain("1 passed, 0 failed")
      out.last should startWith("malformed: some.jsonl:1: ")
      out.last should include(told)
    }
  }

  it should "compare numbers as numbers, however they are written" in {
    run()(line(65).replace(""""tpr":0""", """"tpr":"0x00""""))._1 shouldBe 0
  }

  it should "run only the areas and vectors that are asked for" in {
    run("--area", "pic")(line(65))._2 shouldBe Seq("0 passed, 0 failed")
    run("--id", "one", "--id", "two")(line(65))._2.last shouldBe "1 passed, 0 failed"
  }

  it should "show twenty failures, and all with --all" in {
    val failing = Seq.fill(25)(line(66))
    run()(failing: _*)._2.last shouldBe "... 5 more: --all shows them"
    run("--all")(failing: _*)._2.count(_.startsWith("FAILED")) shouldBe 25
  }

  it should "print the same as JSON" in {
    val (exit, out) = run("--json")(line(66))
    exit shouldBe 99
    out.head should include(""""failures":[{"id":"one","area":"lapic_core","file":"some.jsonl"""")
    out.head should include(""""expected":"[66]","actual":"[65]"""")
  }

  it should "print with --manual which rule each vector follows" in {
    val out = new StringWriter
    report.print(new PrintWriter(out), false, true)
    out.toString should include("LAPIC-006 software-disabled: ")
    out.toString should include("\n  svr-disabled-msi\n")
  }

  it should "refuse what is not a directory as a fault of the command line" in {
    val err = new StringWriter
    val command = new CommandLine(new ConformanceCommand).setErr(new PrintWriter(err))
    command.execute("apic", "/no/such/place") shouldBe 2
    err.toString should include("is not a directory")
    command.execute("apic", Files.createTempDirectory("empty").toString) shouldBe 2
    err.toString should include("has no recordings")
  }
}
