package irqlab.cluster

import irqlab.live.{LiveResult, Recording, Replay, StopRule, Unrecorded}
import irqlab.observe.Fate
import irqlab.protocol.LapicMessage
import irqlab.runtime.ToyMachine
import irqlab.wire.Frame
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.{Files, LinkOption, Path}
import java.util.Optional
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class TwoProcessesSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private val second = 1_000_000_000L
  private val root = Files.createTempDirectory("irqlab-two")
  private val nodeTemporary = Files.createDirectory(root.resolve("node2"))
  private val jvm = java.util.List.of(
    "-Xmx256m", "-XX:TieredStopAtLevel=1", s"-Djava.io.tmpdir=$nodeTemporary")
  private lazy val coordinator = {
    val opened = Coordinator.open()
    opened.launch(1, jvm)
    opened
  }

  override def afterAll(): Unit = {
    coordinator.close()
    Files.walk(root).iterator.asScala.toSeq.reverse.foreach(Files.delete)
  }

  private def run(text: String, handled: Long): LiveResult = {
    coordinator.host("toy", text)
    coordinator.start()
    coordinator.await(StopRule.handled(handled).or(StopRule.wallNs(30 * second)))
    coordinator.finish(() => (), 0)
  }

  "A machine over two processes" should "balance, whenever it is stopped, run after run" in {
    (1 to 10).foreach { round =>
      val result = run(s"$round 4 3", 100L * round)
      withClue(s"round=$round ") {
        result.ledger.balanced shouldBe true
        result.ledger.fate(Fate.HANDLED) should be >= 100L * round
        result.components.asScala.map(_.path) shouldBe
          ToyMachine.of(round.toLong, 4, 3).paths.asScala
        result.components.asScala.map(_.sent).sum shouldBe result.messages
      }
    }
  }

  it should "take messages from outside on either node" in {
    coordinator.host("toy", "3 4 3")
    coordinator.start()
    coordinator.await(StopRule.handled(500).or(StopRule.wallNs(30 * second)))
    val toy = ToyMachine.of(3, 4, 3)
    val result = coordinator.finish(
      () => toy.paths.forEach(path => coordinator.inject(path, new LapicMessage.Reset(false))),
      second / 2)
    result.ledger.balanced shouldBe true
    // A node parks one token until the next comes: the last one of each has nobody to release it.
    result.ledger.rows.asScala.map(_.pending).sum should be <= 12L
    // What a node on the other process showed came with its books.
    result.components.get(11).shown.valueOr("raised", -1) should be > 0L
  }

  it should "know what each component has raised, wherever it is" in {
    coordinator.host("toy", "5 4 3")
    coordinator.start()
    coordinator.await(now =>
      (0 until 12).forall(id => coordinator.raised(id) > 10) || now.wallNs > 30 * second)
    (0 until 12).map(coordinator.raised).foreach(_ should be > 10L)
    coordinator.finish(() => (), 0).ledger.balanced shouldBe true
  }

  /** Runs the machine of seed 4 with its arrivals kept, and looks at node2's files meanwhile. */
  private def recorded(folder: Path, handled: Long): LiveResult = {
    coordinator.host("toy", "4 4 3", Optional.of(folder))
    coordinator.start()
    coordinator.await(StopRule.handled(handled).or(StopRule.wallNs(30 * second)))
    Files.list(nodeTemporary).iterator.asScala.map(_.toString).filter(_.contains("arrivals")) shouldBe empty
    val result = coordinator.finish(() => (), 0)
    result.ledger.balanced shouldBe true
    result
  }

  private def replay(folder: Path): Replay.Result = Replay.run(toy.plan, 4, folder)

  private val toy = ToyMachine.of(4, 4, 3)
  private val nodes = toy.paths.asScala.map(path => ToyMachine.block(path) % 2)
  private lazy val recording = {
    val folder = root.resolve("recording")
    recorded(folder, 8000)
    folder
  }

  "A recorded machine over two processes" should "be replayed without a difference" in {
    val lengths = toy.paths.asScala.indices.map(id => Files.size(Recording.file(recording, id)))
    // More than may be on its way at once, from either node.
    Seq(0, 1).foreach(node => lengths.zip(nodes).filter(_._2 == node).map(_._1).sum should be >
      1L * LogTaker.WINDOW * LogSender.PIECE_BYTES)
    coordinator.unrecorded shouldBe Unrecorded.NOTHING
    val again = replay(recording)
    again.difference shouldBe Optional.empty
    again.components shouldBe 12
    again.uncompared shouldBe 0
    again.sends should be > 40_000L
  }

  it should "be told apart from a changed one" in {
    val log = Recording.file(recording, 7)
    val bytes = Files.readAllBytes(log)
    Files.write(log, bytes.updated(bytes.length / 3, (bytes(bytes.length / 3) ^ 4).toByte))
    val found = replay(recording).difference.get
    found.path shouldBe toy.paths.get(7)
    found.text should include("changed at entry")
    Files.write(log, bytes)
  }

  it should "keep its books and the other logs when one cannot be written here" in {
    assume(Files.exists(Path.of("/dev/full")))
    val folder = Files.createDirectory(root.resolve("full"))
    Files.createSymbolicLink(Recording.file(folder, 4), Path.of("/dev/full"))
    recorded(folder, 1000)
    // Logs come by node and by number: of those of node2 only the first had room.
    val lacking = coordinator.unrecorded
    nodes(4) shouldBe 1
    lacking.components.keySet.asScala shouldBe
      toy.paths.asScala.zip(nodes).collect { case (path, 1) => path }.drop(1).toSet
    lacking.components.values.asScala.foreach(_ should include("No space left on device"))
    Files.exists(Recording.file(folder, 4), LinkOption.NOFOLLOW_LINKS) shouldBe false
    val again = replay(folder)
    again.difference shouldBe Optional.empty
    again.components shouldBe 7
    again.uncompared should be > 0L
    again.lacks shouldBe lacking
  }

  it should "keep its books and the other node's logs when a node has no room for its own" in {
    val folder = root.resolve("node1")
    val temporary = System.setProperty(
      "java.io.tmpdir", Files.createFile(root.resolve("no-folder")).toString)
    try recorded(folder, 1000)
    finally System.setProperty("java.io.tmpdir", temporary)
    coordinator.unrecorded.components.keySet.asScala shouldBe
      toy.paths.asScala.zip(nodes).collect { case (path, 0) => path }.toSet
    coordinator.unrecorded.sentences.get(0) should startWith(
      s"6 components have no log, as node1: the log of ${toy.paths.get(0)} could not be written: ")
    val again = replay(folder)
    again.difference shouldBe Optional.empty
    again.components shouldBe 6
  }

  "A message of the machine that Akka could not deliver" should "end the run" in {
    coordinator.host("toy", "7 4 3")
    coordinator.start()
    coordinator.system.deadLetters[AnyRef] ! new LapicMessage.Reset(false)
    (the[ClusterException] thrownBy coordinator.await(StopRule.wallNs(30 * second)))
      .getMessage should include("dead letter: Reset")
    coordinator.finish(() => (), 0).ledger.balanced shouldBe true
  }

  "A machine that a node would build otherwise" should "be refused by name" in {
    val host = new Frame.Host("toy", "1 2 2", 0x1234L, java.util.List.of("node1"))
    val told = (the[ClusterException] thrownBy
      new NodePart(coordinator.system, "node1", ClusterSettings.ALL_ROLES, host)).getMessage
    told should startWith("E63 machines differ   node1 would build ")
    told should include("this cluster builds 0000000000001234")
  }

  "A node without the role of what it is to host" should "refuse it by name" in {
    (the[ClusterException] thrownBy {
      val nodes = java.util.List.of("node1")
      val asked = new Frame.Host("toy", "1 2 2", 0, nodes)
      val plan = NodePart.paths(asked)
      val hash = NodePart.hash(plan, asked, NodePart.nodeOf(asked, plan))
      new NodePart(
        coordinator.system, "node1", java.util.List.of("pcie"),
        new Frame.Host("toy", "1 2 2", hash, nodes))
    }).getMessage should startWith("E33 role missing   node1 is to host ")
  }

  "A machine whose text a builder cannot read" should "not start, and the cluster lives on" in {
    a[RuntimeException] should be thrownBy coordinator.host("toy", "not a number")
    (the[ClusterException] thrownBy coordinator.host("none", "")).getMessage should
      include("builder=none")
    run("6 2 3", 100).ledger.balanced shouldBe true
  }
}
