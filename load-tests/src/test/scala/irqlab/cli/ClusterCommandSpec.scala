package irqlab.cli

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.net.URI
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit

/** A cluster that stays, as users keep one: every command a process of its own. */
@RunWith(classOf[JUnitRunner])
class ClusterCommandSpec extends AnyFlatSpec with Matchers {
  private val home = Files.createTempDirectory("irqlab-cluster")
  private val java = Path.of(System.getProperty("java.home"), "bin", "java").toString

  private def process(jvm: Seq[String], args: String*): (Process, Path) = {
    val out = Files.createTempFile(home, "out", ".txt")
    val builder = new ProcessBuilder((Seq(java, "-Xmx256m", "-XX:+UseSerialGC") ++ jvm ++ Seq(
      "-cp", System.getProperty("java.class.path"), "irqlab.cli.Main") ++ args): _*)
    builder.environment.put("XDG_RUNTIME_DIR", home.toString)
    (builder.redirectErrorStream(true).redirectOutput(out.toFile).start(), out)
  }

  private def irqlab(args: String*): (Int, String) = {
    val (run, out) = process(Nil, args: _*)
    run.waitFor(120, TimeUnit.SECONDS) shouldBe true
    (run.exitValue, Files.readString(out))
  }

  private def get(page: String, method: String = "GET"): HttpResponse[String] =
    HttpClient.newHttpClient().send(
      HttpRequest.newBuilder(URI.create(page))
        .method(method, HttpRequest.BodyPublishers.noBody()).build(),
      HttpResponse.BodyHandlers.ofString())

  "cluster up, status and down" should "keep two nodes for several runs and leave nothing" in {
    try {
      val (code, text) = irqlab("cluster", "up", "--nodes", "2")
      withClue(text) { code shouldBe 0 }
      val Seq(one, two) = text.linesIterator.filter(_.startsWith("node")).map(_.split(" +").toSeq).toSeq
      Seq(one.last, two.last) shouldBe Seq("ready", "ready")
      val pages = one(3)
      get(s"$pages/healthz").statusCode shouldBe 200
      get(s"$pages/readyz").body shouldBe "ready\n"
      get(s"$pages/cluster").body should include(s"akka://irqlab@${two(2)}")
      get(s"$pages/nothing").statusCode shouldBe 404
      get(s"$pages/readyz", "POST").statusCode shouldBe 405
      irqlab("cluster", "up")._1 shouldBe 4

      (1 to 2).foreach { round =>
        val (_, report) = irqlab("run", "nvme4", "--time", "wall", "--cluster", "--for", "1s",
          "--record", "--out", home.resolve(s"run$round").toString)
        withClue(report) {
          report should include("wall time, 2 nodes")
          report should include("balance: exact")
          report should not include "NODE LOST"
        }
      }
      val (replayed, said) = irqlab("replay", home.resolve("run2").toString)
      withClue(said) {
        replayed shouldBe 0
        said should include regex "replayed   15 components, .* no difference"
        said should not include "incomplete"
      }

      // A node of another wire finds out by itself, and says so.
      val old = Files.createDirectories(home.resolve("old/irqlab"))
      Files.writeString(old.resolve("version.properties"), "version=0.0.9\nwire=99\n")
      val (node, out) =
        process(Seq(s"-Xbootclasspath/a:${old.getParent}"), "node", "--join", one(2))
      node.waitFor(60, TimeUnit.SECONDS) shouldBe true
      withClue(Files.readString(out)) {
        node.exitValue shouldBe 4
        Files.readString(out) should include("E61 wire versions differ")
      }
      irqlab("cluster", "status")._1 shouldBe 0
    } finally irqlab("cluster", "down")._2 should include("2 nodes are down")
    irqlab("cluster", "status")._1 shouldBe 4
    Files.exists(home.resolve("irqlab-cluster")) shouldBe false
  }

  "node" should "refuse to listen beyond this host without TLS" in {
    val (code, text) = irqlab("node", "--bind", "0.0.0.0")
    code shouldBe 4
    text should include("E64 not bound   0.0.0.0 is not the loopback interface")
  }
}
