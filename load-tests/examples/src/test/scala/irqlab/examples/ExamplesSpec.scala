package irqlab.examples

import java.io.File
import java.util.concurrent.TimeUnit

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import akka.actor.typed.ActorSystem
import akka.cluster.MemberStatus
import akka.cluster.typed.{Cluster, Join}
import irqlab.live.LiveResult
import irqlab.observe.{Fate, InterruptId, Ledger}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.concurrent.Eventually
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.concurrent.Await
import scala.concurrent.duration._
import scala.io.Source
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ExamplesSpec extends AnyFlatSpec with Matchers with Eventually with BeforeAndAfterAll {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(20.seconds, 20.millis)

  private lazy val kit = ActorTestKit()

  override def afterAll(): Unit = kit.shutdownTestKit()

  private def raisesOf(result: LiveResult, path: String): (Long, Long) = {
    val id = result.components.asScala.find(_.path == path).get.id
    val rows = result.ledger.rows.asScala.filter(_.component == id)
    (rows.map(_.raised).sum, rows.map(_.fate(Fate.HANDLED)).sum)
  }

  private def up(member: ActorSystem[_]) =
    Cluster.get(member).state.members.toSeq.map(_.status) shouldBe Seq(MemberStatus.up, MemberStatus.up)

  "Four lines" should "start a machine in an actor system that goes on after it" in {
    val result = FourLines.run(kit.system)
    result.ledger.balanced shouldBe true
    raisesOf(result, "pcie/nic0") shouldBe (1, 1)
    kit.system.whenTerminated.isCompleted shouldBe false
  }

  "A device of one's own" should "interrupt, collapse, and see its driver" in {
    val books: Ledger = OwnEndpoint.run()
    books.balanced shouldBe true
    books.fate(Fate.COLLAPSED_IRR) shouldBe 1
    val device = books.rows.asScala.filter(row => row.component == books.rows.asScala.map(_.component).max)
    device.map(row => (row.entry, row.raised, row.fate(Fate.HANDLED))).toSet shouldBe
      Set((0, 2L, 1L), (1, 1L, 1L))
  }

  "An actor of one's own" should "be the device, and hear when its driver has served it" in {
    val result = OwnActor.run(kit.system, 50)
    result.ledger.balanced shouldBe true
    // It hears of the read while the handler still runs, so some of its raises meet the one before.
    val (raised, handled) = raisesOf(result, "pcie/fpga0")
    raised should be >= 50L
    handled should (be >= 1L and be <= raised)
  }

  "Somebody else's clock" should "drive a machine to the same digest each time" in {
    val digest = OwnClock.run()
    OwnClock.run() shouldBe digest
  }

  "Two machines" should "live in one actor system, and one end without the other" in {
    val results = TwoMachines.run(kit.system)
    results.asScala.foreach(_.ledger.balanced shouldBe true)
    raisesOf(results.get(0), "pcie/nic0") shouldBe (0, 0)
    raisesOf(results.get(1), "pcie/nic0") shouldBe (2, 2)
  }

  "A machine over a cluster of somebody's" should "balance, and leave cluster and systems as they were" in {
    val members = Seq(OwnCluster.member(), OwnCluster.member())
    try {
      val seed = Cluster.get(members.head).selfMember.address
      members.foreach(each => Cluster.get(each).manager ! Join.create(seed))
      // A cluster that stands; one that is still joining changes by itself.
      eventually(members.foreach(up))
      val result = OwnCluster.run(members.head, members.last)
      result.ledger.balanced shouldBe true
      val (raised, handled) = raisesOf(result, "pcie/nic0")
      raised shouldBe 2
      // The second may meet the first, which still waits at its CPU.
      handled should (be >= 1L and be <= 2L)
      members.foreach { each =>
        each.whenTerminated.isCompleted shouldBe false
        up(each)
      }
    } finally members.reverse.foreach { each =>
      each.terminate()
      Await.ready(each.whenTerminated, 30.seconds)
    }
  }

  "A machine on a board" should "run in a JVM whose class path has no Akka" in {
    val all = Option(System.getProperty("surefire.test.class.path"))
      .getOrElse(System.getProperty("java.class.path")).split(File.pathSeparator)
    val few = all.filterNot(each => each.contains("akka") || each.contains("scala"))
    few.length should be < all.length
    val java = System.getProperty("java.home") + "/bin/java"
    val process = new ProcessBuilder(java, "-cp", few.mkString(File.pathSeparator), "irqlab.examples.WithoutAkka")
      .redirectErrorStream(true).start()
    val out = Source.fromInputStream(process.getInputStream).getLines().toList
    process.waitFor(60, TimeUnit.SECONDS) shouldBe true
    out.head should startWith("balanced true, handled ")
    out.last shouldBe "no Akka here"
  }

  private def file(path: String): String = {
    val base = Option(System.getProperty("basedir")).getOrElse(".")
    val at = Seq(s"$base/$path", s"$base/load-tests/examples/$path").map(new File(_)).find(_.exists).get
    val source = Source.fromFile(at, "UTF-8")
    try source.mkString
    finally source.close()
  }

  private def undented(lines: Seq[String]): String = {
    val indent = lines.filter(_.trim.nonEmpty).map(_.takeWhile(_ == ' ').length).min
    lines.map(_.drop(indent)).mkString("\n").trim
  }

  "The page" should "show the code that runs here, letter for letter" in {
    val page = file("../../cluster-config/docs/embed.md")
    val blocks = "(?s)<!-- (\\w+)\\.java -->\n```java\n(.*?)\n```".r
      .findAllMatchIn(page).map(found => found.group(1) -> found.group(2)).toMap
    blocks.keySet shouldBe
      Set("FourLines", "OwnEndpoint", "OwnActor", "OwnClock", "TwoMachines", "OwnCluster", "WithoutAkka")
    blocks.foreach { case (name, shown) =>
      val lines = file(s"src/main/java/irqlab/examples/$name.java").linesIterator.toSeq
      val from = lines.indexWhere(_.trim == "// begin")
      val until = lines.indexWhere(_.trim == "// end")
      withClue(name) { shown shouldBe undented(lines.slice(from + 1, until)) }
    }
  }
}
