package irqlab.runtime

import irqlab.observe.Ledger
import irqlab.protocol.LapicMessage
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import Bench._

@RunWith(classOf[JUnitRunner])
class DigestSpec extends AnyFlatSpec with Matchers {

  private def digest(latencyPs: Long, numbers: Int*): Long = {
    var port: Port[LapicMessage] = null
    val sender = new Scripted(io => numbers.foreach(n => io.send(port, numbered(n))))
    val plan = wired("a" -> sender, "b" -> new Scripted)(a => port = a.port("a", "b", latencyPs))
    val machine = board(plan)
    machine.start()
    machine.runBefore(100_000)
    machine.digest
  }

  "The digest" should "be equal for equal runs" in {
    digest(100, 1, 2, 3) shouldBe digest(100, 1, 2, 3)
  }

  it should "tell order, time, payload and number apart" in {
    val all = Seq(
      digest(100, 1, 2, 3),
      digest(100, 2, 1, 3),
      digest(101, 1, 2, 3),
      digest(100, 1, 2, 4),
      digest(100, 1, 2),
      digest(100))
    all.distinct should have size all.size.toLong
  }

  it should "tell receivers apart" in {
    def to(name: String): Long = {
      var port: Port[LapicMessage] = null
      val sender = new Scripted(io => io.send(port, numbered(1)))
      val plan = wired("a" -> sender, "b" -> new Scripted, "c" -> new Scripted) { assembly =>
        port = assembly.port("a", name, 100)
      }
      val machine = board(plan)
      machine.start()
      machine.runBefore(1000)
      machine.digest
    }
    to("b") should not be to("c")
  }

  it should "depend on the seed where components draw" in {
    def run(seed: Long): Long = {
      val machine = board(ToyMachine.of(3, 2, 4).plan(), seed)
      machine.start()
      machine.runBefore(2_000_000)
      machine.digest
    }
    run(1) shouldBe run(1)
    run(1) should not be run(2)
  }

  /** Drawn once on JDK 17; any JVM and any later version must give it again. */
  it should "be the same on every JVM" in {
    val machine = board(ToyMachine.of(3, 2, 4).plan(), 1, TiePolicy.FAIR)
    machine.start()
    machine.runBefore(5_000_000)
    machine.events shouldBe 3108
    machine.digest.toHexString shouldBe "269d6ffa75be97d5"
  }

  it should "be the sum of the parts of any partition" in {
    val toy = ToyMachine.of(17, 3, 4)
    val whole = board(toy.plan(), 9, TiePolicy.FAIR)
    whole.start()
    whole.runBefore(3_000_000)
    Seq(1, 2, 3).foreach { groups =>
      Groups.run(toy, 9, groups, 3_000_000).map(_.digest).sum shouldBe whole.digest
    }
  }

  "A machine's interrupts" should "balance at any time, in parts and whole" in {
    val toy = ToyMachine.of(23, 3, 4)
    Seq(1_000L, 77_777L, 2_000_001L).foreach { until =>
      val books = new Ledger
      Groups.run(toy, 4, 3, until).foreach { part =>
        part.closeBooks()
        books.add(part.ledger)
      }
      withClue(s"until=$until ")(books.balanced shouldBe true)
    }
  }
}

/** The window algorithm in its plainest form: groups one after the other on one thread. */
object Groups {
  def run(toy: ToyMachine, seed: Long, groups: Int, untilPs: Long): Seq[Board] = {
    val boards = fresh(toy, seed, groups)
    boards.foreach(_._1.start())
    advance(boards, untilPs)
    boards.map(_._1)
  }

  type Part = (Board, scala.collection.mutable.Buffer[RemoteEvent])

  def fresh(toy: ToyMachine, seed: Long, groups: Int): Seq[Part] = {
    val plan = toy.plan()
    val groupOf = Array.tabulate(plan.size)(id => ToyMachine.block(plan.path(id)) % groups)
    (0 until groups).map { group =>
      val out = scala.collection.mutable.Buffer.empty[RemoteEvent]
      val board = new Board(
        plan, codecs, seed, TiePolicy.FAIR, new Ledger, groupOf, group, (_, event) => out += event)
      (board, out)
    }
  }

  def advance(parts: Seq[Part], untilPs: Long): Unit = {
    def exchange(): Unit = parts.foreach { case (_, out) =>
      out.foreach(event => parts.find(_._1.hosts(event.receiver)).get._1.insert(event))
      out.clear()
    }
    exchange()
    var next = parts.map(_._1.nextPs).min
    while (next < untilPs) {
      val bound = math.min(untilPs, next + ToyMachine.CUT_PS)
      parts.foreach(_._1.runBefore(bound))
      exchange()
      next = parts.map(_._1.nextPs).min
    }
    parts.foreach(_._1.runBefore(untilPs))
  }
}
