package irqlab.ioapic

import irqlab.observe.{Fate, InterruptId}
import irqlab.protocol.{IoApicMessage, Msi, ProtocolCodecs}
import irqlab.recorded.{MiniLapic, Registers}
import irqlab.runtime.{StateReader, StateWriter}
import irqlab.testing.Scripts
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.util.Random

/** Random legal use by software and devices. `-Dirqlab.seed=N` starts at another seed. */
@RunWith(classOf[JUnitRunner])
class IoApicPropertySpec extends AnyFlatSpec with Matchers {
  private val firstSeed = java.lang.Long.getLong("irqlab.seed", 1L).longValue
  private val pins = 6

  private sealed trait Step
  private case class Raise(pin: Int, source: Int) extends Step
  private case class Lower(pin: Int, source: Int) extends Step
  private case class Low(pin: Int, value: Int) extends Step
  private case class Accept(cpu: Int) extends Step
  private case class End(cpu: Int) extends Step
  private case class Register(vector: Int) extends Step

  /** Vectors 0x31 + 0x10 * (pin % 3), so that two pins share each. */
  private def vector(pin: Int) = 0x31 + 0x10 * (pin % 3)

  private def draw(modes: Seq[Int])(random: Random): Step = {
    val pin = random.nextInt(pins)
    random.nextInt(10) match {
      case 0 | 1 | 2 => Raise(pin, random.nextInt(2))
      case 3 | 4 => Lower(pin, random.nextInt(2))
      case 5 => Low(pin, modes(random.nextInt(modes.size)) | vector(pin))
      case 6 | 7 => Accept(random.nextInt(2))
      case 8 => End(random.nextInt(2))
      case 9 => Register(vector(pin))
    }
  }

  private val levelOnly = Seq(Entry.level, Entry.level | Entry.mask)
  private val anyMode = levelOnly ++ Seq(0, Entry.mask)

  private class World extends IoApicBench(pins = pins) {
    private var cpus = Array.fill(2)(new MiniLapic)
    private var routed = 0
    (0 until pins).foreach(pin => program(pin, Entry.level | vector(pin) | Entry.to(pin % 2)))

    def perform(step: Step): Unit = {
      step match {
        case Raise(pin, source) => raise(pin, source)
        case Lower(pin, source) => lower(pin, source)
        case Low(pin, value) => low(pin, value)
        case Accept(cpu) => cpus(cpu).accept()
        case End(cpu) => cpus(cpu).eoi().foreach(v => eoi(v))
        case Register(v) => register(IoApic.EOI, v)
      }
      sent.drop(routed).foreach { m =>
        cpus(Msi.destination(m.address)).request(m.data & 0xff, Msi.level(m.data))
      }
      routed = sent.size
    }

    /** Without the messages of a register read. */
    override def entry(pin: Int): Rte = new Rte(shown(s"rte[$pin]"))

    /** True when some CPU has the vector requested or in service. */
    def held(vector: Int): Boolean =
      cpus.exists(c => c.vectors("irr").contains(vector) || c.vectors("isr").contains(vector))

    /** Closes what travelled as handled and what waits as pending. */
    def booksClose: Boolean = {
      ids.filter(_ != 0).foreach(id => io.ledger.closed(id, Fate.HANDLED))
      shown.waiting.foreach { case (id, _) => io.ledger.pending(id) }
      io.ledger.balanced
    }

    def bytes: Seq[Byte] = {
      val out = new StateWriter(ProtocolCodecs.all)
      chip.save(out)
      out.toBytes.toSeq
    }
  }

  "Remote IRR" should "be set only while its vector is requested or in service somewhere" in {
    val legal = (random: Random) =>
      draw(levelOnly)(random) match {
        case Register(_) => End(random.nextInt(2))
        case step => step
      }
    Scripts.check(firstSeed, 300, 120)(legal) { script =>
      val world = new World
      script.iterator.flatMap { step =>
        world.perform(step)
        (0 until pins).collectFirst {
          case pin if world.entry(pin).remoteIrr && !world.held(vector(pin)) =>
            s"pin $pin has remote IRR and nobody has vector ${vector(pin)} after $step"
        }
      }.nextOption()
    }
  }

  "A level line that is high and unmasked" should "always have remote IRR" in {
    Scripts.check(firstSeed, 300, 120)(draw(levelOnly)) { script =>
      val world = new World
      script.iterator.flatMap { step =>
        world.perform(step)
        val lines = world.shown("line[0]")
        (0 until pins).collectFirst {
          case pin if (lines >> pin & 1) == 1 && {
                val rte = world.entry(pin)
                !rte.masked && !rte.remoteIrr
              } =>
            s"pin $pin waits for nothing after $step"
        }
      }.nextOption()
    }
  }

  "The books" should "balance after any script: each raise is sent, closed or waiting, once" in {
    Scripts.check(firstSeed, 500, 150)(draw(anyMode)) { script =>
      val world = new World
      script.foreach(world.perform)
      Option.when(!world.booksClose)("the books do not balance")
    }
  }

  "A chip saved anywhere and loaded elsewhere" should "go on as if nothing had happened" in {
    Scripts.check(firstSeed, 200, 100)(draw(anyMode)) { script =>
      val world = new World
      val (before, after) = script.splitAt(script.size / 2)
      before.foreach(world.perform)
      val saved = world.bytes
      val copy = new IoApicBench(pins = pins)
      copy.chip.load(new StateReader(saved.toArray, ProtocolCodecs.all))
      val done = world.sent.size
      val steps = after.collect { case s @ (_: Raise | _: Lower | _: Low | _: Register) => s }
      steps.foreach { step =>
        world.perform(step)
        step match {
          case Raise(pin, source) => repeat(copy, pin, source, world)
          case Lower(pin, source) => copy.lower(pin, source)
          case Low(pin, value) => copy.low(pin, value)
          case Register(v) => copy.register(IoApic.EOI, v)
          case _ => ()
        }
      }
      val same = copy.sent == world.sent.drop(done) &&
        Registers.of(copy.chip).all == Registers.of(world.chip).all
      Option.when(!same)(s"${copy.sent} is not ${world.sent.drop(done)}")
    }
  }

  /** The copy sees the raise that the original saw last. */
  private def repeat(copy: IoApicBench, pin: Int, source: Int, world: World): Unit = {
    val id = InterruptId.of(source, 0, world.lastRaise)
    copy.chip.on(new IoApicMessage.Line(pin, true, source, id, 0), copy.io)
  }
}
