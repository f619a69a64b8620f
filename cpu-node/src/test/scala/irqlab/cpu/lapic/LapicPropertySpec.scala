package irqlab.cpu.lapic

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol._
import irqlab.testing.Scripts
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.util.Random

/**
 * The invariants of a local APIC over random legal steps. A failure prints its seed and the shortest
 * script found that still fails; `-Dirqlab.seed=N` starts at another seed.
 */
@RunWith(classOf[JUnitRunner])
class LapicPropertySpec extends AnyFlatSpec with Matchers {
  private sealed trait Step
  private case class Message(vector: Int, level: Boolean) extends Step
  private case class SelfIpi(vector: Int) extends Step
  private case object Acknowledge extends Step
  private case object Eoi extends Step
  private case class Tpr(value: Int) extends Step
  private case class Svr(value: Int) extends Step
  private case class Lvt(offset: Int, value: Int) extends Step
  private case class Lint(pin: Int, asserted: Boolean) extends Step
  private case class Sensor(lvt: Int) extends Step
  private case object Reset extends Step

  private val firstSeed = java.lang.Long.getLong("irqlab.seed", 1L).longValue

  private def draw(random: Random): Step = {
    // Few vectors, so that they meet: three classes, some neighbours, and illegal ones.
    val vector = Seq(0x31, 0x32, 0x3f, 0x41, 0x42, 0xe1, 0x05)(random.nextInt(7))
    random.nextInt(20) match {
      case 0 | 1 | 2 | 3 | 4 | 5 => Message(vector, random.nextBoolean())
      case 6 | 7 => SelfIpi(vector)
      case 8 | 9 | 10 | 11 => Acknowledge
      case 12 | 13 | 14 => Eoi
      case 15 => Tpr(random.nextInt(256))
      case 16 => if (random.nextInt(4) == 0) Svr(0xff) else Svr(0x1ff)
      case 17 => Lvt(Seq(0x340, 0x350, 0x360, 0x370)(random.nextInt(4)),
          vector | random.nextInt(2) << 15 | random.nextInt(2) << 16)
      case 18 => Lint(random.nextInt(2), random.nextBoolean())
      case 19 => if (random.nextInt(8) == 0) Reset else Sensor(0x340)
    }
  }

  /**
   * The first invariant that the script breaks, and after which step.
   *
   * @param forgets a planted fault: when true, what the chip should do at a step is not done
   */
  private def broken(forgets: (LapicBench, Step) => Boolean)(script: Seq[Step]): Option[String] = {
    val bench = new LapicBench
    var sequence = 0
    def raise(): Long = {
      sequence += 1
      val id = InterruptId.of(5, 0, sequence)
      bench.io.ledger.raised(id)
      id
    }
    def handled(id: Long, vector: Int): Unit =
      if (id != 0) bench.io.ledger.handled(id, 1, vector, 0)
    var fault: Option[String] = None
    def check(step: Step, holds: Boolean, what: String): Unit =
      if (!holds && fault.isEmpty) fault = Some(s"$what at $step")
    script.foreach { step =>
      val (irr, isr, ppr) = (bench.irr.toSet, bench.isr, bench.view.value("ppr"))
      val sent = step match {
        case _ if forgets(bench, step) => Nil
        case Message(vector, level) => bench.fixed(vector, level, raise())
        case SelfIpi(vector) => bench.write(0x300, 0x44000 | vector)
        case Acknowledge => bench.inta()
        case Eoi => bench.eoi()
        case Tpr(value) => bench.write(0x80, value)
        case Svr(value) => bench.write(0xf0, value)
        case Lvt(offset, value) => bench.write(offset, value)
        case Lint(pin, asserted) => bench.lint(pin, asserted, if (asserted) raise() else 0)
        case Sensor(lvt) => bench.give(new LapicMessage.LocalEvent(lvt))
        case Reset => bench.give(new LapicMessage.Reset(false))
      }
      val after = bench.view
      val (irrAfter, isrAfter) = (bench.irr.toSet, bench.isr)
      sent.foreach {
        case v: CpuMessage.Vector if !v.spurious =>
          check(step, v.vector / 16 > ppr / 16, "delivery of a class not above PPR")
          check(step, v.vector == irr.max, "delivery of one that is not the highest")
          check(step, isrAfter.contains(v.vector) && !irrAfter(v.vector), "IRR to ISR at INTA")
          handled(v.id, v.vector)
        case m: CpuMessage.Nmi => handled(m.id, 2)
        case _ => ()
      }
      check(step, isrAfter.map(_ / 16).distinct == isrAfter.map(_ / 16), "two of a class in ISR")
      check(step, !irrAfter.exists(_ < 16) && !isrAfter.exists(_ < 16), "an illegal vector")
      val cleared = irr -- irrAfter
      check(step, cleared.isEmpty || step == Acknowledge || step == Reset, "IRR bit lost")
      if (step == Eoi) check(step, isrAfter == isr.dropRight(1), "EOI ends the highest only")
      val enabled = (after.value("svr") & 0x100) != 0
      val deliverable = enabled && irrAfter.exists(_ / 16 > after.value("ppr") / 16)
      check(step, (after.value("intr") == 1) == deliverable, "INTR is not what is deliverable")
    }
    bench.view.waiting.foreach { case (id, _) => bench.io.ledger.pending(id) }
    val ledger = bench.io.ledger
    val settled = Seq(Counter.IRR_SET, Counter.IRR_COLLAPSED, Counter.LAPIC_REFUSED)
    check(Eoi, ledger.balanced, "the books do not balance")
    check(
      Eoi,
      ledger.counter(Counter.LAPIC_RECEIVED) == settled.map(ledger.counter).sum,
      "received is not set, collapsed and refused"
    )
    check(
      Eoi,
      ledger.counter(Counter.IRR_SET) - ledger.counter(Counter.DISPATCHED) >= bench.irr.size,
      "set is not dispatched, pending and reset"
    )
    fault
  }

  "Every random script of legal steps" should "keep the invariants of a local APIC" in {
    Scripts.check(firstSeed, 300, 200)(draw)(broken((_, _) => false))
  }

  "A chip with a planted fault" should "be found, by a script of the steps that it takes" in {
    // EOI does nothing while 0x41 waits in IRR: something lower must be in service, and 0x41 come.
    def forgets(bench: LapicBench, step: Step) = step == Eoi && bench.irr.contains(0x41)
    val told = the[AssertionError].thrownBy(
      Scripts.check(firstSeed, 300, 200)(draw)(broken(forgets)))
    val lines = told.getMessage.linesIterator.toSeq
    lines.head should fullyMatch regex "seed=\\d+: EOI ends the highest only at Eoi"
    lines.tail.map(_.trim.takeWhile(_ != '(')).distinct should contain allOf ("Acknowledge", "Eoi")
    lines.tail.size should be <= 5
  }

  "The steps" should "reach what they are to test" in {
    val bench = new LapicBench
    val random = new Random(7)
    val drawn = Seq.fill(5000)(draw(random)).toSet
    drawn.collect { case Message(v, _) => v } should have size 7
    drawn should contain allOf (Acknowledge, Eoi, Reset)
    bench.io.ledger.fate(Fate.LOST_RESET) shouldBe 0
  }
}
