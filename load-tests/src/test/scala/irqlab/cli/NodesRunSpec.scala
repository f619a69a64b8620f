package irqlab.cli

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import scala.jdk.CollectionConverters._

/** The command line over several processes, as users start it, with what goes wrong there. */
@RunWith(classOf[JUnitRunner])
class NodesRunSpec extends AnyFlatSpec with Matchers {
  private final case class Ended(code: Int, out: String, err: String, folder: Path) {
    /** What a replay of the run says, and its exit code. */
    def replay: (Int, String) = {
      val (out, err) = (new ByteArrayOutputStream, new ByteArrayOutputStream)
      val console = new Console(new ByteArrayInputStream(Array.empty), new PrintStream(out, true, "UTF-8"),
        new PrintStream(err, true, "UTF-8"), false, false, new Interruption)
      val code = Cli.run(Array("replay", folder.resolve("run").toString), console)
      (code, out.toString("UTF-8") + err.toString("UTF-8"))
    }
  }

  /** Runs a command line in a process of its own; `during` sees it, and its nodes, at work. */
  private def irqlab(args: String*)(during: (ProcessHandle, Seq[ProcessHandle]) => Unit): Ended = {
    val folder = Files.createTempDirectory("irqlab-nodes")
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
    // Whoever runs the tests may ignore SIGINT, and children would too.
    val env = Seq("env", "--default-signal=INT")
    val known = new ProcessBuilder(env :+ "true": _*).start().waitFor() == 0
    val command = (if (known) env else Seq.empty) ++ Seq(
      java, "-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
      "irqlab.cli.Main") ++ args ++ Seq("--out", folder.resolve("run").toString)
    val process = new ProcessBuilder(command: _*)
      .redirectOutput(folder.resolve("out").toFile)
      .redirectError(folder.resolve("err").toFile)
      .start()
    def text(file: String): String =
      new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.UTF_8)
    // With a hundred raises the machine has booted, and its queues have had interrupts.
    def running: Boolean = "  [1-9][0-9 ]*[0-9]{2} raises".r.findFirstIn(text("err")).isDefined || !process.isAlive
    try {
      val limit = System.nanoTime + TimeUnit.SECONDS.toNanos(90)
      while (!running && System.nanoTime < limit) process.waitFor(100, TimeUnit.MILLISECONDS)
      val nodes = process.toHandle.children.toList.asScala.toSeq
      during(process.toHandle, nodes)
      process.waitFor(90, TimeUnit.SECONDS) shouldBe true
      withClue(text("err")) { nodes.filter(_.isAlive) shouldBe empty }
      Ended(process.exitValue, text("out"), text("err"), folder)
    } finally {
      process.descendants.forEach(each => each.destroyForcibly())
      process.destroyForcibly()
    }
  }

  private def signal(name: String, pid: Long): Unit =
    new ProcessBuilder("kill", s"-$name", pid.toString).start().waitFor() shouldBe 0

  private val endless =
    Seq("run", "nvme4", "--time", "wall", "--nodes", "3", "--for", "3600s")

  "run --nodes 2" should "give one result, as a run in one process does, which can be replayed" in {
    val ended = irqlab(
      "run", "nvme4", "--time", "wall", "--nodes", "2", "--for", "2s", "--record")((_, _) => ())
    withClue(ended.err + ended.out) {
      ended.err should include regex "node2 joined after [0-9.]+ s   127.0.0.1   cpu, ioapic, pcie"
      ended.out should include("wall time, 2 nodes")
      ended.out should include("balance: exact")
      ended.out should not include "NODE LOST"
      ended.out should include("PCI-MSI 65537-edge      nvme0q1")
    }
    Files.readString(ended.folder.resolve("run/summary.json")) should include("\"nodes\" : 2")
    val (code, said) = ended.replay
    withClue(said) {
      code shouldBe 0
      said should include regex "replayed   15 components, [0-9]+ events, [0-9]+ messages compared, no difference"
      said should not include "incomplete"
    }
    val log = ended.folder.resolve("run/arrivals/00014.log")
    val bytes = Files.readAllBytes(log)
    Files.write(log, bytes.updated(bytes.length / 2, (bytes(bytes.length / 2) ^ 1).toByte))
    ended.replay match {
      case (changed, told) =>
        changed shouldBe 5
        told should startWith regex "replay diverged: root, at its end: its log was (cut short or )?changed at entry [0-9]"
    }
  }

  "Ctrl-C, which reaches all processes," should "end the run with the books of all nodes" in {
    val ended = irqlab(endless: _*) { (run, nodes) =>
      nodes should have size 2
      (nodes :+ run).foreach(each => signal("INT", each.pid))
    }
    withClue(ended.err + ended.out) {
      ended.code shouldBe 130
      ended.out should include("PARTIAL: interrupted before the end")
      ended.out should include("balance: exact")
      ended.out should not include "NODE LOST"
    }
  }

  "A node that is killed" should "end the run with a full report, code 4 and the others' recording" in {
    val ended = irqlab(endless :+ "--record": _*)((_, nodes) => signal("KILL", nodes.last.pid))
    withClue(ended.err + ended.out) {
      ended.code shouldBe 4
      ended.out should include regex "NODE LOST: node[23] was killed by signal 9"
      ended.out should include("balance: exact")
      ended.out should include("PCI-MSI 65537-edge      nvme0q1")
    }
    Files.readString(ended.folder.resolve("run/summary.json")) should (include("\"lost\"") and include("\"unrecorded\""))
    val lacking = "[0-9]+ components have no log, as node[23] was killed by signal 9: "
    ended.err should include regex s"irqlab: the recording is incomplete: $lacking"
    val (code, said) = ended.replay
    withClue(said) {
      code shouldBe 0
      said should include("messages compared, no difference")
      said should include regex s"incomplete   $lacking"
      said should include regex "incomplete   [0-9]+ messages not compared"
    }
  }

  "The command line, when it is killed itself," should "take its nodes with it" in {
    var seen = Seq.empty[ProcessHandle]
    irqlab(endless: _*) { (run, nodes) =>
      seen = nodes
      signal("KILL", run.pid)
      nodes.foreach(each => each.onExit.get(30, TimeUnit.SECONDS))
    }.code shouldBe 137
    seen should have size 2
  }
}
