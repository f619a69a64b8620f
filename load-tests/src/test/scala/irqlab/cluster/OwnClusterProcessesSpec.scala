package irqlab.cluster

import java.time.Duration

import akka.cluster.typed.{Cluster, Down}
import irqlab.observe.Fate
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

/** Two real processes of somebody's own cluster, whose actor systems are not called as ours. */
@RunWith(classOf[JUnitRunner])
class OwnClusterProcessesSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  import Members.{nodes, topology}

  private val long = Duration.ofSeconds(30)
  private lazy val system = {
    val started = Members.start(Members.untrusted)
    Members.join(Seq(started))
    started
  }
  private lazy val other = HostProcess.start(Members.address(system).toString)

  override def afterAll(): Unit = {
    other.destroyForcibly()
    // The cluster's owner does so here, or its end in order would wait for the dead.
    val cluster = Cluster.get(system)
    cluster.state.members.toSeq.map(_.address).filter(_ != Members.address(system))
      .foreach(dead => cluster.manager ! Down(dead))
    Members.end(Seq(system))
  }

  "A machine over two processes of somebody's cluster" should "have one set of books" in {
    other.isAlive shouldBe true
    val host = Machine.host("lab", "node1").roles("cpu").startIn(system)
    val machine = Machine.of(topology).endpoint("fpga0").startOver(system, "lab", nodes)
    try {
      machine.awaitBoot(long)
      (1 to 5).foreach { each =>
        machine.external("fpga0").raise(0)
        machine.await(_ => host.inspect("cpu/1/core").valueOr("count.irq.40", 0) == each, long)
      }
      val result = machine.finish(long)
      result.ledger.balanced shouldBe true
      val fpga = result.components.asScala.find(_.path == "pcie/fpga0").get
      val rows = result.ledger.rows.asScala.filter(_.component == fpga.id)
      rows.map(_.raised).sum shouldBe 5
      rows.map(_.fate(Fate.HANDLED)).sum shouldBe 5
      result.components.asScala.map(_.path) shouldBe topology.components.asScala.map(_.path)
    } finally {
      machine.close()
      host.close()
    }
    Members.up(system) shouldBe 2
    other.isAlive shouldBe true
  }

  "A machine whose CPUs are killed" should "end, name them, and leave the member to its cluster" in {
    val host = Machine.host("rack", "node1").roles("pcie", "ioapic").startIn(system)
    val machine = Machine.of(topology).startOver(system, "rack", nodes)
    try {
      machine.awaitBoot(long)
      other.destroyForcibly()
      (1 to 100).foreach(_ => machine.external("nic0").raise(0))
      val start = System.nanoTime
      (the[ClusterException] thrownBy machine.await(_ => false, long)).getMessage should
        startWith("lost {node2=")
      val result = machine.finish(Duration.ofSeconds(1))
      // Noticed after 4 s at the latest, three more to come to rest.
      (System.nanoTime - start) / 1e9 should be < 15.0
      result.ledger.balanced shouldBe true
      result.ledger.fate(Fate.LOST_NODE) should be > 0L
      machine.losses.keySet.asScala shouldBe Set("node2")
    } finally {
      machine.close()
      host.close()
    }
    // Whether it is taken out is for somebody else to say.
    system.whenTerminated.isCompleted shouldBe false
    Members.up(system) shouldBe 2
  }
}
