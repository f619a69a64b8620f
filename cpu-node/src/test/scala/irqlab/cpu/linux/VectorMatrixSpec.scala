package irqlab.cpu.linux

import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.util.Random

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class VectorMatrixSpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  private val all4 = CpuMask.first(4)

  private def matrix(
      cpus: Int = 4,
      profile: KernelProfile = KernelProfile.V6_12,
      legacyPic: Boolean = true): VectorMatrix = {
    val matrix = new VectorMatrix(cpus, profile, VectorTrace.NONE)
    SystemVectors.atBoot(profile, legacyPic).forEach(v => matrix.assignSystem(v, false, 0))
    (0 until cpus).foreach(matrix.online)
    matrix
  }

  private def pair(result: VectorResult): (Int, Int) = (result.cpu, result.vector)
  private def available(matrix: VectorMatrix): Seq[Int] =
    (0 until matrix.cpus).map(matrix.available)

  "A CPU that comes online" should "have the range less the system's vectors" in {
    forAll(Table(
      ("kernel", "8259As", "available", "first vector", "last vector"),
      (KernelProfile.V5_15, true, 201, 0x21, 0xeb),
      (KernelProfile.V6_1, true, 201, 0x21, 0xeb),
      (KernelProfile.V6_12, true, 201, 0x20, 0xea),
      (KernelProfile.V6_12, false, 202, 0x20, 0xea),
      (KernelProfile.V6_18, true, 201, 0x20, 0xea)
    )) { (kernel, pic, count, first, last) =>
      val one = matrix(1, kernel, pic)
      one.available(0) shouldBe count
      val vectors = Iterator.continually(one.alloc(CpuMask.of(0), false)).takeWhile(_.ok).toSeq
      vectors.map(_.vector) shouldBe
        (first to last).filterNot(v => v == 0x80 || (pic && v == 0x32))
      vectors should have size count
      one.alloc(CpuMask.of(0), false).errno shouldBe Errno.ENOSPC
    }
  }

  "Normal interrupts" should "go round the CPUs, the lowest first" in {
    val m = matrix()
    Seq.fill(5)(pair(m.alloc(all4, false))) shouldBe
      Seq((0, 0x20), (1, 0x20), (2, 0x20), (3, 0x20), (0, 0x21))
  }

  they should "fill 804 vectors on four CPUs and no more" in {
    val m = matrix()
    Seq.fill(804)(m.alloc(all4, false)).forall(_.ok) shouldBe true
    m.alloc(all4, false).errno shouldBe Errno.ENOSPC
    m.globalAvailable shouldBe 0
    m.totalAllocated shouldBe 804
  }

  they should "take the CPU with the most left, among those of the mask that are online" in {
    val m = matrix()
    m.alloc(CpuMask.of(1), false)
    m.alloc(CpuMask.of(2), false)
    m.offline(3)
    pair(m.alloc(CpuMask.of(1, 2, 3), false)) shouldBe ((1, 0x21))
    pair(m.alloc(CpuMask.of(1, 2, 3), false)) shouldBe ((2, 0x21))
    m.alloc(CpuMask.of(3), false).errno shouldBe Errno.ENOSPC
    m.alloc(CpuMask.EMPTY, false).errno shouldBe Errno.EINVAL
  }

  they should "get the lowest vector that was freed" in {
    val m = matrix(1)
    val vectors = Seq.fill(4)(m.alloc(CpuMask.of(0), false).vector)
    m.free(0, vectors(1), false)
    m.alloc(CpuMask.of(0), false).vector shouldBe vectors(1)
  }

  "The queues of an NVMe device" should "have 0x20 of their CPU, and the admin queue 0x21" in {
    val m = matrix()
    (0 to 3).foreach(cpu => m.reserveManaged(CpuMask.of(cpu)) shouldBe null)
    pair(m.alloc(all4, false)) shouldBe ((0, 0x21))
    (0 to 3).map(cpu => pair(m.allocManaged(CpuMask.of(cpu)))) shouldBe
      Seq((0, 0x20), (1, 0x20), (2, 0x20), (3, 0x20))
    available(m) shouldBe Seq(199, 200, 200, 200)
  }

  it should "leave 0x20 to the admin queue when that is requested first" in {
    val m = matrix()
    pair(m.alloc(all4, false)) shouldBe ((0, 0x20))
    m.reserveManaged(CpuMask.of(0))
    pair(m.allocManaged(CpuMask.of(0))) shouldBe ((0, 0x21))
  }

  "A managed interrupt" should "cost a vector on every CPU of its mask and take the highest" in {
    val m = matrix()
    m.reserveManaged(all4) shouldBe null
    available(m) shouldBe Seq.fill(4)(200)
    pair(m.allocManaged(all4)) shouldBe ((3, 0x20))
    m.reserveManaged(all4)
    pair(m.allocManaged(all4)) shouldBe ((2, 0x20))
    m.allocManaged(CpuMask.EMPTY).errno shouldBe Errno.EINVAL
  }

  it should "leave no trace when a CPU has no vector for it" in {
    val m = matrix()
    Seq.fill(201)(m.reserveManaged(all4)).forall(_ == null) shouldBe true
    m.reserveManaged(all4) shouldBe Errno.ENOSPC
    val two = matrix(2)
    (0 until 201).foreach(_ => two.alloc(CpuMask.of(1), false))
    two.reserveManaged(CpuMask.first(2)) shouldBe Errno.ENOSPC
    available(two) shouldBe Seq(201, 0)
    (two.managed(0), two.globalAvailable) shouldBe ((0, 201))
  }

  it should "keep its vectors set aside when it is freed, until they are removed" in {
    val m = matrix(1)
    m.reserveManaged(CpuMask.of(0))
    val vector = m.allocManaged(CpuMask.of(0)).vector
    m.free(0, vector, true)
    m.alloc(CpuMask.of(0), false).vector shouldBe vector + 1
    m.allocManaged(CpuMask.of(0)).vector shouldBe vector
    m.free(0, vector, true)
    m.removeManaged(CpuMask.of(0))
    m.alloc(CpuMask.of(0), false).vector shouldBe vector
  }

  it should "have vectors of a CPU that is not online yet" in {
    val m = new VectorMatrix(2, KernelProfile.V6_12, VectorTrace.NONE)
    m.online(0)
    m.reserveManaged(CpuMask.first(2)) shouldBe null
    m.online(1)
    m.available(1) shouldBe m.available(0)
    m.globalAvailable shouldBe 2 * m.available(0)
  }

  "Reservations" should "all be granted, with a warning for each made beyond what is free" in {
    val m = matrix()
    val covered = Seq.fill(3000)(m.reserve())
    // The kernel looks for equality, so only the first one too many is logged.
    covered.indexOf(false) shouldBe 804
    covered.count(_ == false) shouldBe 1
    val requests = Seq.fill(3000)(m.alloc(all4, true).ok)
    requests.count(identity) shouldBe 804
    m.globalReserved shouldBe 3000 - 804
  }

  "A CPU" should "not leave when the others cannot take its vectors" in {
    forAll(Table(("vectors to move", "free elsewhere", "answer"),
      (100, 90, Errno.ENOSPC), (100, 99, Errno.ENOSPC), (100, 100, null))) {
      (toMove, free, answer) =>
        val m = matrix(2)
        (0 until toMove).foreach(_ => m.alloc(CpuMask.of(0), false))
        (0 until 201 - free).foreach(_ => m.alloc(CpuMask.of(1), false))
        new VectorDomain(m, Array(0, 1), VectorTrace.NONE).mayGoOffline(0) shouldBe answer
    }
  }

  it should "leave whatever number of managed vectors it has" in {
    val m = matrix(2)
    (0 until 201).foreach(_ => m.alloc(CpuMask.of(1), false))
    m.reserveManaged(CpuMask.of(0))
    m.allocManaged(CpuMask.of(0))
    new VectorDomain(m, Array(0, 1), VectorTrace.NONE).mayGoOffline(0) shouldBe null
  }

  it should "get back, when it returns, what was freed while it was offline" in {
    val m = matrix(2)
    val vector = m.alloc(CpuMask.of(1), false).vector
    m.offline(1)
    m.free(1, vector, false)
    // Linux does not take it off the total then, and neither do we.
    (m.globalAvailable, m.totalAllocated) shouldBe ((201, 1))
    m.online(1)
    (m.available(1), m.globalAvailable) shouldBe ((201, 402))
  }

  "Calls that Linux would warn about" should "be refused" in {
    val m = matrix(1)
    an[IllegalStateException] should be thrownBy m.free(0, 0x40, false)
    an[IllegalStateException] should be thrownBy m.online(0)
    an[IllegalStateException] should be thrownBy m.removeManaged(CpuMask.of(0))
    an[IllegalStateException] should be thrownBy m.assign(0, 0xf0)
  }

  "After any sequence of calls" should "each CPU's and the global sum agree with the bitmaps" in {
    val seed = sys.props.get("seed").fold(System.nanoTime)(_.toLong)
    withClue(s"-Dseed=$seed: ") {
      val random = new Random(seed)
      val m = matrix(5)
      val normal, reservedMasks = mutable.Buffer.empty[(Int, Int)]
      val managed = mutable.Buffer.empty[(CpuMask, Option[(Int, Int)])]
      for (_ <- 1 to 4000) {
        val mask = CpuMask.ofWords(random.nextInt(32).toLong)
        random.nextInt(7) match {
          case 0 | 1 | 2 =>
            val result = m.alloc(mask, false)
            if (result.ok) normal += pair(result)
          case 3 if normal.nonEmpty =>
            val (cpu, vector) = normal.remove(random.nextInt(normal.size))
            m.free(cpu, vector, false)
          case 4 => if (m.reserveManaged(mask) == null) managed += (mask -> None)
          case 5 if managed.nonEmpty =>
            val at = random.nextInt(managed.size)
            managed(at) match {
              case (held, Some((cpu, vector))) =>
                m.free(cpu, vector, true)
                managed(at) = held -> None
              case (held, None) =>
                val result = m.allocManaged(held)
                if (result.ok) managed(at) = held -> Some(pair(result))
            }
          case 6 if managed.exists(_._2.isEmpty) =>
            val at = managed.indexWhere(_._2.isEmpty)
            m.removeManaged(managed.remove(at)._1)
          case _ =>
        }
        check(m, normal.toSeq ++ managed.flatMap(_._2))
      }
    }
  }

  // VEC-005
  private def check(m: VectorMatrix, taken: Seq[(Int, Int)]): Unit = {
    taken.distinct should have size taken.size
    (0 until m.cpus).foreach { cpu =>
      val vectors = 0 until 256
      vectors.count(m.taken(cpu, _)) shouldBe m.allocated(cpu)
      vectors.count(m.setAside(cpu, _)) shouldBe m.managed(cpu)
      vectors.count(v => m.taken(cpu, v) && m.setAside(cpu, v)) shouldBe m.managedAllocated(cpu)
      m.available(cpu) shouldBe m.end - m.start - m.systemInRange - m.managed(cpu) -
        (m.allocated(cpu) - m.managedAllocated(cpu))
      vectors.exists(v => m.system(v) && (m.taken(cpu, v) || m.setAside(cpu, v))) shouldBe false
    }
    m.globalAvailable shouldBe available(m).sum
    m.totalAllocated shouldBe taken.size
  }
}
