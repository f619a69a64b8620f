package irqlab.windowed

import irqlab.observe.Ledger
import irqlab.runtime.Bench.codecs
import irqlab.runtime.{Board, Rng, TiePolicy, ToyMachine}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.collection.mutable

@RunWith(classOf[JUnitRunner])
class GroupSpec extends AnyFlatSpec with Matchers {
  private val untilPs = 2_000_000L

  /** Groups over a network that loses, repeats and reorders; asks when nothing moves. */
  private final class Network(toy: ToyMachine, seed: Long, count: Int, loss: Int, copies: Int) {
    private val rng = new Rng(seed, "network")
    private val pending = mutable.ArrayBuffer.empty[() => Unit]
    private val plan = toy.plan()
    private val groupOf = Array.tabulate(plan.size)(id => ToyMachine.block(plan.path(id)) % count)
    var lost = 0
    val groups: Vector[Group] = Vector.tabulate(count) { number =>
      val peers = new Peers {
        override def send(to: Int, frame: Frame): Unit =
          carry(() => groups(to).receive(frame))
        override def ask(to: Int, epoch: Int, window: Long): Unit =
          carry(() => groups(to).asked(number, epoch, window))
      }
      new Group(number, count, groupOf, plan.lookaheadPs(groupOf), 1, peers, outbox =>
        new Board(plan, codecs, seed, TiePolicy.FAIR, new Ledger, groupOf, number, outbox))
    }

    private def carry(letter: () => Unit): Unit =
      if (rng.nextInt(100) < loss) lost += 1
      else (0 to (if (rng.nextInt(100) < copies) 1 else 0)).foreach(_ => pending += letter)

    def advance(toPs: Long): Unit = {
      groups.foreach(_.advance(toPs))
      while (groups.exists(!_.reached)) {
        if (pending.isEmpty) groups.foreach(_.askAgain())
        else pending.remove(rng.nextInt(pending.size))()
      }
    }

    def run(): Network = {
      groups.foreach(_.board.start())
      advance(untilPs / 3)
      advance(untilPs)
      this
    }

    def digest: Long = groups.map(_.board.digest).sum
  }

  private def whole(toy: ToyMachine, seed: Long): Long = {
    val plan = toy.plan()
    val board = new Board(plan, codecs, seed, TiePolicy.FAIR, new Ledger)
    board.start()
    board.runBefore(untilPs)
    board.digest
  }

  "Groups" should "do what one board does, over a network that loses, repeats and reorders" in {
    (1L to 30L).foreach { seed =>
      val toy = ToyMachine.of(seed, 4, 3)
      val network = new Network(toy, seed, 4, loss = 20, copies = 20).run()
      withClue(s"seed=$seed ") {
        network.digest shouldBe whole(toy, seed)
        network.lost should be > 0
        network.groups.map(_.dropped).sum should be > 0L
      }
    }
  }

  it should "ask for nothing and drop nothing over a network that is whole" in {
    val toy = ToyMachine.of(3, 4, 3)
    val network = new Network(toy, 3, 4, loss = 0, copies = 0).run()
    network.digest shouldBe whole(toy, 3)
    network.groups.map(_.dropped).sum shouldBe 0
    network.groups.map(_.windows).distinct should have size 1
  }

  it should "skip idle time instead of walking through it" in {
    // One token a node and 100 ns of lookahead: 2 us hold about 20 windows, and some more of legs.
    val toy = new ToyMachine(5, 2, 2, 1, 1, 1)
    val network = new Network(toy, 5, 2, loss = 0, copies = 0).run()
    network.groups.head.windows should be < 25L
    network.groups.foreach(_.board.nowPs shouldBe untilPs)
  }

  "A frame of another epoch" should "be dropped" in {
    val network = new Network(ToyMachine.of(6, 2, 3), 6, 2, loss = 0, copies = 0)
    network.groups.foreach(_.board.start())
    network.groups.head.receive(new Frame(0, 1, 1, 5, java.util.List.of()))
    network.groups.head.dropped shouldBe 1
    network.advance(untilPs)
    network.digest shouldBe whole(ToyMachine.of(6, 2, 3), 6)
  }
}
