package irqlab.pcie.memory

import irqlab.observe.Counter
import irqlab.protocol._
import irqlab.runtime.{RecordingIo, StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner
import scala.util.Random

@RunWith(classOf[JUnitRunner])
class HostMemorySpec extends AnyFlatSpec with Matchers {
  private class Bench {
    val io = new RecordingIo[MemoryMessage]
    val memory = new HostMemory(
      RecordingIo.port[RootComplexMessage]("root"), RecordingIo.bus[CpuMessage](4))
    def write(address: Long, word: Long): Unit =
      memory.on(new MemoryMessage.Write(address, word), io)
    def line(address: Long): Seq[Long] = {
      memory.on(new MemoryMessage.CpuLine(2, 7, address), io)
      io.messages.get(io.messages.size - 1) match {
        case l: CpuMessage.LineCompletion => Seq(l.w0, l.w1, l.w2, l.w3, l.w4, l.w5, l.w6, l.w7)
        case other                        => fail(s"unexpected $other")
      }
    }
    def saved: Array[Byte] = {
      val out = new StateWriter(ProtocolCodecs.all)
      memory.save(out)
      out.toBytes
    }
  }

  "Memory" should "be zero at power-up, and hold a page for each page that was written" in {
    val bench = new Bench
    bench.line(0x12340) shouldBe Seq.fill(8)(0L)
    bench.memory.pages shouldBe 0
    bench.write(0x12348, 5)
    bench.line(0x12340) shouldBe Seq(0L, 5L, 0L, 0L, 0L, 0L, 0L, 0L)
    bench.line(0x12380) shouldBe Seq.fill(8)(0L)
    bench.memory.pages shouldBe 1
  }

  it should "answer the core that asked, and the device that asked" in {
    val bench = new Bench
    bench.write(0x1000, 1)
    bench.line(0x1000)
    bench.io.sent.get(0).member shouldBe 2
    bench.memory.on(new MemoryMessage.DmaLine(0x20, 9, 0x1000), bench.io)
    bench.io.sent.get(1) shouldBe new RecordingIo.Sent(
      "root", -1, new RootComplexMessage.LineDone(0x20, 9, 1, 0, 0, 0, 0, 0, 0, 0), 0)
  }

  it should "end where BARs begin" in {
    forAll(Table(("address", "there"), (MemoryMap.BARS - 8, true), (MemoryMap.BARS, false),
      (-8L, false), (0x1_0000_0000L, false))) { (address, there) =>
      val bench = new Bench
      bench.write(address, 3)
      bench.line(address).contains(3L) shouldBe there
      bench.line(address).last shouldBe (if (there) 3 else -1)
      bench.io.ledger.counter(Counter.BAD_ACCESS) shouldBe (if (there) 0 else 3)
    }
  }

  "What is saved" should "be the same whatever the order of the writes, and read back" in {
    val seed = 20261120L
    info(s"seed=$seed")
    val random = new Random(seed)
    val words = Seq.fill(300)((random.nextInt(1 << 29).toLong << 3) % MemoryMap.BARS).distinct
    val one = new Bench
    val two = new Bench
    words.foreach(at => one.write(at, at + 1))
    random.shuffle(words).foreach(at => two.write(at, at + 1))
    one.saved shouldBe two.saved
    val back = new Bench
    back.write(0x7777000, 9)
    back.memory.load(new StateReader(one.saved, ProtocolCodecs.all))
    back.saved shouldBe one.saved
    words.foreach(at => back.line(at)((at >> 3 & 7).toInt) shouldBe at + 1)
  }
}
