package irqlab.cluster

import akka.actor.typed.receptionist.Receptionist
import akka.actor.typed.scaladsl.Behaviors
import akka.actor.typed.{ActorRef, ActorRefResolver}
import com.typesafe.config.ConfigFactory
import irqlab.live._
import irqlab.runtime.ToyMachine
import irqlab.wire.{Frame, WireVersion}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

/** The two ends of the handing over of logs, with a node in between that may misbehave. */
@RunWith(classOf[JUnitRunner])
class LogTakerSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val system = ClusterNode.system(new ClusterSettings("node1", ClusterSettings.ALL_ROLES,
    ConfigFactory.parseString("irqlab.cluster.lost-after = 1s")))
  private val root = Files.createTempDirectory("irqlab-taker")

  /** What a node does when it is asked for more. */
  @volatile private var onMore: (Long, Frame => Unit) => Unit = (_, _) => ()
  @volatile private var asked = Vector.empty[Long]

  private lazy val roster: Roster = {
    var coordinator: ActorRef[Frame] = null
    val agent = system.systemActorOf(Behaviors.receive[Frame] { (context, frame) =>
      val resolver = ActorRefResolver(context.system)
      frame match {
        case hello: Frame.Hello =>
          coordinator = resolver.resolveActorRef(hello.replyTo)
          coordinator ! new Frame.Welcome("node1", WireVersion.own.program, "17",
            resolver.toSerializationFormat(context.self), java.util.List.of("cpu"))
        case numbered: Frame.Numbered =>
          coordinator ! new Frame.Got("node1", numbered.number)
          numbered.frame match {
            case more: Frame.More =>
              asked :+= more.upTo
              onMore(more.upTo, coordinator ! _)
            case _ =>
          }
        case ping: Frame.Ping => coordinator ! new Frame.Pong("node1", ping.number, 0)
        case _ =>
      }
      Behaviors.same
    }, "agent")
    system.receptionist ! Receptionist.Register(ClusterNode.AGENTS, agent)
    val made = new Roster(system, Realm.OWN, _ => ())
    made.until("the node", () => !made.members.isEmpty)
    made.nodes = java.util.List.of("node1")
    made.running(true)
    made
  }

  override def afterAll(): Unit = {
    ClusterNode.end(system)
    Files.walk(root).iterator.asScala.toSeq.reverse.foreach(Files.delete)
  }

  /** Takes the logs of two components, a and b, of a node that does this. */
  private def take(does: (Long, Frame => Unit) => Unit): (Unrecorded, Path) = {
    roster
    onMore = does
    asked = Vector.empty
    val folder = Files.createTempDirectory(root, "run")
    val paths = new java.util.TreeMap[String, Integer](java.util.Map.of[String, Integer]("a", 0, "b", 1))
    (new LogTaker(roster, folder, paths, Array(0, 0)).take(false), folder)
  }

  private def log(number: Long, component: Int, bytes: Int, why: String = ""): Frame =
    new Frame.Log("node1", number, component, new Array[Byte](bytes), why)

  /** Sends these, whatever is asked. */
  private def script(frames: Frame*): (Long, Frame => Unit) => Unit = {
    var left = frames
    (_, to) => {
      left.foreach(to)
      left = Nil
    }
  }

  "Logs" should "be written whole, and asked for no more than a window ahead" in {
    val pieces = (1 to 40).map(n => log(n, 0, 100)) ++
      Seq(log(41, 0, 0), log(42, 1, 7), log(43, 1, 0), log(44, Frame.Log.NO_MORE, 0))
    var sent = 0
    val (lacks, folder) = take { (upTo, to) =>
      while (sent < pieces.size && sent < upTo) {
        to(pieces(sent))
        sent += 1
      }
    }
    lacks shouldBe Unrecorded.NOTHING
    Files.size(Recording.file(folder, 0)) shouldBe 4000
    Files.size(Recording.file(folder, 1)) shouldBe 7
    asked.head shouldBe LogTaker.WINDOW
    asked.zip(asked.tail).foreach { case (before, next) => next - before should be <= LogTaker.WINDOW.toLong }
  }

  "A node that hands over something else" should "be named, and what was whole by then be kept" in {
    val whole = Seq(log(1, 0, 5), log(2, 0, 0))
    def why(frames: Frame*): String = {
      val (lacks, folder) = take(script(whole ++ frames: _*))
      lacks.components.keySet.asScala shouldBe Set("b")
      Unrecorded.read(folder) shouldBe lacks
      Files.exists(Recording.file(folder, 0)) shouldBe true
      Files.exists(Recording.file(folder, 1)) shouldBe false
      lacks.components.get("b")
    }
    why(log(3, 1, 9), log(5, 1, 9)) shouldBe "node1 handed over piece 5 instead of 4"
    why(log(3, 2, 9)) shouldBe "node1 handed over a log of component 2"
    why(log(3, 0, 9)) shouldBe "node1 handed over a log of component 0"
    why(log(3, 1, 9), log(4, -1, 0, "no room")) shouldBe "node1: no room"
    why(log(3, 1, 9), log(4, -1, 0)) shouldBe "node1: it has none"
    why(log(3, 1, 9)) shouldBe "node1 handed nothing over for 1 s"
  }

  "A node that fails while it hands over" should "be named, and end nothing else" in {
    def why(failed: Frame.Failed): String = {
      val (lacks, folder) = take(script(log(1, 0, 5), failed))
      Unrecorded.read(folder) shouldBe lacks
      lacks.components.get("b")
    }
    why(new Frame.Failed("node1", "", "out of memory")) shouldBe "node=node1: out of memory"
    why(new Frame.Failed("node1", "root", "broken")) should include("root")
  }

  "A node" should "send pieces only as far as it may, and all of them in the end" in {
    val toy = ToyMachine.of(1, 1, 2)
    val sender = new LogSender("node1")
    val machine = LiveMachine.standalone(toy.plan, LiveOptions.of(1).withArrivals(sender.folder))
    try {
      sender.open(machine)
      Files.exists(sender.folder) shouldBe false
      machine.start()
      machine.await(StopRule.handled(2000))
      machine.finish(() => (), 0)
      var got = Vector.empty[Frame.Log]
      def more(upTo: Long): Int = {
        sender.more(upTo, frame => got :+= frame.asInstanceOf[Frame.Log])
        got.size
      }
      more(3) shouldBe 3
      more(3) shouldBe 3
      more(2) shouldBe 3
      more(5) shouldBe 5
      val all = more(1000)
      all should be > 5
      more(2000) shouldBe all
      got.map(_.number) shouldBe (1 to all)
      got.map(_.bytes.length).max shouldBe LogSender.PIECE_BYTES
      got.last.component shouldBe Frame.Log.NO_MORE
      val folder = Files.createTempDirectory(root, "sent")
      got.init.groupBy(_.component).foreach { case (id, pieces) =>
        Files.write(Recording.file(folder, id), pieces.toArray.flatMap(_.bytes))
      }
      Replay.run(toy.plan, 1, folder).difference shouldBe java.util.Optional.empty
    } finally {
      sender.close()
      machine.close()
    }
  }

  // The last one: a node that is lost stays lost.
  "A node that is lost while it hands over" should "be named, and its whole logs be kept" in {
    val (lacks, folder) =
      take(script(log(1, 0, 5), log(2, 0, 0), log(3, 1, 9), new Frame.Gone("node1", "was told to end")))
    lacks.components.asScala shouldBe Map("b" -> "node1 was told to end")
    Files.size(Recording.file(folder, 0)) shouldBe 5
    take(script())._1.components.keySet.asScala shouldBe Set("a", "b")
  }
}
