package irqlab.cpu.lapic

import irqlab.observe.Fate
import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** Bus clock 1 GHz: one tick is 1000 ps. Time-stamp counter 2 GHz. */
@RunWith(classOf[JUnitRunner])
class LvtTimerSpec extends AnyFlatSpec with Matchers {
  private val OneShot = 0x41
  private val Periodic = 0x20041
  private val Deadline = 0x40041

  private def timer(lvt: Int, initial: Long, divide: Int = 0xb): LapicBench = {
    val bench = new LapicBench
    bench.write(0x3e0, divide)
    bench.write(0x320, lvt)
    bench.write(0x380, initial)
    bench
  }

  private def expire(bench: LapicBench): Boolean = {
    bench.io.expire(bench.chip)
    val fired = bench.irr.contains(0x41)
    if (fired) { bench.acknowledge(); bench.eoi() }
    fired
  }

  // SDM vol. 3, "Divide Configuration Register".
  private val divisors = Table(
    ("divide register", "divisor"),
    (0x0, 2), (0x1, 4), (0x2, 8), (0x3, 16), (0x8, 32), (0x9, 64), (0xa, 128), (0xb, 1)
  )

  "The divider" should "make one count last so many ticks" in {
    forAll(divisors) { (register, divisor) =>
      val bench = timer(OneShot, 10, register)
      bench.io.advance(10L * divisor * 1000 - 1)
      bench.read(0x390) shouldBe 1
      bench.io.expire(bench.chip)
      bench.io.nowPs shouldBe 10L * divisor * 1000
      bench.irr shouldBe Seq(0x41)
    }
  }

  "A one-shot" should "fire once, not early, and stay at zero with its initial count" in {
    val bench = timer(OneShot, 0x10000)
    bench.read(0x390) shouldBe 0x10000
    bench.io.advance(999)
    bench.read(0x390) shouldBe 0x10000
    bench.io.advance(1)
    bench.read(0x390) shouldBe 0xffff
    expire(bench) shouldBe true
    bench.io.nowPs shouldBe 0x10000 * 1000L
    bench.io.alarms.size shouldBe 0
    bench.read(0x390) shouldBe 0
    bench.read(0x380) shouldBe 0x10000
  }

  it should "count all 32 bits" in {
    val bench = timer(OneShot, 0xffffffffL, 0xa)
    bench.read(0x390) shouldBe 0xffffffffL
    bench.io.advance(128 * 1000)
    bench.read(0x390) shouldBe 0xfffffffeL
  }

  "A periodic timer" should "stay on the grid of its first expiry" in {
    val bench = timer(Periodic, 7)
    val expiries = Seq.fill(1000) { expire(bench); bench.io.nowPs }
    expiries shouldBe (1 to 1000).map(_ * 7000L)
  }

  it should "skip the expiries that it is too late for, and come back to the grid" in {
    val bench = timer(Periodic, 7)
    bench.io.advance(7000L * 5 + 300)
    expire(bench) shouldBe true
    bench.io.alarms.get(0).atPs shouldBe 7000L * 6
  }

  it should "stop when the initial count is written 0" in {
    val bench = timer(Periodic, 7)
    bench.write(0x380, 0)
    bench.io.alarms.size shouldBe 0
    bench.read(0x390) shouldBe 0
  }

  it should "count silently while masked, each expiry lost by that name, and fire unmasked" in {
    val bench = timer(Periodic | 0x10000, 7)
    expire(bench) shouldBe false
    bench.io.ledger.fate(Fate.LOST_MASKED) shouldBe 1
    bench.write(0x320, Periodic)
    expire(bench) shouldBe true
  }

  "Changing between one-shot and periodic" should "leave the running count alone" in {
    val bench = timer(OneShot, 10)
    bench.io.advance(4000)
    bench.write(0x320, Periodic)
    bench.read(0x390) shouldBe 6
    expire(bench) shouldBe true
    bench.read(0x390) shouldBe 10
    bench.write(0x320, OneShot)
    bench.io.advance(3000)
    bench.read(0x390) shouldBe 7
    expire(bench) shouldBe true
    bench.io.alarms.size shouldBe 0
  }

  it should "not start a count that has ended" in {
    val bench = timer(OneShot, 10)
    expire(bench)
    bench.write(0x320, Periodic)
    bench.read(0x390) shouldBe 0
    bench.io.alarms.size shouldBe 0
  }

  "Writing the divider" should "keep the count that is left and go on at the new rate" in {
    val bench = timer(OneShot, 10)
    bench.io.advance(4000)
    bench.write(0x3e0, 0x0)
    bench.read(0x390) shouldBe 6
    bench.io.expire(bench.chip)
    bench.io.nowPs shouldBe 4000 + 6 * 2000
  }

  "A TSC deadline" should "fire when the counter is there, and read 0 afterwards" in {
    val bench = timer(Deadline, 0)
    bench.wrmsr(0x6e0, 1000) shouldBe true
    bench.rdmsr(0x6e0) shouldBe Some(1000)
    expire(bench) shouldBe true
    bench.io.nowPs shouldBe 1000 * 500L
    bench.rdmsr(0x6e0) shouldBe Some(0)
  }

  it should "fire at once when it has passed" in {
    val bench = timer(Deadline, 0)
    bench.io.advance(500 * 500)
    bench.wrmsr(0x6e0, 500)
    bench.irr shouldBe Seq(0x41)
    bench.rdmsr(0x6e0) shouldBe Some(0)
    bench.io.alarms.size shouldBe 0
  }

  it should "be disarmed by 0, and be armed anew by another value" in {
    val bench = timer(Deadline, 0)
    bench.wrmsr(0x6e0, 1000)
    bench.wrmsr(0x6e0, 2000)
    bench.io.alarms.size shouldBe 1
    bench.wrmsr(0x6e0, 0)
    bench.io.alarms.size shouldBe 0
    bench.rdmsr(0x6e0) shouldBe Some(0)
  }

  it should "wait for ever when it is beyond what the clock can hold" in {
    val bench = timer(Deadline, 0)
    bench.wrmsr(0x6e0, -1L)
    bench.rdmsr(0x6e0) shouldBe Some(-1L)
    bench.io.alarms.size shouldBe 0
    bench.irr shouldBe empty
  }

  it should "be ignored outside its mode, and the count registers in it" in {
    val bench = timer(OneShot, 0)
    bench.wrmsr(0x6e0, 1) shouldBe true
    bench.rdmsr(0x6e0) shouldBe Some(0)
    bench.irr shouldBe empty
    bench.write(0x320, Deadline)
    bench.write(0x380, 99)
    bench.read(0x380) shouldBe 0
    bench.read(0x390) shouldBe 0
    bench.io.alarms.size shouldBe 0
  }

  "Going to TSC deadline, or from it" should "disarm and clear" in {
    val bench = timer(OneShot, 99)
    bench.write(0x320, Deadline)
    bench.read(0x380) shouldBe 0
    bench.io.alarms.size shouldBe 0
    bench.wrmsr(0x6e0, 1000)
    bench.write(0x320, OneShot)
    bench.io.alarms.size shouldBe 0
    bench.write(0x320, Deadline)
    bench.rdmsr(0x6e0) shouldBe Some(0)
  }

  "The timer's vector" should "be refused when it is illegal" in {
    val bench = timer(0x05, 10)
    bench.io.expire(bench.chip)
    bench.irr shouldBe empty
    bench.write(0x280, 0)
    bench.read(0x280) shouldBe 0x40
  }

  "Software disable" should "mask the timer, which counts on" in {
    val bench = timer(Periodic, 7)
    bench.write(0xf0, 0xff)
    expire(bench) shouldBe false
    bench.io.alarms.size shouldBe 1
  }
}
