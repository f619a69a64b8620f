package irqlab.cluster

import com.typesafe.config.ConfigFactory
import irqlab.live.{LiveResult, Replay, StopRule}
import irqlab.observe.Fate
import irqlab.runtime.ToyMachine
import org.junit.runner.RunWith
import org.scalatest.Assertion
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.{Files, Path}
import java.util.Optional
import java.util.concurrent.TimeUnit
import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

@RunWith(classOf[JUnitRunner])
class NodeLossSpec extends AnyFlatSpec with Matchers {
  private val jvm = java.util.List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
  private val second = 1_000_000_000L

  /** Runs a machine over three processes, does something to node3 after a while, and ends it. */
  private def run(harm: NodeProcess => Unit, arrivals: Option[Path] = None)(
      look: (Coordinator, LiveResult) => Assertion): Unit = {
    val settings = new ClusterSettings(
      "node1", ClusterSettings.ALL_ROLES,
      ConfigFactory.parseString("irqlab.cluster.lost-after = 4s"))
    val coordinator = Coordinator.open(settings, _ => ())
    val processes = try {
      val launched = coordinator.launch(2, jvm)
      coordinator.host("toy", "1 6 3", arrivals.toJava)
      coordinator.start()
      coordinator.await(StopRule.handled(2000))
      harm(launched.get(1))
      coordinator.await(StopRule.wallNs(60 * second))
      val result = coordinator.finish(() => (), 0)
      result.ledger.balanced shouldBe true
      look(coordinator, result)
      launched
    } finally coordinator.close()
    processes.forEach(_.alive shouldBe false)
  }

  private def signal(process: NodeProcess, name: String): Unit =
    new ProcessBuilder("kill", s"-$name", process.pid.toString).start().waitFor()

  "A run whose node is killed" should "end, name the node, and close what was there" in {
    val start = System.nanoTime
    val folder = Files.createTempDirectory("irqlab-loss")
    run(_.kill(), Some(folder)) { (coordinator, result) =>
      coordinator.losses.get("node3") shouldBe "was killed by signal 9"
      // 18 tokens go round, and a third of the nodes are gone: some were there.
      result.ledger.fate(Fate.LOST_NODE) should be > 0L
      // Short of the 2000 by no more than node3 did since it last told.
      result.ledger.fate(Fate.HANDLED) should be > 1000L
      // The others were recorded, and do the same again.
      val toy = ToyMachine.of(1, 6, 3)
      val lost = toy.paths.asScala.filter(path => ToyMachine.block(path) % 3 == 2)
      val lacking = coordinator.unrecorded.components.asScala
      lacking shouldBe lost.map(_ -> "node3 was killed by signal 9").toMap
      coordinator.unrecorded.cut shouldBe false
      val again = Replay.run(toy.plan, 1, folder)
      again.difference shouldBe Optional.empty
      again.components shouldBe 12
      again.uncompared should be > 0L
      again.sends should be > 1000L
    }
    Files.walk(folder).iterator.asScala.toSeq.reverse.foreach(Files.delete)
    // Noticed at once, three seconds to rest, some more to start and end processes.
    (System.nanoTime - start) / second should be < 60L
  }

  "A run whose node is paused" should "end when it has said nothing for the stated time" in {
    run(signal(_, "STOP")) { (coordinator, result) =>
      // Silence and missing credit are noticed at about the same time.
      coordinator.losses.get("node3") should endWith(" 4 s")
      result.ledger.fate(Fate.LOST_NODE) should be > 0L
    }
  }

  "A run whose node is told to leave" should "have the books of that node whole" in {
    val settings = ClusterSettings.local("node2")
    val coordinator = Coordinator.open()
    val server = new NodeServer(settings, coordinator.address, java.util.OptionalInt.empty)
    val quiet = new java.io.PrintStream(java.io.OutputStream.nullOutputStream)
    var code = -1
    val node = new Thread(() => code = server.run(quiet, quiet))
    val folder = Files.createTempDirectory("irqlab-loss")
    try {
      node.start()
      coordinator.await(2)
      coordinator.host("toy", "1 4 3", Optional.of(folder))
      coordinator.start()
      coordinator.await(StopRule.handled(1000))
      server.endInOrder()
      coordinator.await(StopRule.wallNs(60 * second))
      val result = coordinator.finish(() => (), 0)
      coordinator.losses.get("node2") shouldBe "was told to end"
      result.ledger.balanced shouldBe true
      // Its components showed themselves, which only whole books tell of.
      result.components should have size 12
      // What was on its way to it has no fate there, so its log would tell of less than was sent.
      val toy = ToyMachine.of(1, 4, 3)
      coordinator.unrecorded.components.asScala shouldBe toy.paths.asScala
        .filter(path => ToyMachine.block(path) % 2 == 1)
        .map(_ -> "node2 was told to end").toMap
      val again = Replay.run(toy.plan, 1, folder)
      again.difference shouldBe Optional.empty
      again.components shouldBe 6
    } finally {
      coordinator.close()
      Files.walk(folder).iterator.asScala.toSeq.reverse.foreach(Files.delete)
      node.join(TimeUnit.SECONDS.toMillis(30))
    }
    code shouldBe 0
  }

  "A process" should "end when the one that started it closes its input" in {
    val coordinator = Coordinator.open()
    try {
      val process = NodeProcess.start("node2", "pcie", coordinator.address, jvm)
      process.awaitReady(60) should startWith("127.0.0.1:")
      process.close()
      process.alive shouldBe false
    } finally coordinator.close()
  }
}
