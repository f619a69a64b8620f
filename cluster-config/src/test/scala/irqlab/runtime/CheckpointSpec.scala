package irqlab.runtime

import irqlab.observe.Ledger
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import Bench._

@RunWith(classOf[JUnitRunner])
class CheckpointSpec extends AnyFlatSpec with Matchers {
  private val toy = ToyMachine.of(31, 3, 5)
  // In the middle of traffic, not on a round time.
  private val middlePs = 1_234_567L
  private val endPs = 4_000_000L

  private def whole(untilPs: Long): Board = {
    val machine = board(toy.plan(), 8, TiePolicy.FAIR)
    machine.start()
    machine.runBefore(untilPs)
    machine
  }

  private def blocks(of: Checkpoint): Seq[(Int, String)] = {
    val builder = Seq.newBuilder[(Int, String)]
    of.blocks.forEach((id, bytes) => builder += id.toInt -> hex(bytes))
    builder.result()
  }

  private def merged(parts: Seq[Groups.Part]): Checkpoint =
    parts.map(_._1.save()).reduce((a, b) => a.merged(b))

  "A checkpoint" should "continue as if nothing had happened" in {
    val resumed = board(toy.plan(), 8, TiePolicy.FAIR)
    resumed.load(whole(middlePs).save())
    resumed.nowPs shouldBe middlePs
    resumed.runBefore(endPs)
    resumed.digest shouldBe whole(endPs).digest
    blocks(resumed.save()) shouldBe blocks(whole(endPs).save())
  }

  it should "be equal byte for byte whether one group made it or three" in {
    val one = blocks(whole(middlePs).save())
    Seq(2, 3).foreach { groups =>
      val parts = Groups.fresh(toy, 8, groups)
      parts.foreach(_._1.start())
      Groups.advance(parts, middlePs)
      blocks(merged(parts)) shouldBe one
    }
  }

  it should "go on with another number of groups" in {
    val expected = whole(endPs).digest
    for (before <- Seq(1, 2, 3); after <- Seq(1, 2, 3)) {
      val parts = Groups.fresh(toy, 8, before)
      parts.foreach(_._1.start())
      Groups.advance(parts, middlePs)
      val cut = merged(parts)
      val resumed = Groups.fresh(toy, 8, after)
      resumed.foreach(_._1.load(cut))
      Groups.advance(resumed, endPs)
      withClue(s"$before groups, then $after ")(resumed.map(_._1.digest).sum shouldBe expected)
    }
  }

  it should "be refused when a component is missing, renamed or cut short" in {
    val cut = whole(middlePs).save()
    def changed(edit: java.util.TreeMap[Integer, Array[Byte]] => Unit): Checkpoint = {
      val blocks = new java.util.TreeMap(cut.blocks)
      edit(blocks)
      new Checkpoint(cut.timePs, blocks)
    }
    def load(of: Checkpoint): Unit = board(toy.plan(), 8, TiePolicy.FAIR).load(of)
    val missing = the[MalformedStateException] thrownBy load(changed(_.remove(4)))
    missing.getMessage should include("block/000/node/004")
    val renamed =
      the[MalformedStateException] thrownBy load(changed(all => all.put(4, all.get(5))))
    renamed.getMessage should include("block/001/node/000")
    a[MalformedStateException] should be thrownBy
      load(changed(all => all.put(4, all.get(4).dropRight(1))))
    a[MalformedStateException] should be thrownBy
      load(changed(all => all.put(4, all.get(4) :+ 0.toByte)))
  }

  it should "not be merged with one of another time" in {
    an[IllegalArgumentException] should be thrownBy
      whole(middlePs).save().merged(whole(endPs).save())
  }

  "An event of another group" should "not be taken when it lies in the past" in {
    val machine = whole(middlePs)
    an[IllegalStateException] should be thrownBy
      machine.insert(new RemoteEvent(middlePs - 1, 64, 0, 0, numbered(1)))
  }

  "A message from outside" should "arrive after 1 ps and be part of checkpoint and digest" in {
    val component = new Scripted
    val machine = new Board(
      wired("a" -> component)(_ => ()), codecs, 1, TiePolicy.ID, new Ledger)
    machine.runBefore(700)
    val before = machine.digest
    machine.inject("a", numbered(5))
    machine.runBefore(1000)
    component.seen shouldBe Vector(701L -> numbered(5))
    machine.digest should not be before
  }
}
