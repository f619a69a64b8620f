package irqlab.cpu.linux

import scala.collection.mutable

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class VectorDomainSpec extends AnyFlatSpec with Matchers {
  private val irq = 24
  private val all = CpuMask.first(4)

  /** Four CPUs online, as after a boot of 6.12, and what the domain's trace shows from then on. */
  private class Bench(cpus: Int = 4) {
    val seen: mutable.Buffer[String] = mutable.Buffer.empty
    private val trace = new VectorTraceText(line => seen += line)
    val matrix = new VectorMatrix(cpus, KernelProfile.V6_12, trace)
    SystemVectors.atBoot(KernelProfile.V6_12, true).forEach(v => matrix.assignSystem(v, false, 0))
    val domain = new VectorDomain(matrix, Array.range(0, cpus), trace)
    (0 until cpus).foreach(domain.cpuOnline)
    seen.clear()

    def chip(irq: Int): ChipVector = domain.chip(irq)
    def at(irq: Int): (Int, Int) = (chip(irq).cpu, chip(irq).vector)
    def message(irq: Int): (Int, Int) = (chip(irq).effectiveCpu, chip(irq).messageVector)

    /** Sets an interrupt up and requests it. */
    def request(irq: Int, mask: CpuMask = all): Errno = {
      domain.setup(irq)
      domain.activate(irq, mask, null, false)
    }

    /** Fills CPUs so that they have no vector left. */
    def fill(cpus: Int*): Unit = cpus.foreach { cpu =>
      Iterator.continually(matrix.alloc(CpuMask.of(cpu), false)).takeWhile(_.ok).foreach(identity)
    }

    def saved: Seq[Long] = {
      val out = mutable.Buffer.empty[Long]
      domain.save(word => out += word)
      out.toSeq
    }
  }

  "An interrupt that is set up" should "be promised a vector, and its message name none" in {
    val bench = new Bench
    bench.domain.setup(irq)
    bench.message(irq) shouldBe ((0, 0xef))
    bench.matrix.globalReserved shouldBe 1
    bench.matrix.totalAllocated shouldBe 0
    bench.domain.activate(irq, all, null, true) shouldBe null
    bench.message(irq) shouldBe ((0, 0xef))
  }

  it should "get its vector on request and give it back for a promise" in {
    val bench = new Bench
    bench.request(irq) shouldBe null
    bench.message(irq) shouldBe ((0, 0x20))
    bench.matrix.globalReserved shouldBe 0
    bench.domain.deactivate(irq)
    bench.message(irq) shouldBe ((0, 0xef))
    bench.matrix.globalReserved shouldBe 1
    bench.domain.teardown(irq)
    bench.matrix.globalReserved shouldBe 0
    bench.domain.chip(irq) shouldBe null
  }

  it should "be searched a CPU on its node first, then in its mask, on the node, anywhere" in {
    def choose(full: Seq[Int], mask: CpuMask, node: CpuMask): Int = {
      val bench = new Bench
      bench.fill(full: _*)
      bench.domain.setup(irq)
      bench.domain.activate(irq, mask, node, false) shouldBe null
      bench.chip(irq).cpu
    }
    val (mask, node) = (CpuMask.of(0, 1), CpuMask.of(1, 2))
    choose(Nil, mask, node) shouldBe 1
    choose(Seq(1), mask, node) shouldBe 0
    choose(Seq(0, 1), mask, node) shouldBe 2
    choose(Seq(0, 1, 2), mask, node) shouldBe 3
    choose(Seq(0, 1), mask, null) shouldBe 2
  }

  it should "not be requested when no CPU has a vector" in {
    val bench = new Bench
    bench.fill(0, 1, 2, 3)
    bench.request(irq) shouldBe Errno.ENOSPC
    bench.chip(irq).hasReserved shouldBe true
  }

  "An interrupt that cannot be masked" should "get its vector when it is set up" in {
    val bench = new Bench
    bench.domain.setupAssigned(irq, CpuMask.of(2)) shouldBe null
    bench.message(irq) shouldBe ((2, 0x20))
    bench.fill(3)
    bench.domain.setupAssigned(irq + 1, CpuMask.of(3)) shouldBe Errno.ENOSPC
    bench.domain.chip(irq + 1) shouldBe null
  }

  "A move" should "change nothing when the CPU is in the new mask" in {
    val bench = new Bench
    bench.request(irq)
    bench.seen.clear()
    bench.domain.setAffinity(irq, all) shouldBe null
    bench.seen shouldBe empty
  }

  it should "hold both vectors until an interrupt came on the new CPU and the old one cleaned up" in {
    val bench = new Bench
    bench.request(irq)
    bench.domain.setAffinity(irq, CpuMask.of(1)) shouldBe null
    bench.at(irq) shouldBe ((1, 0x20))
    bench.matrix.taken(0, 0x20) shouldBe true
    bench.domain.completeMove(irq, 0) shouldBe -1
    bench.domain.setAffinity(irq, CpuMask.of(2)) shouldBe Errno.EBUSY
    bench.domain.completeMove(irq, 1) shouldBe 0
    bench.domain.setAffinity(irq, CpuMask.of(2)) shouldBe Errno.EBUSY
    bench.matrix.taken(0, 0x20) shouldBe true
    bench.domain.cleanUp(0, _ => false) shouldBe false
    bench.matrix.taken(0, 0x20) shouldBe false
    bench.domain.setAffinity(irq, CpuMask.of(2)) shouldBe null
  }

  it should "keep the old vector while that is in the old CPU's IRR" in {
    val bench = new Bench
    bench.request(irq)
    bench.domain.setAffinity(irq, CpuMask.of(1))
    bench.domain.completeMove(irq, 1)
    bench.domain.cleanUp(0, _ == 0x20) shouldBe true
    bench.matrix.taken(0, 0x20) shouldBe true
    bench.domain.cleanUp(0, _ => false) shouldBe false
    bench.matrix.taken(0, 0x20) shouldBe false
  }

  it should "fail when the new CPU is full or offline, and leave the interrupt where it is" in {
    val bench = new Bench
    bench.request(irq)
    bench.fill(1)
    bench.domain.setAffinity(irq, CpuMask.of(1)) shouldBe Errno.ENOSPC
    bench.domain.setAffinity(irq, CpuMask.of(7)) shouldBe Errno.EINVAL
    bench.at(irq) shouldBe ((0, 0x20))
  }

  it should "free the old vector at once when its CPU is gone" in {
    val bench = new Bench
    bench.request(irq)
    bench.domain.cpuLeaving(0)
    bench.domain.setAffinity(irq, all) shouldBe null
    bench.at(irq) shouldBe ((1, 0x20))
    bench.chip(irq).moveInProgress shouldBe false
    bench.domain.cpuOffline(0)
    bench.matrix.allocated(0) shouldBe 0
    bench.matrix.totalAllocated shouldBe 1
    bench.matrix.globalAvailable shouldBe 3 * 201 - 1
  }

  "Several moves off one CPU" should "be cleaned up together, the newest first" in {
    val bench = new Bench
    (24 to 27).foreach { n =>
      bench.request(n, CpuMask.of(0))
      bench.domain.setAffinity(n, CpuMask.of(1))
      bench.domain.completeMove(n, 1)
    }
    bench.domain.forceCompleteMove(25)
    bench.seen.clear()
    bench.domain.cleanUp(0, _ == 0x23) shouldBe true
    bench.seen.filter(_.startsWith("vector_free_moved")) shouldBe Seq(
      "vector_free_moved: irq=26 cpu=0 vector=34 is_managed=0",
      "vector_free_moved: irq=24 cpu=0 vector=32 is_managed=0")
    bench.domain.cleanUp(0, _ => false) shouldBe false
    bench.matrix.allocated(0) shouldBe 0
  }

  they should "be cleaned up by their CPU before that goes offline" in {
    val bench = new Bench
    bench.request(irq)
    bench.domain.setAffinity(irq, CpuMask.of(1))
    bench.domain.completeMove(irq, 1)
    bench.domain.cpuOffline(0)
    bench.matrix.allocated(0) shouldBe 0
    bench.chip(irq).cleanupPending shouldBe false
    bench.matrix.totalAllocated shouldBe 1
  }

  they should "come back from a checkpoint in the middle" in {
    val bench = new Bench
    (24 to 27).foreach { n =>
      bench.request(n, CpuMask.of(0))
      bench.domain.setAffinity(n, CpuMask.of(1))
      bench.domain.completeMove(n, 1)
    }
    val copy = new Bench
    val in = bench.saved.iterator
    copy.domain.load(() => in.next())
    in.hasNext shouldBe false
    Seq(bench, copy).foreach { b =>
      b.seen.clear()
      b.domain.cleanUp(0, _ => false)
      b.request(40)
    }
    copy.seen shouldBe bench.seen
    copy.saved shouldBe bench.saved
  }

  "An interrupt that is freed in the middle of a move" should "give both vectors back" in {
    val bench = new Bench
    bench.request(irq)
    bench.domain.setAffinity(irq, CpuMask.of(1))
    bench.domain.completeMove(irq, 1)
    bench.domain.teardown(irq)
    bench.matrix.totalAllocated shouldBe 0
    bench.domain.cleanUp(0, _ => false) shouldBe false
  }

  "A managed interrupt" should "wait without a vector until a CPU of its mask is online" in {
    val bench = new Bench
    bench.domain.cpuOffline(2)
    bench.domain.cpuOffline(3)
    bench.domain.setupManaged(irq, CpuMask.of(2, 3)) shouldBe null
    bench.domain.activate(irq, CpuMask.of(2, 3), null, false) shouldBe null
    bench.message(irq) shouldBe ((0, 0xef))
    bench.domain.cpuOnline(2)
    bench.domain.activate(irq, CpuMask.of(2, 3), null, false) shouldBe null
    bench.message(irq) shouldBe ((2, 0x20))
  }

  it should "come back to the same vector after its CPU was away" in {
    val bench = new Bench
    bench.domain.setupManaged(irq, CpuMask.of(3))
    bench.domain.activate(irq, CpuMask.of(3), null, false)
    bench.domain.cpuLeaving(3)
    bench.domain.deactivate(irq)
    bench.domain.cpuOffline(3)
    bench.message(irq) shouldBe ((0, 0xef))
    bench.domain.cpuOnline(3)
    bench.domain.activate(irq, CpuMask.of(3), null, false)
    bench.message(irq) shouldBe ((3, 0x20))
    bench.domain.teardown(irq)
    bench.matrix.available(3) shouldBe 201
  }

  it should "not be set up when a CPU of its mask is full" in {
    val bench = new Bench
    bench.fill(2)
    bench.domain.setupManaged(irq, all) shouldBe Errno.ENOSPC
    bench.domain.chip(irq) shouldBe null
    bench.matrix.available(0) shouldBe 201
  }

  "1024 CPUs" should "share what is asked of them evenly" in {
    val bench = new Bench(1024)
    (24 until 24 + 2048).foreach(n => bench.request(n, CpuMask.first(1024)) shouldBe null)
    (0 until 1024).map(bench.matrix.allocated).distinct shouldBe Seq(2)
  }
}
