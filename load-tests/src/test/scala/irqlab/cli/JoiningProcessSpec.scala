package irqlab.cli

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import scala.jdk.CollectionConverters._

/** A run over processes that ends before it has begun, or finds its disk full. */
@RunWith(classOf[JUnitRunner])
class JoiningProcessSpec extends AnyFlatSpec with Matchers {
  private val program = Path.of(System.getProperty("java.home"), "bin", "java").toString
  private val quick = "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"

  private final case class Ended(code: Int, out: String, err: String, folder: Path) {
    /** What is left in the folder of temporary files, which all processes share. */
    def left: Seq[Path] = Files.list(folder.resolve("tmp")).iterator.asScala.toSeq
  }

  /** Runs over two processes; `during` sees the first one and its node as soon as that is there. */
  private def run(prefix: String, length: String)(during: (Process, ProcessHandle) => Unit): Ended = {
    val folder = Files.createTempDirectory("irqlab-joining")
    val tmp = Files.createDirectory(folder.resolve("tmp"))
    val temporary = s"-Djava.io.tmpdir=$tmp"
    val command = Seq(program, "-XX:-UsePerfData", temporary) ++ quick.split(" ") ++
      Seq("-cp", System.getProperty("java.class.path"), "irqlab.cli.Main", "run", "nvme4",
        "--time", "wall", "--nodes", "2", "--node-jvm", s"""$quick "$temporary" """, "--for", length,
        "--out", folder.resolve("run").toString)
    val shell = Seq("sh", "-c", s"""$prefix exec "$$@"""", "sh") ++ command
    val process = new ProcessBuilder(shell: _*).start()
    // A limit on the length of files holds for files alone, so the output comes by pipes.
    val Seq(out, err) = Seq(process.getInputStream, process.getErrorStream).map { from =>
      val text = new java.util.concurrent.CompletableFuture[String]
      new Thread(() => text.complete(new String(from.readAllBytes(), StandardCharsets.UTF_8))).start()
      text
    }
    def nodes: Seq[ProcessHandle] =
      process.toHandle.children.iterator.asScala.filter(runs).toSeq
    try {
      val limit = System.nanoTime + TimeUnit.SECONDS.toNanos(60)
      while (nodes.isEmpty && process.isAlive && System.nanoTime < limit) Thread.`yield`()
      val node = nodes.head
      during(process, node)
      process.waitFor(90, TimeUnit.SECONDS) shouldBe true
      node.onExit.get(30, TimeUnit.SECONDS)
      Ended(process.exitValue, out.get(30, TimeUnit.SECONDS), err.get(30, TimeUnit.SECONDS), folder)
    } finally {
      process.descendants.forEach(each => each.destroyForcibly())
      process.destroyForcibly()
    }
  }

  /** Whether it runs its program: stopped while it is on its way there, it would hold up who starts it. */
  private def runs(node: ProcessHandle): Boolean = {
    val line = Path.of(s"/proc/${node.pid}/cmdline")
    try node.isAlive && new String(Files.readAllBytes(line)).contains("irqlab.cluster.NodeMain")
    catch { case _: java.io.IOException => false }
  }

  private def signal(name: String, pid: Long): Unit =
    new ProcessBuilder("kill", s"-$name", pid.toString).start().waitFor() shouldBe 0

  "SIGTERM while a node joins" should "end the run at once, with who was there, and leave nothing" in {
    val start = System.nanoTime
    val ended = run("", "3600s") { (process, node) =>
      // It never comes.
      signal("STOP", node.pid)
      signal("TERM", process.pid)
    }
    withClue(ended.err + ended.out) {
      // The signal's own number, which the process cannot change; 130 after Ctrl-C.
      ended.code shouldBe 143
      ended.out shouldBe empty
      // Before or after the first node was there.
      ended.err should include regex
        "irqlab: interrupted while nodes joined   (node1 up, )?node2 never answered \\(pid [0-9]+\\)"
      ended.left shouldBe empty
    }
    (System.nanoTime - start) / 1e9 should be < 40.0
  }

  "A first process that is killed while a node joins" should "take the node with it" in {
    val ended = run("", "3600s")((process, _) => signal("KILL", process.pid))
    ended.code shouldBe 137
    ended.left shouldBe empty
  }

  /** Files of this process and its nodes may have 2 KiB, as on a disk that is full then. */
  "A run on a full disk" should "print its results, name what is not kept, and leave no part of it" in {
    val ended = run("ulimit -f 4;", "500ms")((_, _) => ())
    withClue(ended.err + ended.out) {
      ended.out should include("wall time, 2 nodes")
      ended.out should include("balance: exact")
      ended.err should include regex "irqlab: results are not kept in .*: .*summary.json"
      // Checks of a run this short may fail too, which has precedence.
      Set(1, 99) should contain(ended.code)
      val kept = Files.list(ended.folder.resolve("run")).iterator.asScala.toSeq
      kept.map(_.getFileName.toString) should contain noneOf ("summary.json", "summary.json.part")
      all(kept.map(Files.size(_))) should be < 2048L
      ended.left shouldBe empty
    }
  }
}
