package irqlab.cluster

import java.util.concurrent.atomic.AtomicReference

import akka.actor.testkit.typed.scaladsl.{ActorTestKit, TestProbe}
import akka.actor.typed.ActorRef
import akka.actor.typed.scaladsl.Behaviors
import irqlab.protocol.LapicMessage
import irqlab.runtime.{Message, Rng}
import irqlab.wire.Frame
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.concurrent.duration._
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class GatewaySpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()

  override def afterAll(): Unit = kit.shutdownTestKit()

  private def numbered(n: Int): Message = new LapicMessage.LocalEvent(n)

  /** Takes batches until so many messages have come, and gives credit for each. */
  private def batches(
      gateway: ActorRef[Gateway.Command], probe: TestProbe[Frame], messages: Int)
      : Vector[Frame.Batch] = {
    var got = Vector.empty[Frame.Batch]
    while (got.map(_.messages.size).sum < messages) {
      got :+= probe.expectMessageType[Frame.Batch]
      gateway ! new Gateway.Acked(got.last.number)
    }
    got
  }

  private def numbers(of: Seq[Frame.Batch]): Seq[Int] =
    of.flatMap(_.messages.asScala).map { case local: LapicMessage.LocalEvent => local.lvt }

  private def gateway(
      ownNode: Int, patience: Int, cut: String => Unit): (Departures, ActorRef[Gateway.Command]) = {
    val departures = new Departures
    val gateway = kit.spawn(Gateway.of(departures, ownNode, patience, why => cut(why), _ => ()))
    departures.to(gateway)
    (departures, gateway)
  }

  "A gateway" should "keep order, number its batches, and keep what comes before it is connected" in {
    val (departures, gateway) = this.gateway(3, 8, _ => ())
    val probe = kit.createTestProbe[Frame]()
    (0 until 10).foreach(n => departures.post(n, numbered(n)))
    gateway ! new Gateway.Connect(probe.ref)
    (10 until 700).foreach(n => departures.post(n, numbered(n)))
    val got = batches(gateway, probe, 700)
    numbers(got) shouldBe (0 until 700)
    got.flatMap(_.receivers) shouldBe (0 until 700)
    got.map(_.number) shouldBe (1 to got.size)
    all(got.map(_.from)) shouldBe 3
    all(got.map(_.messages.size)) should be <= Gateway.BATCH_MAX
  }

  it should "stop at its window and go on with credit" in {
    val (departures, gateway) = this.gateway(0, 8, _ => ())
    val probe = kit.createTestProbe[Frame]()
    val total = (Gateway.WINDOW + 5) * Gateway.BATCH_MAX
    (0 until total).foreach(n => departures.post(1, numbered(n)))
    gateway ! new Gateway.Connect(probe.ref)
    val first = Vector.fill(Gateway.WINDOW)(probe.expectMessageType[Frame.Batch])
    probe.expectNoMessage()
    gateway ! new Gateway.Acked(first.last.number)
    val rest = batches(gateway, probe, total - first.map(_.messages.size).sum)
    numbers(first ++ rest) shouldBe (0 until total)
  }

  it should "tell once when what it sent gets no credit" in {
    val told = kit.createTestProbe[String]()
    val (departures, gateway) = this.gateway(0, 1, told.ref ! _)
    val probe = kit.createTestProbe[Frame]()
    gateway ! new Gateway.Connect(probe.ref)
    departures.post(1, numbered(1))
    told.expectMessage("no credit for 1 batches in 1 s")
    told.expectNoMessage(1200.millis)
    probe.expectMessageType[Frame.Batch].number shouldBe 1
  }

  it should "send again what is missing, and what nobody acknowledges for a second or two" in {
    val (departures, gateway) = this.gateway(0, 8, _ => ())
    val probe = kit.createTestProbe[Frame]()
    gateway ! new Gateway.Connect(probe.ref)
    val first = (1 to 3).map { n =>
      departures.post(1, numbered(n))
      probe.expectMessageType[Frame.Batch]
    }
    gateway ! new Gateway.Missing(2)
    probe.receiveMessages(2) shouldBe first.tail
    gateway ! new Gateway.Acked(2)
    probe.expectMessage(4.seconds, first.last)
  }

  private final class Yard(val nodes: Int) extends Gate.Inside {
    val back: TestProbe[Frame] = kit.createTestProbe[Frame]()
    val way: TestProbe[Gateway.Command] = kit.createTestProbe[Gateway.Command]()
    @volatile var delivered: Vector[(Int, Message)] = Vector.empty
    @volatile var failures: Vector[String] = Vector.empty
    val gate: ActorRef[Frame] =
      kit.spawn(Gate.of(0, nodes, new AtomicReference[Gate.Inside](this)))

    @volatile var lost: Set[Int] = Set.empty

    @volatile var busy = false
    override def crowded: Boolean = busy
    override def take(from: Int, messages: Int): Boolean = !lost(from)
    override def deliver(receiver: Int, message: Message): Boolean = {
      delivered :+= (receiver -> message)
      receiver < 100
    }
    override def gateway(node: Int): ActorRef[Gateway.Command] = way.ref
    override def gate(node: Int): ActorRef[Frame] = back.ref
    override def fail(why: String): Unit = failures :+= why
  }

  private def batch(from: Int, number: Long, receiver: Int): Frame.Batch =
    new Frame.Batch(from, number, Array(receiver), java.util.List.of(numbered(number.toInt)))

  "A gate" should "give credit back for every eighth batch and pass credit on" in {
    val yard = new Yard(2)
    (1L to 16L).foreach(number => yard.gate ! batch(1, number, 5))
    yard.back.expectMessage(new Frame.Ack(0, 8))
    yard.back.expectMessage(new Frame.Ack(0, 16))
    yard.gate ! new Frame.Ack(1, 24)
    yard.way.expectMessage(new Gateway.Acked(24))
    yard.delivered.map(_._2) shouldBe (1 to 16).map(numbered)
    yard.failures shouldBe empty
  }

  it should "give credit for a few batches too, some time later" in {
    val yard = new Yard(2)
    (1L to 3L).foreach(number => yard.gate ! batch(1, number, 5))
    yard.back.expectMessage(new Frame.Ack(0, 3))
  }

  it should "hold credit back while its node has too much to do, and not for ever" in {
    val yard = new Yard(2)
    yard.busy = true
    (1L to 20L).foreach(number => yard.gate ! batch(1, number, 5))
    yard.back.expectNoMessage(200.millis)
    yard.busy = false
    yard.back.expectMessage(new Frame.Ack(0, 20))
    yard.busy = true
    yard.gate ! batch(1, 21, 5)
    yard.back.expectMessage(new Frame.Ack(0, 21))
  }

  it should "take nothing from a node that is lost" in {
    val yard = new Yard(2)
    yard.gate ! batch(1, 1, 5)
    yard.back.expectMessage(new Frame.Ack(0, 1))
    yard.lost = Set(1)
    yard.gate ! batch(1, 2, 5)
    yard.gate ! new Frame.Ack(1, 24)
    yard.way.expectMessage(new Gateway.Acked(24))
    yard.delivered should have size 1
    yard.failures shouldBe empty
  }

  it should "ask once for a batch that is missing, and take none before it" in {
    val yard = new Yard(2)
    Seq(1L, 3L, 4L).foreach(number => yard.gate ! batch(1, number, 5))
    yard.back.receiveMessages(2).toSet shouldBe Set(new Frame.Missing(0, 2), new Frame.Ack(0, 1))
    Seq(2L, 3L, 4L).foreach(number => yard.gate ! batch(1, number, 5))
    yard.back.expectMessage(new Frame.Ack(0, 4))
    yard.delivered.map(_._2) shouldBe (1 to 4).map(numbered)
    yard.failures shouldBe empty
  }

  it should "drop a batch that comes twice, and say again that it has come" in {
    val yard = new Yard(2)
    yard.gate ! batch(1, 1, 5)
    yard.back.expectMessage(new Frame.Ack(0, 1))
    yard.gate ! batch(1, 1, 5)
    yard.back.expectMessage(new Frame.Ack(0, 1))
    yard.delivered.map(_._2) shouldBe Seq(numbered(1))
    yard.failures shouldBe empty
  }

  it should "pass on what another gate is missing" in {
    val yard = new Yard(2)
    yard.gate ! new Frame.Missing(1, 7)
    yard.gate ! new Frame.Missing(0, 7)
    yard.gate ! new Frame.Missing(2, 7)
    yard.way.expectMessage(new Gateway.Missing(7))
    yard.way.expectNoMessage()
  }

  it should "notice a receiver that is not here, and a node that does not exist" in {
    def failure(frames: Frame*): String = {
      val yard = new Yard(2)
      frames.foreach(yard.gate ! _)
      yard.gate ! new Frame.Ack(1, 1)
      yard.way.expectMessage(new Gateway.Acked(1))
      yard.failures.mkString
    }
    failure(batch(1, 1, 500)) should include("receiver=500")
    failure(batch(7, 1, 5)) should include("node number 7")
    failure(batch(-1, 1, 5)) should include("node number -1")
  }

  /** Loses and doubles batches and acknowledgements at random; any seed must do. */
  "Gateway and gate over a wire that loses" should "deliver all, once and in order" in {
    val seed = 17L
    info(s"seed=$seed")
    val rng = new Rng(seed, "wire")
    val total = 5_000
    val done = kit.createTestProbe[String]()
    val (departures, gateway) = this.gateway(1, 1000, why => fail(why))
    var delivered = Vector.empty[Int]
    lazy val inside: Gate.Inside = new Gate.Inside {
      override def crowded: Boolean = false
      override def take(from: Int, messages: Int): Boolean = true
      override def deliver(receiver: Int, message: Message): Boolean = {
        delivered :+= receiver
        if (receiver == total - 1) done.ref ! "all"
        true
      }
      override def gateway(node: Int): ActorRef[Gateway.Command] = sys.error("nothing goes back")
      override def gate(node: Int): ActorRef[Frame] = back
      override def fail(why: String): Unit = done.ref ! why
    }
    // One actor, so that the random numbers have one owner.
    lazy val lossy: ActorRef[(ActorRef[Frame], Frame)] = kit.spawn(
      Behaviors.receiveMessage[(ActorRef[Frame], Frame)] { case (to, frame) =>
        (0 until Seq(0, 1, 1, 1, 2)(rng.nextInt(5))).foreach(_ => to ! frame)
        Behaviors.same
      })
    lazy val gate: ActorRef[Frame] =
      kit.spawn(Gate.of(0, 2, new AtomicReference[Gate.Inside](inside)))
    lazy val home: ActorRef[Frame] = kit.spawn(Behaviors.receiveMessage[Frame] {
      case ack: Frame.Ack => gateway ! new Gateway.Acked(ack.number); Behaviors.same
      case missing: Frame.Missing =>
        gateway ! new Gateway.Missing(missing.number); Behaviors.same
      case other => done.ref ! other.toString; Behaviors.same
    })
    lazy val back: ActorRef[Frame] = kit.spawn(Behaviors.receiveMessage[Frame] { frame =>
      lossy ! (home -> frame)
      Behaviors.same
    })
    val there = kit.spawn(Behaviors.receiveMessage[Frame] { frame =>
      lossy ! (gate -> frame)
      Behaviors.same
    })
    gateway ! new Gateway.Connect(there)
    (0 until total).foreach(n => departures.post(n, numbered(n)))
    done.expectMessage(60.seconds, "all")
    delivered shouldBe (0 until total)
  }
}
