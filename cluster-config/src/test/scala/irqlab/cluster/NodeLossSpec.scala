package irqlab.cluster

import irqlab.live.StopRule
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class NodeLossSpec extends AnyFlatSpec with Matchers {
  private val jvm = java.util.List.of("-Xmx256m", "-XX:TieredStopAtLevel=1")

  "A run whose other process is killed" should "end and name the node, and leave no process" in {
    val coordinator = Coordinator.open()
    try {
      val process = coordinator.launch(1, jvm).get(0)
      coordinator.host("toy", "1 4 3")
      coordinator.start()
      coordinator.await(StopRule.handled(100))
      process.kill()
      (the[ClusterException] thrownBy coordinator.await(StopRule.wallNs(Long.MaxValue)))
        .getMessage should include("node2")
      process.alive shouldBe false
    } finally coordinator.close()
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
