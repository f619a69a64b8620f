package irqlab.load

import com.typesafe.config.ConfigFactory
import irqlab.cluster.{ClusterSettings, Coordinator}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.util.concurrent.TimeUnit

/** A real process behind a cable that is cut; nobody kills it. */
@RunWith(classOf[JUnitRunner])
class CutOffSpec extends AnyFlatSpec with Matchers {
  /** Soon enough for a spec; what holds otherwise is in irqlab-cluster.conf. */
  private val soon = Seq(
    "akka.cluster.failure-detector.acceptable-heartbeat-pause" -> "3s",
    "akka.cluster.split-brain-resolver.stable-after" -> "2s")

  "A node that has lost the cluster" should "be downed by its own split brain resolver, and end" in {
    val (port, nodePort) = (Cable.freePort(), Cable.freePort())
    val cables = Seq(new Cable(port), new Cable(nodePort))
    val settings = ConfigFactory.parseString(
      s"""akka.remote.artery { canonical.port = ${cables.head.port}, bind.port = $port }
         |""".stripMargin + soon.map { case (key, value) => s"$key = $value" }.mkString("\n"))
    val coordinator = Coordinator.open(
      new ClusterSettings("node1", ClusterSettings.ALL_ROLES, settings), _ => ())
    try {
      val options = Seq("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        s"-Dakka.remote.artery.canonical.port=${cables(1).port}",
        s"-Dakka.remote.artery.bind.port=$nodePort") ++
        soon.map { case (key, value) => s"-D$key=$value" }
      val node = coordinator.launch(java.util.List.of(java.util.List.of(options: _*))).get(0)
      cables.foreach(_.cut())
      val limit = System.nanoTime + TimeUnit.SECONDS.toNanos(60)
      while (node.alive && System.nanoTime < limit) Thread.`yield`()
      node.alive shouldBe false
      node.ended shouldBe "ended with code 4"
    } finally {
      coordinator.close()
      cables.foreach(_.close())
    }
  }
}
