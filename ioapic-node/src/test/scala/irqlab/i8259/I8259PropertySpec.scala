package irqlab.i8259

import irqlab.observe.{Fate, InterruptId}
import irqlab.protocol.{PicMessage, ProtocolCodecs}
import irqlab.recorded.Registers
import irqlab.runtime.{StateReader, StateWriter}
import irqlab.testing.Scripts
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.util.Random

/** Random use by software and devices. `-Dirqlab.seed=N` starts at another seed. */
@RunWith(classOf[JUnitRunner])
class I8259PropertySpec extends AnyFlatSpec with Matchers {
  private val firstSeed = java.lang.Long.getLong("irqlab.seed", 1L).longValue
  private val inputs = (0 to 15).filterNot(_ == 2)

  private sealed trait Step
  private case class Raise(line: Int, source: Int) extends Step
  private case class Lower(line: Int, source: Int) extends Step
  private case class Out(port: Int, value: Int) extends Step
  private case class In(port: Int) extends Step
  private case object Accept extends Step

  private val eois = 0x20 +: (0x60 to 0x67)
  private val commands =
    eois ++ (0xc0 to 0xc7) ++ (0xe0 to 0xe7) ++
      Seq(0xa0, 0x80, 0x00, 0x40, 0x0a, 0x0b, 0x0c, 0x48, 0x68, 0x11, 0x13)

  private def draw(commands: Seq[Int])(random: Random): Step = {
    val line = inputs(random.nextInt(inputs.size))
    val port = if (random.nextBoolean()) 0x20 else 0xa0
    random.nextInt(12) match {
      case 0 | 1 | 2 => Raise(line, random.nextInt(2))
      case 3 | 4 => Lower(line, random.nextInt(2))
      case 5 => Out(port + 1, random.nextInt(256) & random.nextInt(256))
      case 6 | 7 | 8 => Out(port, commands(random.nextInt(commands.size)))
      case 9 => In(port)
      case _ => Accept
    }
  }

  private class World(icw4: Int = 1) extends PicBench {
    init(icw4, icw4)
    out(0x4d0, 0x28)
    out(0x4d1, 0x0a)
    var vectors: Seq[(Long, Int)] = Nil

    def perform(step: Step): Unit = step match {
      case Raise(line, source) => raise(line, source)
      case Lower(line, source) => lower(line, source)
      case Out(port, value) => out(port, value)
      case In(port) => in(port)
      case Accept =>
        if (int) {
          val vector = inta()
          vectors = vectors :+ ((vector.id, vector.vector))
        }
    }

    def booksClose: Boolean = {
      vectors.map(_._1).filter(_ != 0).foreach(id => io.ledger.closed(id, Fate.HANDLED))
      shown.waiting.foreach { case (id, _) => io.ledger.pending(id) }
      io.ledger.balanced
    }
  }

  "The books" should "balance after any script: each raise is given, closed or waiting, once" in {
    Scripts.check(firstSeed, 500, 150)(draw(commands)) { script =>
      val world = new World
      script.foreach(world.perform)
      Option.when(!world.booksClose)("the books do not balance")
    }
  }

  "In fully nested mode" should "an acknowledged input outrank all that is in service" in {
    Scripts.check(firstSeed, 400, 120)(draw(eois)) { script =>
      val world = new World
      script.iterator.flatMap { step =>
        val before = world.master("isr")
        world.perform(step)
        val added = world.master("isr") & ~before
        Option.when(added != 0 && before != 0 && added >= Integer.lowestOneBit(before))(
          f"ISR $before%02x and then $added%02x after $step"
        )
      }.nextOption()
    }
  }

  "A masked input" should "never be acknowledged" in {
    Scripts.check(firstSeed, 400, 120)(draw(commands)) { script =>
      val world = new World
      script.iterator.flatMap { step =>
        val masks = Seq(("master", 0), ("slave", 8)).map { case (chip, _) =>
          (chip, world.shown(s"$chip.imr"), world.shown(s"$chip.isr"))
        }
        world.perform(step)
        masks.collectFirst {
          case (chip, imr, isr) if (world.shown(s"$chip.isr") & ~isr & imr) != 0 =>
            s"$chip took a masked input after $step"
        }
      }.nextOption()
    }
  }

  "INT" should "be up whenever an open request outranks what is in service" in {
    Scripts.check(firstSeed, 400, 120)(draw(eois)) { script =>
      val world = new World
      script.iterator.flatMap { step =>
        world.perform(step)
        val open = world.master("irr") & ~world.master("imr")
        val serving = world.master("isr")
        val asks = open != 0 &&
          (serving == 0 || Integer.lowestOneBit(open) < Integer.lowestOneBit(serving))
        Option.when(asks && !world.int)(s"INT is down after $step")
      }.nextOption()
    }
  }

  "An EOI" should "end one input at most" in {
    Scripts.check(firstSeed, 300, 120)(draw(commands)) { script =>
      val world = new World
      script.iterator.flatMap {
        case step @ Out(port @ (0x20 | 0xa0), value) if (value & 0x18) == 0 =>
          val chip = if (port == 0x20) "master" else "slave"
          val before = world.shown(s"$chip.isr").toInt
          world.perform(step)
          val ended = before & ~world.shown(s"$chip.isr").toInt
          Option.when(Integer.bitCount(ended) > 1)(s"$step ended $ended")
        case step =>
          world.perform(step)
          None
      }.nextOption()
    }
  }

  "A pair saved anywhere and loaded elsewhere" should "go on as if nothing had happened" in {
    Scripts.check(firstSeed, 200, 120)(draw(commands)) { script =>
      val world = new World
      val (before, after) = script.splitAt(script.size / 2)
      before.foreach(world.perform)
      val out = new StateWriter(ProtocolCodecs.all)
      world.chip.save(out)
      val copy = new PicBench
      copy.chip.load(new StateReader(out.toBytes, ProtocolCodecs.all))
      val done = world.messages.size
      after.foreach { step =>
        val up = world.int
        world.perform(step)
        step match {
          case Raise(line, source) =>
            val id = InterruptId.of(source, 0, world.lastRaise)
            copy.chip.on(new PicMessage.Line(line, true, source, id, 0), copy.io)
          case Lower(line, source) => copy.lower(line, source)
          case Out(port, value) => copy.out(port, value)
          case In(port) => copy.in(port)
          case Accept => if (up) copy.inta()
        }
      }
      val same = copy.messages == world.messages.drop(done) &&
        Registers.of(copy.chip).all == Registers.of(world.chip).all
      Option.when(!same)("the copy went another way")
    }
  }
}
