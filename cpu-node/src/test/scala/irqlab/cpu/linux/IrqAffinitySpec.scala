package irqlab.cpu.linux

import scala.collection.mutable

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class IrqAffinitySpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  private val irq = 24
  private val all = CpuMask.first(4)

  /** One interrupt on CPU 0 of four, with its vector 0x20. */
  private class Bench(managed: Option[CpuMask] = None) {
    val matrix = new VectorMatrix(4, KernelProfile.V6_12, VectorTrace.NONE)
    SystemVectors.atBoot(KernelProfile.V6_12, true).forEach(v => matrix.assignSystem(v, false, 0))
    val domain = new VectorDomain(matrix, Array.range(0, 4), VectorTrace.NONE)
    (0 to 3).foreach(domain.cpuOnline)
    val affinity = new IrqAffinity(managed.getOrElse(all), managed.isDefined)
    managed.fold(domain.setup(irq))(mask => domain.setupManaged(irq, mask))
    domain.activate(irq, affinity.mask, null, false)

    def cpu: Int = domain.chip(irq).effectiveCpu
    def fill(cpu: Int): Unit =
      Iterator.continually(matrix.alloc(CpuMask.of(cpu), false)).takeWhile(_.ok).foreach(identity)
    def leave(cpu: Int): IrqAffinity.Migration = {
      domain.cpuLeaving(cpu)
      affinity.leave(domain, irq, cpu)
    }
  }

  "A write" should "be refused as each kernel refuses it" in {
    val online = CpuMask.of(0, 1)
    forAll(Table(
      ("kernel", "managed", "movable", "mask", "errno"),
      (KernelProfile.V6_1, true, true, all, Errno.EIO),
      (KernelProfile.V6_12, true, true, all, Errno.EPERM),
      (KernelProfile.V6_1, false, false, all, Errno.EIO),
      (KernelProfile.V6_12, false, false, all, Errno.EPERM),
      (KernelProfile.V6_12, false, true, CpuMask.of(2, 3), Errno.EINVAL),
      (KernelProfile.V6_12, false, true, CpuMask.EMPTY, Errno.EINVAL),
      (KernelProfile.V6_12, false, true, CpuMask.of(1, 3), null)
    )) { (kernel, managed, movable, mask, errno) =>
      new IrqAffinity(all, managed).check(mask, online, kernel, movable) shouldBe errno
    }
  }

  it should "show at once and move at the next interrupt, the last write only" in {
    val bench = new Bench
    bench.affinity.defer(CpuMask.of(1))
    bench.affinity.defer(CpuMask.of(2))
    bench.affinity.shown shouldBe CpuMask.of(2)
    bench.cpu shouldBe 0
    bench.matrix.allocated(2) shouldBe 0
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe true
    bench.cpu shouldBe 2
    bench.affinity.mask shouldBe CpuMask.of(2)
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe false
  }

  it should "store a mask that holds the current CPU and move nothing" in {
    val bench = new Bench
    bench.affinity.defer(CpuMask.of(0, 1))
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe false
    (bench.cpu, bench.affinity.mask) shouldBe ((0, CpuMask.of(0, 1)))
  }

  it should "wait on while an earlier move is unfinished" in {
    val bench = new Bench
    bench.affinity.defer(CpuMask.of(1))
    bench.affinity.moveInInterrupt(bench.domain, irq)
    bench.affinity.defer(CpuMask.of(2))
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe false
    bench.affinity.pending shouldBe true
    bench.domain.completeMove(irq, 1)
    bench.domain.cleanUp(0, _ => false)
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe true
    bench.cpu shouldBe 2
  }

  it should "be dropped when the new CPU is full or gone, and show the old mask again" in {
    val bench = new Bench
    bench.fill(1)
    bench.affinity.defer(CpuMask.of(1))
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe false
    bench.affinity.shown shouldBe all
    bench.affinity.defer(CpuMask.of(3))
    bench.domain.cpuOffline(3)
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe false
    (bench.affinity.shown, bench.cpu) shouldBe ((all, 0))
  }

  "A write with remapping" should "move at once, and say ENOSPC to the writer" in {
    val bench = new Bench
    bench.affinity.moveNow(bench.domain, irq, CpuMask.of(1)) shouldBe null
    (bench.cpu, bench.affinity.pending) shouldBe ((1, false))
    bench.domain.queueCleanUp(irq) shouldBe 0
    bench.affinity.moveNow(bench.domain, irq, CpuMask.of(2)) shouldBe null
    (bench.cpu, bench.affinity.shown) shouldBe ((1, CpuMask.of(2)))
    bench.domain.cleanUp(0, _ => false)
    bench.affinity.moveNow(bench.domain, irq, CpuMask.of(3)) shouldBe null
    (bench.cpu, bench.affinity.shown) shouldBe ((1, CpuMask.of(3)))
    bench.affinity.moveInInterrupt(bench.domain, irq) shouldBe true
    bench.domain.queueCleanUp(irq)
    bench.domain.cleanUp(1, _ => false)
    bench.fill(0)
    bench.affinity.moveNow(bench.domain, irq, CpuMask.of(0)) shouldBe Errno.ENOSPC
    (bench.cpu, bench.affinity.shown) shouldBe ((3, CpuMask.of(3)))
  }

  "A start" should "use the default of that time unless the user set a mask that can be used" in {
    forAll(Table(
      ("set by the user", "default", "node", "mask"),
      (null, CpuMask.of(1, 2), null, CpuMask.of(1, 2)),
      (null, CpuMask.of(1, 2), CpuMask.of(2, 3), CpuMask.of(2)),
      (null, CpuMask.of(1), CpuMask.of(2, 3), CpuMask.of(1)),
      (CpuMask.of(2), CpuMask.of(1), null, CpuMask.of(2)),
      (CpuMask.of(9), CpuMask.of(1), null, CpuMask.of(1)),
      (null, CpuMask.of(9), null, all)
    )) { (user, default, node, mask) =>
      val bench = new Bench
      if (user != null) bench.affinity.store(user)
      bench.affinity.start(bench.domain, irq, default, node) shouldBe null
      bench.affinity.mask shouldBe mask
      mask.contains(bench.cpu) shouldBe true
    }
  }

  it should "forget that the user set a mask that could not be used" in {
    val bench = new Bench
    bench.affinity.store(CpuMask.of(9))
    bench.affinity.start(bench.domain, irq, CpuMask.of(0, 1), null)
    bench.affinity.start(bench.domain, irq, CpuMask.of(0, 2), null)
    bench.affinity.mask shouldBe CpuMask.of(0, 2)
  }

  "A CPU that leaves" should "send its interrupts to the rest of their masks, else anywhere" in {
    val bench = new Bench
    bench.leave(3) shouldBe IrqAffinity.Migration.STAYED
    bench.affinity.store(CpuMask.of(0, 2))
    bench.leave(0) shouldBe IrqAffinity.Migration.MOVED
    (bench.cpu, bench.affinity.mask) shouldBe ((2, CpuMask.of(0, 2)))
    bench.leave(2) shouldBe IrqAffinity.Migration.BROKEN
    (bench.cpu, bench.affinity.mask) shouldBe ((1, CpuMask.of(1)))
  }

  it should "prefer a mask that waits, and drop one without a CPU" in {
    val bench = new Bench
    bench.affinity.defer(CpuMask.of(0, 3))
    bench.leave(0) shouldBe IrqAffinity.Migration.MOVED
    (bench.cpu, bench.affinity.mask) shouldBe ((3, CpuMask.of(0, 3)))
    bench.affinity.defer(CpuMask.of(1))
    bench.leave(1) shouldBe IrqAffinity.Migration.STAYED
    bench.affinity.shown shouldBe CpuMask.of(0, 3)
  }

  it should "break the affinity when the mask's CPUs are full, and fail when all are" in {
    val bench = new Bench
    bench.affinity.store(CpuMask.of(0, 1))
    bench.fill(1)
    bench.leave(0) shouldBe IrqAffinity.Migration.BROKEN
    (bench.cpu, bench.affinity.mask) shouldBe ((2, CpuMask.of(1, 2, 3)))
    bench.fill(3)
    bench.leave(2) shouldBe IrqAffinity.Migration.FAILED
  }

  it should "end with a managed interrupt shut down when no CPU of its mask is left" in {
    val bench = new Bench(Some(CpuMask.of(2, 3)))
    bench.cpu shouldBe 3
    bench.leave(3) shouldBe IrqAffinity.Migration.MOVED
    bench.cpu shouldBe 2
    bench.leave(2) shouldBe IrqAffinity.Migration.SHUT_DOWN
    bench.affinity.mask shouldBe CpuMask.of(2, 3)
  }

  "A saved affinity" should "be the same after loading" in {
    val affinity = new IrqAffinity(all, false)
    affinity.defer(CpuMask.of(2))
    def saved(a: IrqAffinity): Seq[Long] = {
      val out = mutable.Buffer.empty[Long]
      a.save(word => out += word)
      out.toSeq
    }
    val in = saved(affinity).iterator
    val copy = IrqAffinity.load(() => in.next())
    (copy.shown, copy.mask, copy.managed) shouldBe ((CpuMask.of(2), all, false))
    saved(copy) shouldBe saved(affinity)
  }
}
