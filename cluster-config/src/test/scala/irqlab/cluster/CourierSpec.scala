package irqlab.cluster

import akka.actor.testkit.typed.scaladsl.{ActorTestKit, TestProbe}
import irqlab.wire.Frame
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class CourierSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()
  private val second = 1_000_000_000L

  override def afterAll(): Unit = kit.shutdownTestKit()

  private final class Bench {
    val other: TestProbe[Frame] = kit.createTestProbe[Frame]()
    val courier = new Courier("node2", other.ref)

    def say(frames: Frame*): Seq[Frame] = {
      frames.foreach(courier.say)
      other.receiveMessages(frames.size)
    }
  }

  "A courier" should "number what it says, and say again what does not come" in {
    val bench = new Bench
    val said = bench.say(new Frame.Go, new Frame.Freeze, new Frame.Collect)
    said shouldBe Seq(
      new Frame.Numbered("node2", 1, new Frame.Go),
      new Frame.Numbered("node2", 2, new Frame.Freeze),
      new Frame.Numbered("node2", 3, new Frame.Collect))
    bench.courier.got(1)
    bench.courier.look(System.nanoTime)
    bench.other.expectNoMessage()
    bench.courier.look(System.nanoTime + 2 * second)
    bench.other.receiveMessages(2) shouldBe said.tail
  }

  it should "say nothing again once all has come" in {
    val bench = new Bench
    bench.say(new Frame.Go, new Frame.Freeze)
    bench.courier.got(2)
    bench.courier.look(System.nanoTime + 2 * second)
    bench.other.expectNoMessage()
  }

  it should "take each frame once, in order, and tell how far it has heard" in {
    val bench = new Bench
    def take(number: Long): Option[Frame] = {
      val taken = bench.courier.take(new Frame.Numbered("node1", number, new Frame.Count(number)))
      if (taken.isPresent) Some(taken.get) else None
    }
    Seq(1L, 3L, 2L, 2L, 3L).map(take) shouldBe Seq(
      Some(new Frame.Count(1)), None, Some(new Frame.Count(2)), None, Some(new Frame.Count(3)))
    bench.other.receiveMessages(5) shouldBe
      Seq(1L, 1L, 2L, 2L, 3L).map(new Frame.Got("node2", _))
  }
}
