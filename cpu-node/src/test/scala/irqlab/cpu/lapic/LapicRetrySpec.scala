package irqlab.cpu.lapic

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

/** What a local APIC does not take at once, or does not send. */
@RunWith(classOf[JUnitRunner])
class LapicRetrySpec extends AnyFlatSpec with Matchers {
  private def p6 = new LapicBench(
    LapicConfig.softwareEnabled(1, 1, ApicMode.XAPIC).withGeneration(Generation.P6)
  )

  private def raise(bench: LapicBench, vector: Int, level: Boolean = false): Long = {
    val id = InterruptId.of(5, 0, vector)
    bench.io.ledger.raised(id)
    bench.fixed(vector, level, id)
    id
  }

  /** Acknowledges and ends until nothing is left: vector, name and intended time of each. */
  private def drained(bench: LapicBench): Seq[(Int, Long, Long)] =
    Iterator
      .continually(bench.inta().collectFirst { case v: CpuMessage.Vector => v }.get)
      .takeWhile(!_.spurious)
      .map { v =>
        bench.eoi()
        if (v.id != 0) bench.io.ledger.handled(v.id, 1, v.vector, 0)
        (v.vector, v.id, v.raisedPs)
      }
      .toSeq

  "What a P6 refuses" should "come in the order in which it came, with its name and time" in {
    // Six wait, which is more than the queue has room for at first; 0x3f and 0x3e fill the class.
    val bench = p6
    Seq(0x3f, 0x3e).foreach(raise(bench, _))
    val refused = Seq(0x34, 0x31, 0x36, 0x33, 0x35, 0x32)
    refused.foreach { vector =>
      bench.io.advance(1000)
      raise(bench, vector)
    }
    bench.view.waiting.filter(_._2 == "retry").map(_._1) shouldBe
      refused.map(InterruptId.of(5, 0, _))
    val taken = drained(bench)
    // Two of a class at a time, the higher first: each EOI lets the next of the queue in.
    taken.map(_._1) shouldBe Seq(0x3f, 0x3e, 0x34, 0x36, 0x33, 0x35, 0x32, 0x31)
    taken.filter(t => refused.contains(t._1)).foreach { case (vector, id, raisedPs) =>
      id shouldBe InterruptId.of(5, 0, vector)
      raisedPs shouldBe 1000L * (1 + refused.indexOf(vector))
    }
    bench.io.ledger.balanced shouldBe true
  }

  it should "keep its trigger mode" in {
    forAll(Table("level", true, false)) { level =>
      val bench = p6
      Seq(0x3f, 0x3e).foreach(raise(bench, _))
      raise(bench, 0x31, level)
      bench.tmr shouldBe empty
      drained(bench).map(_._1) should contain(0x31)
      bench.tmr shouldBe (if (level) Seq(0x31) else Nil)
    }
  }

  it should "collapse when its vector is requested by the time there is room" in {
    val bench = p6
    Seq(0x3f, 0x3e).foreach(raise(bench, _))
    raise(bench, 0x31)
    val again = InterruptId.of(6, 0, 1)
    bench.io.ledger.raised(again)
    bench.fixed(0x31, level = true, again)
    drained(bench).map(_._1) shouldBe Seq(0x3f, 0x3e, 0x31)
    bench.tmr shouldBe Seq(0x31)
    bench.io.ledger.fate(Fate.COLLAPSED_IRR) shouldBe 1
    bench.io.ledger.balanced shouldBe true
  }

  it should "not be counted against other classes, and count what is in service" in {
    val bench = p6
    raise(bench, 0x31)
    bench.acknowledge()
    Seq(0x32, 0x33, 0x41).foreach(raise(bench, _))
    bench.irr shouldBe Seq(0x32, 0x41)
    bench.view.waiting should contain((InterruptId.of(5, 0, 0x33), "retry"))
  }

  it should "be lost with an INIT" in {
    val bench = p6
    Seq(0x3f, 0x3e, 0x31, 0x32).foreach(raise(bench, _))
    bench.give(new LapicMessage.Reset(false))
    bench.io.ledger.fate(Fate.LOST_RESET) shouldBe 4
    bench.view.waiting shouldBe empty
    bench.io.ledger.balanced shouldBe true
  }

  it should "be there after a save" in {
    val bench = p6
    Seq(0x3f, 0x3e, 0x31).foreach(raise(bench, _, level = true))
    val copy = p6
    copy.load(bench.saved)
    drained(copy).map(t => (t._1, t._2)) shouldBe
      Seq(0x3f, 0x3e, 0x31).map(v => (v, InterruptId.of(5, 0, v)))
  }

  "A fixed IPI with level trigger and de-assert" should "send nothing (ICR-015)" in {
    val bench = new LapicBench
    bench.write(0x300, 0x48051)
    bench.irr shouldBe empty
    bench.io.ledger.counter(Counter.BAD_ACCESS) shouldBe 1
    bench.write(0x300, 0x4c051)
    bench.irr shouldBe Seq(0x51)
  }

  "SELF IPI" should "refuse vectors below 16 as the ICR does (LAPIC-005)" in {
    forAll(Table(("vector", "IRR", "ESR"), (15, Nil, 0x20L), (16, Seq(16), 0L))) {
      (vector, irr, esr) =>
        val bench = new LapicBench().x2apic()
        bench.wrmsr(0x83f, vector) shouldBe true
        bench.irr shouldBe irr
        bench.wrmsr(0x828, 0)
        bench.rdmsr(0x828) shouldBe Some(esr)
    }
  }

  "ExtINT" should "be taken from the pin whose entry says so, and from no other" in {
    forAll(
      Table(
        ("LVT LINT0", "LVT LINT1", "pin", "INTR"),
        (0x700, 0x10000, 0, true),
        (0x700, 0x10000, 1, false),
        (0x10000, 0x700, 1, true),
        (0x10000, 0x700, 0, false),
        (0x10700, 0x10000, 0, false))) { (lint0, lint1, pin, intr) =>
      val bench = new LapicBench
      bench.write(0x350, lint0)
      bench.write(0x360, lint1)
      bench.lint(pin, asserted = true)
      bench.intr shouldBe intr
    }
  }
}
