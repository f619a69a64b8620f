package irqlab.cpu.lapic

import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.util.Random

@RunWith(classOf[JUnitRunner])
class LapicStateSpec extends AnyFlatSpec with Matchers {
  private val plain = LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withCmci(true)

  private val configs = Table(
    ("name", "config"),
    ("plain", plain),
    ("x2APIC", LapicConfig.softwareEnabled(1, 1, ApicMode.X2APIC)),
    ("P6", plain.withGeneration(Generation.P6)),
    ("FIFO", plain.withArbitration(Arbitration.FIFO)),
    ("round robin", plain.withPolicy(LowestPriorityPolicy.ROUND_ROBIN))
  )

  private def set(bench: LapicBench, x2Apic: Boolean, offset: Int, value: Long): Unit =
    if (x2Apic) bench.wrmsr(0x800 + (offset >> 4), value) else bench.write(offset, value)

  /** A machine's life in steps, drawn once so that it can be lived twice. */
  private def steps(random: Random, count: Int, x2Apic: Boolean): Seq[LapicBench => Unit] = {
    var id = 0
    Seq.fill(count) {
      val vector = 16 + random.nextInt(240)
      id += 1
      val name = id.toLong
      val value = random.nextInt()
      val offset = Seq(0x80, 0xd0, 0xe0, 0x310, 0x320, 0x340, 0x350, 0x370, 0x380, 0x3e0)(
        random.nextInt(10)
      )
      val level = random.nextBoolean()
      random.nextInt(12) match {
        case 0 | 1 | 2 => (b: LapicBench) => b.fixed(vector, level, name)
        case 3 => (b: LapicBench) => b.inta()
        case 4 => (b: LapicBench) => set(b, x2Apic, 0xb0, 0)
        case 5 => (b: LapicBench) => set(b, x2Apic, offset, value & 0x200ff)
        case 6 => (b: LapicBench) => set(b, x2Apic, 0x300, (value & 0xc0000) | 0x4000 | vector)
        case 7 => (b: LapicBench) => b.lint(value & 1, level, name)
        case 8 => (b: LapicBench) => b.message(DeliveryMode.EXT_INT, 0, name)
        case 9 => (b: LapicBench) => b.give(new LapicMessage.ExtIntVector(0, 0, vector))
        case 10 => (b: LapicBench) => b.wrmsr(0x83e, value & 0xb)
        case 11 => (b: LapicBench) => if (!b.io.alarms.isEmpty) b.io.expire(b.chip)
      }
    }
  }

  "A chip that was loaded in the middle of a run" should "go on as the one that was saved" in {
    forAll(configs) { (name, config) =>
      for (seed <- 1 to 40) withClue(s"config=$name seed=$seed ") {
        val random = new Random(seed)
        val first = new LapicBench(config)
        steps(random, 60, config.mode == ApicMode.X2APIC).foreach(_(first))
        val second = new LapicBench(config)
        second.load(first.saved)
        second.saved shouldBe first.saved
        second.io.advance(first.io.nowPs)
        // An alarm that the loaded chip sets anew must not have the id of one that it took over.
        (1 to 1000).foreach(_ => second.io.cancel(second.io.alarm(1, new LapicMessage.Alarm(1, 0))))
        second.io.alarms.addAll(first.io.alarms)
        second.tag = first.tag
        val sentBefore = first.io.sent.size
        val rest = steps(random, 60, config.mode == ApicMode.X2APIC)
        rest.foreach { step => step(first); step(second) }
        second.io.sent.size should be > 10
        second.io.sent shouldBe first.io.sent.subList(sentBefore, first.io.sent.size)
        second.view.values shouldBe first.view.values
        second.view.waiting shouldBe first.view.waiting
      }
    }
  }

  "Equal states" should "be saved as equal bytes, and what was saved be read to its end" in {
    val bench = new LapicBench
    bench.fixed(0x31, id = 5)
    val other = new LapicBench
    other.load(bench.saved)
    other.saved shouldBe bench.saved
    other.view.waiting shouldBe bench.view.waiting
  }

  "Inspection" should "show every register and change nothing" in {
    val bench = new LapicBench(plain)
    bench.fixed(0x31)
    val before = bench.saved
    val view = bench.view
    bench.saved shouldBe before
    view.values.keySet should contain allOf ("base", "id", "version", "tpr", "ppr", "ldr", "dfr",
      "svr", "esr", "icr.low", "icr.high", "lvt.cmci", "lvt.timer", "lvt.thermal",
      "lvt.performance", "lvt.lint0", "lvt.lint1", "lvt.error", "timer.initial", "timer.divide",
      "timer.deadline", "intr")
    view.bitmaps.keySet shouldBe Set("irr", "isr", "tmr")
  }
}
