package irqlab.cpu.linux

import irqlab.protocol.MemoryMap
import irqlab.topology.Topology
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class IrqTableSpec extends AnyFlatSpec with Matchers {
  // Three controllers, since two gigabytes of room for each left no memory for the third; the deepest
  // queue of the specification, since a room of 256 KiB is less than its 4 MiB.
  "The queues of all controllers" should "lie in host memory, each in whole pages of its own" in {
    val table = new IrqTable(Topology.parse(
      """machine.cpus = 4
        |endpoints = [
        |  { name = a, kind = nvme, queues = 4, msi-x = 5, queue-depth = 1023 }
        |  { name = nic, msi-x = 2 }
        |  { name = b, kind = nvme, queues = 4, msi-x = 5, queue-depth = 65535 }
        |  { name = c, kind = nvme, queues = 4, msi-x = 5, queue-depth = 2 } ]""".stripMargin))
    val rings = for {
      (device, depth) <- Seq(0 -> 1023, 2 -> 65535, 3 -> 2)
      queue <- 0 to 4
      (submission, bytes) <- Seq(true -> 64L * depth, false -> 16L * depth)
    } yield table.ring(device, queue, submission) -> bytes
    val sorted = rings.sorted
    sorted.head._1 shouldBe MemoryMap.RINGS
    all(rings.map(_._1 % 4096)) shouldBe 0
    sorted.zip(sorted.tail).foreach { case ((from, bytes), (next, _)) => from + bytes should be <= next }
    sorted.last._1 + sorted.last._2 should be <= MemoryMap.BARS
  }
}
