package irqlab.cluster

import irqlab.live.{LiveResult, StopRule}
import irqlab.observe.Fate
import irqlab.protocol.LapicMessage
import irqlab.runtime.ToyMachine
import irqlab.wire.Frame
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class TwoProcessesSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private val second = 1_000_000_000L
  private val jvm = java.util.List.of("-Xmx256m", "-XX:TieredStopAtLevel=1")
  private lazy val coordinator = {
    val opened = Coordinator.open()
    opened.launch(1, jvm)
    opened
  }

  override def afterAll(): Unit = coordinator.close()

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
