package irqlab.cli

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.io.IOException
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import scala.jdk.CollectionConverters._

/** What `irqlab cluster` says and does when there is no cluster, or what is written of it is wrong. */
@RunWith(classOf[JUnitRunner])
class ClusterStateSpec extends AnyFlatSpec with Matchers {
  private val home = Files.createTempDirectory("irqlab-state")
  private val state = home.resolve("irqlab-cluster")
  private val java = Path.of(System.getProperty("java.home"), "bin", "java").toString

  private final case class Ended(code: Int, out: String, err: String)

  private def irqlab(args: String*): Ended = limited("", args: _*)

  private def limited(prefix: String, args: String*): Ended = {
    val program = Seq(java, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"), "irqlab.cli.Main") ++ args
    val builder =
      new ProcessBuilder(Seq("sh", "-c", s"""$prefix exec "$$@"""", "sh") ++ program: _*)
    builder.environment.put("XDG_RUNTIME_DIR", home.toString)
    val process = builder.start()
    // Both are a few lines, which a pipe holds.
    process.waitFor(90, TimeUnit.SECONDS) shouldBe true
    Ended(
      process.exitValue,
      new String(process.getInputStream.readAllBytes(), "UTF-8"),
      new String(process.getErrorStream.readAllBytes(), "UTF-8"))
  }

  /** Processes with this spec's folder in their environment, whoever their parent is now. */
  private def processes: Seq[String] =
    Files.list(Path.of("/proc")).iterator.asScala.map(_.resolve("environ")).filter { each =>
      try new String(Files.readAllBytes(each)).contains(home.toString)
      catch { case _: IOException => false }
    }.map(_.toString).toSeq

  "status without a cluster" should "say so on standard error, with code 4" in {
    irqlab("cluster", "status") shouldBe
      Ended(4, "", s"irqlab: no cluster is up   irqlab cluster up${System.lineSeparator}")
  }

  /** As after a reboot: its number, and here even its time, belong to another program. */
  "A process of somebody else's with the number of a node" should "be left alone" in {
    val other = new ProcessBuilder("sleep", "600").start()
    try {
      Files.createDirectories(state)
      val started = other.toHandle.info.startInstant.get.toEpochMilli
      Files.writeString(state.resolve("cluster.properties"),
        s"""1.name=node1
           |1.pid=${other.pid}
           |1.start=$started
           |1.address=127.0.0.1:1
           |1.pages=http://127.0.0.1:1
           |""".stripMargin)
      val status = irqlab("cluster", "status")
      status.code shouldBe 4
      status.out should include regex s"node1 +${other.pid} +127.0.0.1:1 .*gone"
      status.err should include("not all nodes are ready")
      irqlab("cluster", "down") shouldBe
        Ended(0, s"0 nodes are down, 1 had ended before${System.lineSeparator}", "")
      other.isAlive shouldBe true
      Files.exists(state) shouldBe false
      irqlab("cluster", "down") shouldBe Ended(0, s"no cluster was up${System.lineSeparator}", "")
    } finally other.destroyForcibly()
  }

  "up on a full disk" should "say what cannot be kept, with code 1, and leave neither process nor file" in {
    val ended = limited("ulimit -f 0;", "cluster", "up", "--nodes", "2")
    ended.code shouldBe 1
    ended.out shouldBe empty
    ended.err should startWith(s"irqlab: what belongs to the cluster cannot be kept in $state: ")
    Files.exists(state) shouldBe false
    processes shouldBe empty
  }

  "An address where nobody listens" should "be refused within a few seconds, without a warning of Akka" in {
    val start = System.nanoTime
    val run = irqlab("run", "nvme4", "--time", "wall", "--cluster", "127.0.0.1:1",
      "--out", home.resolve("run").toString)
    (System.nanoTime - start) / 1e9 should be < 20.0
    run.code shouldBe 4
    run.out shouldBe empty
    run.err should include("irqlab: E52 nobody listens at 127.0.0.1:1   tried to connect for 3 s")
    run.err should not include "WARN"
    irqlab("run", "nvme4", "--time", "wall", "--cluster", "127.0.0.1").code shouldBe 2
  }
}
