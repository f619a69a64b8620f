package irqlab.cpu.linux

import scala.jdk.CollectionConverters._

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class AffinitySpreadSpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  private def machine(nodes: Seq[CpuMask], smt: Seq[CpuMask] = Nil): AffinitySpread = {
    val all = nodes.reduce(_ or _)
    new AffinitySpread(all, all, nodes.asJava, smt.asJava)
  }

  private def block(node: Int, size: Int): CpuMask =
    CpuMask.range(node * size, (node + 1) * size - 1)

  private def equalNodes(count: Int, size: Int): AffinitySpread =
    machine((0 until count).map(block(_, size)))

  // All first threads are numbered before all second threads.
  private def smt2(count: Int, size: Int): AffinitySpread = {
    val cores = count * size
    machine(
      (0 until count).map(node => block(node, size).or(block(node + count, size))),
      (0 until cores).map(c => CpuMask.of(c, c + cores)))
  }

  private val halfPresent = new AffinitySpread(
    CpuMask.first(8), CpuMask.first(4), List(CpuMask.first(8)).asJava, Nil.asJava)

  "Spreading" should "cut the CPUs of each topology as the reference does" in {
    forAll(Table(
      ("topology", "machine", "groups", "masks"),
      ("1 node of 4 cores", equalNodes(1, 4), 4, "0 1 2 3"),
      ("1 node of 4 cores", equalNodes(1, 4), 3, "0-1 2 3"),
      ("1 node of 4 cores, 2 threads", smt2(1, 4), 4, "0,4 1,5 2,6 3,7"),
      ("1 node of 4 cores, 2 threads", smt2(1, 4), 3, "0-1,4 2-3,6 5,7"),
      ("2 nodes of 4 cores", equalNodes(2, 4), 2, "0-3 4-7"),
      ("2 nodes of 4 cores", equalNodes(2, 4), 1, "0-7"),
      ("2 nodes of 4 cores", equalNodes(2, 4), 3, "4-7 0-1 2-3"),
      ("2 nodes of 4 cores", equalNodes(2, 4), 5, "4-5 6-7 0-1 2 3"),
      ("2 nodes of 4 cores, 2 threads", smt2(2, 4), 4, "4-5,12-13 6-7,14-15 0-1,8-9 2-3,10-11"),
      ("4 nodes of 2 cores", equalNodes(4, 2), 3, "0-1,6-7 2-3 4-5"),
      ("4 nodes of 2 cores", equalNodes(4, 2), 6, "2-3 6-7 4 5 0 1"),
      ("nodes of 2 and 6", machine(Seq(CpuMask.range(0, 1), CpuMask.range(2, 7))), 4,
        "0-1 2-3 4-5 6-7"),
      ("4 present of 8 possible", halfPresent, 6, "0,6 1,7 2 3 4 5"),
      ("4 present of 8 possible", halfPresent, 4, "0,4 1,5 2,6 3,7")
    )) { (_, machine, groups, masks) =>
      machine.spread(groups).asScala.map(_.list).mkString(" ") shouldBe masks
    }
  }

  it should "leave groups empty when there are more groups than CPUs" in {
    val masks = AffinitySpread.flat(2).spread(4).asScala
    masks.map(_.list) shouldBe Seq("0", "1", "", "")
  }

  it should "put every possible CPU into exactly one group" in {
    forAll(Table("groups", 1 to 40: _*)) { groups =>
      val masks = smt2(4, 5).spread(groups).asScala
      masks.map(_.count).sum shouldBe 40
      masks.reduce(_ or _) shouldBe CpuMask.first(40)
    }
  }

  "The vectors of a device" should "be its sets, between those that are not managed" in {
    val any = CpuMask.first(4)
    val sets = List(2, 4).map(Integer.valueOf).asJava
    val masks = AffinitySpread.flat(4).vectors(1, sets, 1, any)
    masks.asScala.map(_.list) shouldBe Seq("0-3", "0-1", "2-3", "0", "1", "2", "3", "0-3")
  }

  "An NVMe device on four CPUs" should "have a queue per CPU, or share them if it got fewer" in {
    val spread = AffinitySpread.flat(4)
    def masks(granted: Int): Seq[String] =
      spread.vectors(1, List(Integer.valueOf(granted - 1)).asJava, 0, CpuMask.first(4))
        .asScala.map(_.list).toSeq
    masks(spread.usableVectors(1, 65, 1, false)) shouldBe Seq("0-3", "0", "1", "2", "3")
    masks(3) shouldBe Seq("0-3", "0-1", "2-3")
  }

  "The number of vectors" should "be limited by the possible CPUs unless the driver cuts sets" in {
    val spread = AffinitySpread.flat(4)
    spread.usableVectors(1, 65, 1, false) shouldBe 5
    spread.usableVectors(2, 65, 1, true) shouldBe 65
    spread.usableVectors(1, 65, 2, false) shouldBe 0
  }

  "The masks of recorded queues" should "be those of as many groups" in {
    val Queue = "(nvme\\dq|virtio\\d-req\\.|virtio\\d-request)(\\d*)".r
    val found = for {
      name <- Capture.x86
      capture = new Capture(name)
      snapshot <- capture.snapshots
      queues = Capture.list(snapshot.get("irqs")).flatMap { irq =>
        irq.path("actions").asText match {
          case "nvme0q0" | "nvme1q0" | "nvme2q0" | "nvme3q0" => None
          case Queue(device, _) => Some((device, irq.path("smp_affinity_list").asText))
          case _ => None
        }
      }
      (_, rows) <- queues.groupMap(_._1)(_._2)
    } yield {
      rows shouldBe AffinitySpread.flat(capture.cpus).spread(rows.size).asScala.map(_.list)
      rows.size
    }
    found.sum should be > 100
  }
}
