package irqlab.cli

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.io.{BufferedReader, InputStreamReader}
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit

/** A process of its own, and the signal that Ctrl-C sends. */
@RunWith(classOf[JUnitRunner])
class InterruptedProcessSpec extends AnyFlatSpec with Matchers {
  /** Starts a program with SIGINT at work, also where whoever runs the tests ignores it. */
  private def heeding(command: Seq[String]): Seq[String] = {
    val env = Seq("env", "--default-signal=INT")
    val known = new ProcessBuilder(env :+ "true": _*).start()
    if (known.waitFor() == 0) env ++ command else command
  }

  "Ctrl-C" should "end the run with the full report of the part that ran, and 130" in {
    val out = Files.createTempDirectory("irqlab-interrupted")
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
    // An hour of machine time: it ends by the signal or not at all.
    val command = heeding(Seq(
      java, "-cp", System.getProperty("java.class.path"), "irqlab.cli.Main",
      "run", "nvme4", "--for", "3600s", "--out", out.resolve("run").toString))
    val report = out.resolve("report.txt")
    val process = new ProcessBuilder(command: _*).redirectOutput(report.toFile).start()
    try {
      val err = new BufferedReader(new InputStreamReader(process.getErrorStream))
      err.readLine() should startWith("nvme4   seed 42   virtual time, 1 node   -> ")
      new ProcessBuilder("kill", "-INT", process.pid.toString).start().waitFor() shouldBe 0
      process.waitFor(60, TimeUnit.SECONDS) shouldBe true
      process.exitValue shouldBe 130
    } finally process.destroyForcibly()
    val text = Files.readString(report)
    text should include("PARTIAL: interrupted before the end")
    text should include("balance: exact")
    text should include("PCI-MSI 65537-edge      nvme0q1")
    Files.readString(out.resolve("run/summary.json")) should include("\"partial\" : true")
  }

  "Ctrl-C in what has nothing to report" should "end it at once, with no word and nothing left" in {
    val tmp = Files.createTempDirectory("irqlab-interrupted")
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
    // Rounds for hours, and a recording among the temporary files.
    val command = heeding(Seq(
      java, "-XX:-UsePerfData", s"-Djava.io.tmpdir=$tmp", "-cp", System.getProperty("java.class.path"),
      "irqlab.cli.Main", "bench", "live", "--rounds", "1000000", "--cpus", "2", "--count", "500"))
    val process = new ProcessBuilder(command: _*).start()
    try {
      val limit = System.nanoTime + TimeUnit.SECONDS.toNanos(60)
      def left = tmp.toFile.list.toSeq
      while (left.isEmpty && System.nanoTime < limit) Thread.`yield`()
      left should have size 1
      new ProcessBuilder("kill", "-INT", process.pid.toString).start().waitFor() shouldBe 0
      process.waitFor(20, TimeUnit.SECONDS) shouldBe true
      process.exitValue shouldBe 130
      left shouldBe empty
      new String(process.getErrorStream.readAllBytes()) should not include "irqlab: "
    } finally process.destroyForcibly()
  }
}
