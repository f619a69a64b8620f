package irqlab.cli

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ReplayCommandSpec extends AnyFlatSpec with Matchers {
  private def irqlab(args: String*): (Int, String, String) = {
    val (out, err) = (new ByteArrayOutputStream, new ByteArrayOutputStream)
    val console = new Console(new ByteArrayInputStream(Array.empty), new PrintStream(out, true, UTF_8),
      new PrintStream(err, true, UTF_8), false, false, new Interruption)
    val code = Cli.run(args.toArray, console)
    (code, out.toString(UTF_8), err.toString(UTF_8))
  }

  private def delete(folder: Path): Unit =
    Files.walk(folder).iterator.asScala.toSeq.reverse.foreach(Files.delete)

  "A recorded run" should "be replayed with 0, and with 5 once its logs were changed" in {
    val folder = Files.createTempDirectory("irqlab-replay")
    try {
      val run = irqlab("run", "nvme4", "--time", "wall", "--set", "wall.load.0.count=200", "--record", "-q",
        "--format", "json", "--out", folder.toString)
      run._2 should include("\"same_receiver\" : 0")
      val good = irqlab("replay", folder.toString)
      good._1 shouldBe 0
      good._2 should include("no difference")
      val log = folder.resolve("arrivals/00000.log")
      val bytes = Files.readAllBytes(log)
      bytes(bytes.length / 2) = (bytes(bytes.length / 2) ^ 1).toByte
      Files.write(log, bytes)
      val bad = irqlab("replay", folder.toString)
      bad._1 shouldBe 5
      bad._2 should startWith regex
        "replay diverged: cpu/0/core, at its end: its log was (cut short or )?changed at entry [0-9]"
    } finally delete(folder)
  }

  "A run that was not recorded" should "be refused with what to do" in {
    val folder = Files.createTempDirectory("irqlab-replay")
    try {
      val (code, _, err) = irqlab("replay", folder.toString)
      code shouldBe 2
      err should include("run SCENARIO --time wall --record")
    } finally delete(folder)
  }

  "A recording that cannot be written" should "be told, and lose nothing of the run" in {
    val folder = Files.createTempDirectory("irqlab-replay")
    try {
      // A full disk is in RecordingSpec and TwoProcessesSpec; this is told in the same way.
      Files.createDirectories(folder.resolve("arrivals/00003.log"))
      val scenario = Files.writeString(folder.resolve("small.conf"),
        """machine { cpus = 2 }
          |endpoints = [ { name = nvme0, kind = nvme, msi-x = 3, queues = 2, affinity = spread } ]
          |load = [ { on = nvme0, queues = "q1-q2", arrivals = "queue-depth(2)", count = 100 } ]
          |scenario.stop { when-drained = on }
          |""".stripMargin)
      val (code, out, err) = irqlab(
        "run", scenario.toString, "--time", "wall", "--record", "-q", "--out", folder.toString)
      out should include("balance: exact")
      err should include("irqlab: the recording is incomplete: 11 components have no log, as the log of " +
        "cpu/1/lapic could not be written: ")
      val summary = Files.readString(folder.resolve("summary.json"))
      summary should include regex "\"unrecorded\" : \\[ \"11 components have no log, as the log of cpu/1/lapic"
      code shouldBe 1
      val again = irqlab("replay", folder.toString)
      again._1 shouldBe 2
      again._2 should include("11 components have no log, as the log of cpu/1/lapic could not be written")
      again._3 should include("has no log that could be replayed")
    } finally delete(folder)
  }

  "A recording" should "be refused where there is nothing to record, or nothing is kept" in {
    val (code, _, err) = irqlab("run", "nvme4", "--record")
    code shouldBe 2
    err should include("--record needs --time wall")
    err should include("virtual time is repeated by its seed")
    val repeated = irqlab("run", "nvme4", "--record", "--time", "wall", "--cluster", "--repeat", "2")
    repeated._1 shouldBe 2
    repeated._3 should include("--repeat keeps nothing")
  }
}
