package irqlab.pcie.endpoint

import irqlab.observe.{Counter, Fate}
import irqlab.pcie.TestMachine
import irqlab.pcie.TestMachine.endpoint
import irqlab.pcie.endpoint.nvme.NvmeDriver
import irqlab.protocol.ArrivalLaw.Kind._
import irqlab.protocol._
import irqlab.topology._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Functions under load on a board, with root complex and memory. */
@RunWith(classOf[JUnitRunner])
class LoadedMachineSpec extends AnyFlatSpec with Matchers {
  private val Us = 1000000L

  private def machine(seed: Long = 1): TestMachine =
    new TestMachine(
      Seq(
        endpoint("dev0", 4, tableSize = 8),
        endpoint("nvme0", 5, EndpointKind.NVME, tableSize = 3, queues = 2, queueDepth = 64)),
      seed = seed)

  private def entryControl(entry: Int) =
    MemoryMap.bar(0) + MemoryMap.MSIX_TABLE + 16 * entry + 12

  "A masked window" should "let one message through after it, or none if nothing came (E-07)" in {
    forAll(Table(("events", "messages"), (0, 0), (1, 1), (25, 1))) { (events, messages) =>
      val bench = machine()
      bench.enableMsix(0, 0x40)
      bench.write(entryControl(3), 1)
      if (events > 0) bench.load("dev0", 3, new ArrivalLaw(EVERY, Us, 0, events))
      bench.settle(100 * Us)
      bench.vectors(0) shouldBe empty
      bench.write(entryControl(3), 0)
      bench.settle()
      bench.vectors(0) shouldBe Seq.fill(messages)(0x43)
      bench.fate(Fate.COLLAPSED_PBA) shouldBe Math.max(0, events - 1)
    }
  }

  it should "let a Poisson load through with probability 1 - exp(-rate * window) (E-07)" in {
    // 4000 windows of 10 us at a mean distance of 10 us: three standard deviations are 0.023.
    val bench = machine()
    bench.enableMsix(0, 0x40)
    bench.write(entryControl(0), 1)
    bench.load("dev0", 0, new ArrivalLaw(POISSON, 10 * Us, 0, -1))
    var sent = 0
    val windows = 4000
    (1 to windows).foreach { _ =>
      val before = bench.lapics.head.got.size
      bench.inject(new RootComplexMessage.CpuWrite(0, entryControl(0), 0))
      bench.inject(new RootComplexMessage.CpuWrite(0, entryControl(0), 1))
      bench.settle(10 * Us)
      sent += Math.min(1, bench.lapics.head.got.size - before)
    }
    sent.toDouble / windows shouldBe 1 - Math.exp(-1) +- 0.023
  }

  "Loads" should "keep their intended times, whatever the law" in {
    forAll(
      Table(
        ("law", "distances"),
        (new ArrivalLaw(EVERY, 3 * Us, 0, 6), Seq(3, 3, 3, 3, 3)),
        (new ArrivalLaw(BURST, 5 * Us, 3, 6), Seq(0, 0, 5, 0, 0))
      )) { (law, distances) =>
      val bench = machine()
      bench.enableMsix(0, 0x40)
      bench.load("dev0", 1, law)
      bench.settle()
      val times = bench.interrupts(0).map(_.raisedPs)
      times.sliding(2).map(pair => (pair(1) - pair(0)) / Us).toSeq shouldBe distances
    }
  }

  it should "be closed at a queue depth: a new command for each that is reaped" in {
    val bench = machine()
    bench.enableMsix(0, 0x40)
    bench.load("dev0", 0, new ArrivalLaw(QUEUE_DEPTH, 4, 0, -1))
    bench.settle()
    bench.vectors(0) should have size 4
    bench.read(MemoryMap.bar(0)) shouldBe 4
    bench.settle()
    bench.vectors(0) should have size 8
    bench.load("dev0", 1, new ArrivalLaw(QUEUE_DEPTH, 4, 0, 6))
    (1 to 3).foreach { _ =>
      bench.settle()
      bench.read(MemoryMap.bar(0) + 8)
    }
    bench.vectors(0).count(_ == 0x41) shouldBe 6
  }

  private def entryPending(bench: TestMachine): Long =
    java.lang.Long.bitCount(bench.read(MemoryMap.bar(0) + MemoryMap.MSIX_PBA)).toLong

  private def loaded(seed: Long): TestMachine = {
    val bench = machine(seed)
    bench.enableMsix(0, 0x40)
    new NvmeDriver(bench, depth = 64, index = 1).boot(2)
    (0 to 7).foreach(n => bench.load("dev0", n, new ArrivalLaw(POISSON, (n + 1) * Us, 0, -1)))
    (1 to 2).foreach(n => bench.load("nvme0", n, new ArrivalLaw(POISSON, n * Us, 0, -1)))
    bench
  }

  "A loaded machine" should "go on after a checkpoint as if there had been none" in {
    forAll(Table("seed", 1L, 2L, 3L, 4L, 5L)) { seed =>
      val bench = loaded(seed)
      bench.settle(137 * Us)
      val copy = machine(seed)
      copy.board.load(bench.board.save())
      Seq(bench, copy).foreach { each =>
        each.inject(new RootComplexMessage.CpuWrite(0, entryControl(2), 1))
        each.settle(50 * Us)
        each.inject(new RootComplexMessage.CpuRead(0, 99, MemoryMap.bar(0) + 8))
        each.settle(200 * Us)
      }
      copy.board.digest shouldBe bench.board.digest
      copy.board.save().blocks.values.toArray.map(_.asInstanceOf[Array[Byte]].toSeq) shouldBe
        bench.board.save().blocks.values.toArray.map(_.asInstanceOf[Array[Byte]].toSeq)
    }
  }

  it should "have the same digest for the same seed, and another for another" in {
    def digest(seed: Long): Long = {
      val bench = loaded(seed)
      bench.settle(300 * Us)
      bench.board.digest
    }
    digest(7) shouldBe digest(7)
    digest(7) should not be digest(8)
  }

  it should "lose no name: what was raised is at a local APIC, collapsed, lost or pending" in {
    forAll(Table("seed", 11L, 12L, 13L)) { seed =>
      info(s"seed=$seed")
      val bench = loaded(seed)
      val random = new scala.util.Random(seed)
      (1 to 200).foreach { _ =>
        val offset = entryControl(random.nextInt(8))
        bench.inject(new RootComplexMessage.CpuWrite(0, offset, random.nextInt(2)))
        bench.settle(Us)
      }
      bench.command("dev0", EndpointCommands.STOP_LOAD, -1)
      bench.command("nvme0", EndpointCommands.STOP_LOAD, -1)
      bench.settle(10 * Us)
      val arrived = (0 until bench.cpus).flatMap(bench.interrupts).map(_.id)
      arrived.distinct should have size arrived.size
      // E-83: events = messages sent + PBA collapses + still pending in PBA; all reach a CPU here.
      val pba = entryPending(bench)
      bench.ledger.raised shouldBe
        bench.count(Counter.MESSAGES_SENT) + bench.fate(Fate.COLLAPSED_PBA) + pba
      // The recorders took these: close them as handled.
      arrived.foreach(id => bench.ledger.handled(id, 0, 0, 0))
      bench.board.closeBooks()
      bench.ledger.balanced shouldBe true
      bench.fate(Fate.COLLAPSED_PBA) should be > 0L
    }
  }
}
