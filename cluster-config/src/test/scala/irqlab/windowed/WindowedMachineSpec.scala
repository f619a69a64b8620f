package irqlab.windowed

import java.util.function.ToIntFunction

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import irqlab.observe.{Fate, Ledger}
import irqlab.protocol.LapicMessage
import irqlab.runtime._
import irqlab.runtime.Bench._
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class WindowedMachineSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()
  private val endPs = 1_500_000L

  override def afterAll(): Unit = kit.shutdownTestKit()

  private def byBlock(groups: Int): ToIntFunction[String] =
    path => ToyMachine.block(path) % groups

  private def on[T](plan: Plan, seed: Long, groups: Int)(body: WindowedMachine => T): T = {
    val machine =
      new WindowedMachine(kit.system, plan, codecs, seed, TiePolicy.FAIR, byBlock(groups))
    try body(machine)
    finally machine.close()
  }

  private def whole(toy: ToyMachine, seed: Long, untilPs: Long): Board = {
    val board = new Board(toy.plan(), codecs, seed, TiePolicy.FAIR, new Ledger)
    board.start()
    board.runBefore(untilPs)
    board
  }

  "The digest" should "be the same on a board and on 1, 2 and 3 groups, for 100 seeds" in {
    (1L to 100L).foreach { seed =>
      val toy = ToyMachine.of(seed, 3, 3)
      val board = whole(toy, seed, endPs)
      Seq(1, 2, 3).foreach { groups =>
        on(toy.plan(), seed, groups) { machine =>
          machine.start()
          machine.advance(endPs)
          withClue(s"seed=$seed groups=$groups ") {
            machine.digest shouldBe board.digest
            machine.events shouldBe board.events
            machine.ties shouldBe board.ties
          }
        }
      }
    }
  }

  it should "be the same after a checkpoint, resumed on another number of groups" in {
    (1L to 20L).foreach { seed =>
      val toy = ToyMachine.of(seed, 3, 3)
      val expected = whole(toy, seed, endPs).digest
      val before = 1 + (seed % 3).toInt
      val cut = on(toy.plan(), seed, before) { machine =>
        machine.start()
        machine.advance(444_444)
        machine.save()
      }
      Seq(1, 2, 3).foreach { after =>
        on(toy.plan(), seed, after) { machine =>
          machine.load(cut)
          machine.nowPs shouldBe 444_444
          machine.advance(endPs)
          withClue(s"seed=$seed $before groups, then $after ")(machine.digest shouldBe expected)
        }
      }
    }
  }

  it should "not depend on where the legs of a run end" in {
    val toy = ToyMachine.of(9, 3, 3)
    val expected = whole(toy, 9, endPs).digest
    on(toy.plan(), 9, 3) { machine =>
      machine.start()
      (1L to endPs by 77_777).foreach(machine.advance)
      machine.advance(endPs)
      machine.digest shouldBe expected
    }
  }

  "The books of all groups" should "balance together at any time" in {
    Seq(10_000L, 333_333L, endPs).foreach { until =>
      on(ToyMachine.of(12, 3, 4).plan(), 2, 3) { machine =>
        machine.start()
        machine.advance(until)
        machine.books(_.raised) should be > 0L
        machine.closeBooks().balanced shouldBe true
      }
    }
  }

  "A stop rule" should "be asked at fixed simulated times and end all partitions alike" in {
    def run(groups: Int): (Long, Long) = on(ToyMachine.of(13, 3, 4).plan(), 2, groups) { machine =>
      machine.start()
      val reached =
        machine.run(100_000_000, 250_000, () => machine.books(_.fate(Fate.HANDLED)) >= 200)
      reached -> machine.digest
    }
    val expected = run(1)
    expected._1 % 250_000 shouldBe 0
    expected._1 should be < 100_000_000L
    run(2) shouldBe expected
    run(3) shouldBe expected
  }

  "A message from outside" should "reach its component in any partition alike" in {
    def run(groups: Int): Long = on(ToyMachine.of(14, 3, 3).plan(), 2, groups) { machine =>
      machine.start()
      machine.advance(100_000)
      machine.inject(ToyMachine.path(2, 1), new LapicMessage.Reset(false))
      machine.advance(endPs)
      machine.digest
    }
    run(2) shouldBe run(1)
    run(3) shouldBe run(1)
    run(1) should not be whole(ToyMachine.of(14, 3, 3), 2, endPs).digest
  }

  "A cut" should "be refused where a link is too short, naming the link" in {
    val toy = ToyMachine.of(15, 2, 3)
    val refused = the[IllegalArgumentException] thrownBy
      WindowedMachine.standalone(
        toy.plan(), codecs, 1, TiePolicy.ID, path => if (path.endsWith("000")) 0 else 1)
    refused.getMessage should (include("link=block/") and include(" -> block/") and
      include("latencyPs=1000:") and include("one group"))
  }

  it should "be refused where a group is empty" in {
    val refused = the[IllegalArgumentException] thrownBy
      WindowedMachine.standalone(ToyMachine.of(15, 2, 3).plan(), codecs, 1, TiePolicy.ID, path =>
        2 * ToyMachine.block(path))
    refused.getMessage shouldBe "group=1 of 3 is empty"
  }

  "A component that throws" should "end the run with its own words" in {
    val fine = new Scripted(io => io.alarm(50, numbered(0)), (_, io) => io.alarm(50, numbered(0)))
    val broken = new Scripted(
      io => io.alarm(300_000, numbered(1)),
      (_, _) => throw new IllegalStateException("vector=0x31 not in service, apicId=3"))
    val plan = wired("a" -> fine, "b" -> broken) { assembly =>
      assembly.port[LapicMessage]("a", "b", 100_000)
    }
    val machine = WindowedMachine.standalone(
      plan, codecs, 1, TiePolicy.ID, path => if (path == "a") 0 else 1)
    try {
      machine.start()
      (the[IllegalStateException] thrownBy machine.advance(1_000_000))
        .getMessage should include("vector=0x31")
    } finally machine.close()
  }
}
