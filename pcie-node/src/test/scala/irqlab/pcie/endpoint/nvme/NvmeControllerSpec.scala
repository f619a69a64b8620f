package irqlab.pcie.endpoint.nvme

import irqlab.observe.{Counter, Fate}
import irqlab.pcie.TestMachine
import irqlab.pcie.TestMachine.endpoint
import irqlab.protocol._
import irqlab.topology._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class NvmeControllerSpec extends AnyFlatSpec with Matchers {
  private class Bench(
      queues: Int = 2,
      depth: Int = 8,
      links: Links = Links.TYPICAL,
      pcie: PcieSpec = PcieSpec.DEFAULT
  ) {
    val machine = new TestMachine(
      Seq(
        endpoint(
          "nvme0", 4, EndpointKind.NVME, tableSize = queues + 1, queues = queues,
          queueDepth = depth)),
      links = links,
      pcie = pcie)
    val driver = new NvmeDriver(machine, depth)
    def booted(): Bench = { driver.boot(queues); this }
    def bar: Long = MemoryMap.bar(0)
    def raises(entry: Int): Long =
      Option(machine.ledger.find(machine.plan.find("pcie/nvme0"), entry)).fold(0L)(_.raised)
  }

  "Registers" should "read as the specification of NVMe 1.4 says" in {
    val bench = new Bench()
    bench.machine.configWrite(4 << 3, 4, 2, 6)
    forAll(
      Table(
        ("register", "written", "read back"),
        (NvmeRegister.CAP, 0L, 0x200a01ffffL),
        (NvmeRegister.VS, 0L, 0x00010400L),
        (NvmeRegister.AQA, 0xffffffffL, 0x0fff0fffL),
        (NvmeRegister.ASQ, 0x123456789L, 0x123456000L),
        (NvmeRegister.ACQ, 0x123456789L, 0x123456000L)
      )) { (register, written, readBack) =>
      bench.machine.write(bench.bar + register, written)
      bench.machine.read(bench.bar + register) shouldBe readBack
    }
  }

  "The controller" should "be ready some time after it is enabled, and not at once" in {
    val bench = new Bench()
    bench.driver.status shouldBe 0
    bench.driver.enable()
    bench.driver.status shouldBe NvmeRegister.CSTS_READY
    bench.driver.reset()
    bench.driver.status shouldBe 0
  }

  it should "say fatal when the admin queues are too small" in {
    val bench = new Bench()
    bench.machine.write(bench.bar + NvmeRegister.CC, 1)
    bench.machine.settle()
    bench.driver.status shouldBe NvmeRegister.CSTS_FATAL
  }

  "Admin commands" should "end with the status of their rule" in {
    val bench = new Bench(queues = 2).booted()
    forAll(
      Table(
        ("what", "opcode", "cdw10", "cdw11", "status"),
        ("unknown opcode", 0x77, 0, 0, NvmeStatus.INVALID_OPCODE),
        ("completion queue that exists", 0x05, 0x70001, 3, NvmeStatus.INVALID_QUEUE_ID),
        ("completion queue beyond the last", 0x05, 0x70003, 3, NvmeStatus.INVALID_QUEUE_ID),
        ("completion queue of one entry", 0x05, 0x00001, 3, NvmeStatus.INVALID_QUEUE_SIZE),
        ("vector beyond the table", 0x05, 0x70001, 0x90003, NvmeStatus.INVALID_VECTOR),
        ("not contiguous", 0x05, 0x70001, 2, NvmeStatus.INVALID_FIELD),
        ("submission to no completion queue", 0x01, 0x70003, 0x70001, NvmeStatus.INVALID_QUEUE_ID),
        ("delete a completion queue in use", 0x04, 1, 0, NvmeStatus.INVALID_DELETION),
        ("delete the admin queue", 0x00, 0, 0, NvmeStatus.INVALID_QUEUE_ID),
        ("unknown feature", 0x09, 0x7f, 0, NvmeStatus.INVALID_FIELD),
        ("number of queues", 0x09, 0x07, 0x10001, NvmeStatus.SUCCESS)
      )) { (_, opcode, first, second, status) =>
      bench.driver.admin(opcode, first = first, second = second).status shouldBe status
    }
  }

  they should "tell how many queues there are" in {
    val bench = new Bench(queues = 4).booted()
    bench.driver.admin(0x09, first = 7, second = 0x00ff00ff).result shouldBe 0x00030003
  }

  they should "identify the controller" in {
    val bench = new Bench().booted()
    bench.driver.admin(0x06, prp = 0x900000, first = 1).status shouldBe NvmeStatus.SUCCESS
    bench.driver.load(0x900000) & 0xffffffffL shouldBe 0x1b361b36L
    bench.driver.load(0x900000 + 512) shouldBe 0x100004466L
  }

  "A queue pair" should "be deleted submission queue first, and be made again" in {
    val bench = new Bench().booted()
    bench.driver.admin(0x00, first = 1).status shouldBe NvmeStatus.SUCCESS
    bench.driver.admin(0x04, first = 1).status shouldBe NvmeStatus.SUCCESS
    bench.driver.admin(0x05, prp = bench.driver.cq(1), first = 0x70001, second = 0x10003).status shouldBe
      NvmeStatus.SUCCESS
  }

  "A read" should "come back as data, then an entry of its id, then the vector of its queue" in {
    val bench = new Bench().booted()
    bench.machine.lapics.head.got.clear()
    val command = bench.driver.put(1, 0x02, prp = 0xa00000, first = 77, third = 1)
    bench.driver.ring(1)
    bench.machine.settle()
    bench.driver.load(0xa00000) shouldBe 77
    bench.driver.load(0xa00000 + 512) shouldBe 78
    bench.driver.reap(1) shouldBe Seq(Cqe(0, 1, 1, command, 1, NvmeStatus.SUCCESS))
    bench.machine.vectors(0) shouldBe Seq(0x41)
  }

  "Each completion" should "raise its entry, free-running (DRV-050 a)" in {
    val bench = new Bench().booted()
    val before = bench.machine.count(Counter.MESSAGES_SENT)
    (1 to 5).foreach(_ => bench.driver.put(2, 0x00))
    bench.driver.ring(2)
    bench.machine.settle()
    bench.driver.reap(2).map(_.status) shouldBe Seq.fill(5)(0)
    bench.machine.count(Counter.MESSAGES_SENT) - before shouldBe 5
    bench.raises(2) shouldBe 5
  }

  "The phase bit" should "turn at each wrap, and the entries stay in order" in {
    val bench = new Bench(depth = 4).booted()
    val commands = (1 to 11).map { _ =>
      val command = bench.driver.submit(1, 0x01)
      bench.machine.settle()
      bench.driver.reap(1).map(_.command) shouldBe Seq(command)
      command
    }
    commands.distinct should have size 11
    (0 to 3).map(bench.driver.entry(1, _).phase) shouldBe Seq(1, 1, 1, 0)
  }

  "A full completion queue" should "hold completions back and lose none" in {
    val bench = new Bench(depth = 4).booted()
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.BURST, 1000000, 10, 10))
    bench.machine.settle()
    bench.raises(1) shouldBe 3
    bench.machine.count(Counter.QUEUE_FULL) shouldBe 7
    val seen = Iterator
      .continually { val found = bench.driver.reap(1); bench.machine.settle(); found }
      .takeWhile(_.nonEmpty)
      .flatten
      .toVector
    seen.map(_.command) shouldBe (1 to 10)
    bench.raises(1) shouldBe 10
  }

  it should "let arrivals wait when thousands of completions do, and lose none of them" in {
    val bench = new Bench(depth = 4).booted()
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, 6000))
    bench.machine.settle()
    bench.raises(1) shouldBe 3
    bench.machine.count(Counter.QUEUE_FULL) shouldBe 4096
    val seen = Iterator
      .continually { val found = bench.driver.reap(1); bench.machine.settle(); found }
      .takeWhile(_.nonEmpty)
      .flatten
      .toVector
    seen.map(_.command) shouldBe (1 to 6000)
    bench.raises(1) shouldBe 6000
  }

  // One credit comes back after 600 ns: a thousand times slower than these loads.
  "A link without credit" should "hold completions back, and let the queues take turns after" in {
    val bench = new Bench(depth = 64, pcie = new PcieSpec(1)).booted()
    bench.machine.lapics.head.got.clear()
    Seq(1, 2).foreach { queue =>
      bench.machine.load("nvme0", queue, new ArrivalLaw(ArrivalLaw.Kind.BURST, 1000000, 60, 60))
    }
    bench.machine.settle(1000000)
    // The link takes 32 TLPs into its queue: 16 completions and their 16 messages, or pending bits.
    bench.raises(1) should be < 40L
    bench.raises(2) shouldBe 0
    val held = 120 - bench.raises(1)
    bench.machine.count(Counter.TRANSMIT_FULL) shouldBe held
    while (bench.raises(2) < 10) bench.machine.settle(500000)
    bench.raises(1) should be < 50L
    bench.machine.settle()
    Seq(1, 2).map(bench.raises(_)) shouldBe Seq(60, 60)
    bench.machine.count(Counter.QUEUE_FULL) shouldBe 0
    Seq(1, 2).foreach { queue =>
      bench.driver.reap(queue).map(_.command) shouldBe (1 to 60)
    }
    bench.machine.fate(Fate.COLLAPSED_PBA) should be > 50L
    // Both began at one moment, and everything was meant for it.
    bench.machine.interrupts(0).map(_.raisedPs).distinct should have size 1
  }

  it should "let arrivals wait when thousands of completions do, with their intended times" in {
    val bench = new Bench(depth = 4096, pcie = new PcieSpec(1)).booted()
    bench.machine.lapics.head.got.clear()
    val ns = 1000
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.EVERY, ns, 0, 5000))
    bench.machine.settle(20000L * ns)
    bench.machine.count(Counter.TRANSMIT_FULL) should be <= 4096L + 64
    bench.machine.count(Counter.TRANSMIT_FULL) should be >= 4096L
    bench.machine.settle(4 * 1000000000L)
    bench.raises(1) shouldBe 4095
    bench.driver.skip(1, 4095)
    bench.machine.settle(4 * 1000000000L)
    bench.raises(1) shouldBe 5000
    val times = bench.machine.interrupts(0).map(_.raisedPs)
    times shouldBe sorted
    times.last - times.head should be > 4990L * ns
    times.last - times.head should be < 5000L * ns
  }

  "An open loop" should "raise at its intended times without a fetch" in {
    val bench = new Bench(depth = 64).booted()
    val reads = bench.machine.count(Counter.DMA_READS)
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000000, 0, 20))
    bench.machine.settle()
    val got = bench.machine.interrupts(0).filter(_.vector == 0x41)
    got.map(_.raisedPs).sliding(2).map(pair => pair(1) - pair(0)).toSet shouldBe Set(1000000)
    got should have size 20
    bench.machine.count(Counter.DMA_READS) shouldBe reads
    bench.driver.reap(1) should have size 20
  }

  it should "stop when told" in {
    val bench = new Bench(depth = 64).booted()
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000000, 0, -1))
    bench.machine.settle(5500000)
    bench.machine.command("nvme0", EndpointCommands.STOP_LOAD, -1)
    bench.machine.settle()
    bench.raises(1) shouldBe 6
  }

  "A queue depth" should "keep so many commands in work, renewed at the head doorbell" in {
    val bench = new Bench(depth = 64).booted()
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.QUEUE_DEPTH, 5, 0, -1))
    bench.machine.settle()
    bench.raises(1) shouldBe 5
    bench.driver.reap(1) should have size 5
    bench.machine.settle()
    bench.raises(1) shouldBe 10
  }

  it should "end after its count" in {
    val bench = new Bench(depth = 64).booted()
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.QUEUE_DEPTH, 5, 0, 12))
    (1 to 4).foreach { _ =>
      bench.machine.settle()
      bench.driver.reap(1)
    }
    bench.raises(1) shouldBe 12
  }

  "An entry" should "be in memory before its interrupt is at the local APIC (PCI-004)" in {
    forAll(Table("memory link in ps", 1L, 80000L, 1000000L)) { memoryPs =>
      val typical = Links.TYPICAL
      val links = new Links(
        typical.msiPs, typical.ipiPs, typical.eoiPs, typical.intrPs, typical.dmaPs, typical.mmioPs,
        typical.kernelPs, memoryPs, typical.linePs)
      val bench = new Bench(depth = 64, links = links)
      bench.driver.boot(1)
      val lapic = bench.machine.lapics.head
      lapic.got.clear()
      bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.EVERY, 3000000, 0, 1))
      bench.machine.board.runUntil(bench.machine.board.nowPs + 100000000L, () => lapic.got.nonEmpty)
      val line = new MemoryMessage.CpuLine(0, 999, bench.driver.cq(1))
      val core = bench.machine.cores.head
      bench.machine.board.inject[MemoryMessage]("memory", line)
      bench.machine.settle()
      val read = core.got.collectFirst { case (_, l: CpuMessage.LineCompletion) if l.tag == 999 => l }
      (read.get.w1 >>> 48 & 1) shouldBe 1
    }
  }

  "Coalescing" should "send one interrupt for a threshold of completions, or after its time (E-10)" in {
    val bench = new Bench(depth = 64).booted()
    // Four completions or 200 us.
    bench.driver.admin(0x09, first = 8, second = 0x0203).status shouldBe NvmeStatus.SUCCESS
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.BURST, 1000000, 9, 9))
    bench.machine.settle(100000000L)
    bench.raises(1) shouldBe 2
    bench.machine.settle(300000000L)
    bench.raises(1) shouldBe 3
    bench.driver.reap(1) should have size 9
  }

  it should "gather 1 + E[min(n-1, Poisson(rate * time))] completions on average (E-10)" in {
    // About 20 000 completions: three standard deviations are below 2 %.
    forAll(
      Table(
        ("rate per 100 us", "threshold", "time in 100 us", "completions per interrupt"),
        (1.0, 4, 2, 2.782),
        (1.0, 8, 10, 7.760),
        (0.1, 8, 10, 2.000),
        (5.0, 16, 1, 6.000)
      )) { (rate, threshold, time, expected) =>
      val bench = new Bench(depth = 4096).booted()
      bench.driver.admin(0x09, first = 8, second = time << 8 | (threshold - 1))
      (1 to 5).foreach { _ =>
        val law = new ArrivalLaw(ArrivalLaw.Kind.POISSON, (1e8 / rate).toLong, 0, 4000)
        bench.machine.load("nvme0", 1, law)
        bench.machine.settle(6000000000000L)
        bench.driver.skip(1, 4000)
      }
      20000.0 / bench.raises(1) shouldBe expected +- (0.02 * expected)
    }
  }

  it should "leave the admin queue and switched-off vectors alone" in {
    val bench = new Bench(depth = 64).booted()
    bench.driver.admin(0x09, first = 8, second = 0x0203)
    bench.driver.admin(0x09, first = 9, second = 0x10001)
    bench.machine.load("nvme0", 1, new ArrivalLaw(ArrivalLaw.Kind.BURST, 1000000, 9, 9))
    bench.machine.settle(100000000L)
    bench.raises(1) shouldBe 9
    bench.driver.admin(0x0a, first = 8).result shouldBe 0x0203
  }

  "A doorbell that no queue has" should "be counted and change nothing" in {
    val bench = new Bench().booted()
    val before = bench.machine.count(Counter.BAD_ACCESS)
    bench.driver.doorbell(5, head = true, 1)
    bench.driver.doorbell(1, head = true, 3)
    bench.driver.doorbell(1, head = false, 99)
    bench.machine.count(Counter.BAD_ACCESS) - before shouldBe 3
  }

  "A reset" should "forget queues and commands in work" in {
    val bench = new Bench().booted()
    bench.driver.submit(1, 0x02)
    bench.driver.reset()
    bench.machine.settle()
    bench.raises(1) shouldBe 0
    bench.driver.boot(1)
    bench.driver.submit(1, 0x00)
    bench.machine.settle()
    bench.raises(1) shouldBe 1
  }

  "A wire" should "fall when the head doorbell empties the queue (DEV-005)" in {
    val machine = new TestMachine(
      Seq(
        endpoint(
          "nvme0", 4, EndpointKind.NVME, msi = MsiKind.INTX, tableSize = 1, queues = 1,
          gsi = java.util.OptionalInt.of(11))))
    val driver = new NvmeDriver(machine)
    driver.enable()
    machine.configWrite(4 << 3, 4, 2, 6)
    driver.put(0, 0x08)
    driver.ring(0)
    machine.settle()
    def levels: Seq[Boolean] =
      machine.ioApic.got.toSeq.collect { case (_, line: IoApicMessage.Line) => line.asserted }
    levels shouldBe Seq(true)
    driver.reap(0) should have size 1
    levels shouldBe Seq(true, false)
  }
}
