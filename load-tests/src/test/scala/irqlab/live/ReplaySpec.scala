package irqlab.live

import java.nio.ByteBuffer
import java.nio.file.{Files, Path}
import java.util.Optional
import java.util.zip.CRC32C

import irqlab.load.{LiveRun, Machines, RunResult, RunWatch}
import irqlab.scenario.{Scenario, ScenarioReader}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ReplaySpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private val folder = Files.createTempDirectory("irqlab-replay")

  override def afterAll(): Unit =
    Files.walk(folder).iterator.asScala.toSeq.reverse.foreach(Files.delete)

  private val scenario: Scenario = ScenarioReader.parse("replay.conf",
    """machine { cpus = 3 }
      |endpoints = [ { name = nvme0, kind = nvme, msi-x = 4, queues = 3, affinity = spread } ]
      |legacy = [ { irq = 10, name = pin, trigger = level, cpu = 1 } ]
      |load = [ { on = nvme0, queues = "q1-q3", arrivals = "queue-depth(3)", count = 400 }
      |         { on = pin, arrivals = "every(1ms)", count = 20 }
      |         { ipi = reschedule, from = all, to = random, arrivals = "poisson(1k/s)", count = 30 } ]
      |affinity-moves = [ { policy = storm, on = nvme0, queues = "q1-q3", every = 1ms, to = random } ]
      |""".stripMargin)

  private lazy val recorded: RunResult = LiveRun.run(scenario, Optional.of(folder.resolve("run")), RunWatch.NONE)

  private def replay(of: Path): Replay.Result = Replay.run(Machines.plan(scenario), scenario.seed, of)

  /** A copy of the logs in which one component's are other bytes. */
  private def changed(name: String, component: String)(change: Array[Byte] => Array[Byte]): Path = {
    val copy = folder.resolve(name)
    Files.createDirectory(copy)
    Files.list(folder.resolve("run")).iterator.asScala.foreach(file => Files.copy(file, copy.resolve(file.getFileName)))
    val log = Recording.file(copy, recorded.paths.indexOf(component))
    Files.write(log, change(Files.readAllBytes(log)))
    copy
  }

  /** Bodies of the entries, and back, with sums that are right. */
  private def bodies(bytes: Array[Byte]): Vector[Array[Byte]] = {
    val in = ByteBuffer.wrap(bytes)
    var all = Vector.empty[Array[Byte]]
    while (in.hasRemaining) {
      val body = new Array[Byte](in.getInt)
      in.get(body)
      in.getInt
      all :+= body
    }
    all
  }

  private def whole(bodies: Vector[Array[Byte]]): Array[Byte] = {
    val out = ByteBuffer.allocate(bodies.map(_.length + 8).sum)
    val crc = new CRC32C
    bodies.foreach { body =>
      crc.update(body)
      out.putInt(body.length).put(body).putInt(crc.getValue.toInt)
    }
    out.array
  }

  "A live run" should "be executed again from its arrivals, to the same messages, states and fates" in {
    recorded.ledger.balanced shouldBe true
    val again = replay(folder.resolve("run"))
    again.difference shouldBe Optional.empty
    again.components shouldBe recorded.paths.size
    again.sends should be > 5000L
    again.ledger.raised shouldBe recorded.ledger.raised
    irqlab.observe.Fate.values.foreach(fate => again.ledger.fate(fate) shouldBe recorded.ledger.fate(fate))
  }

  "A log with one byte changed" should "be named, wherever the byte is" in {
    val log = Files.readAllBytes(Recording.file(folder.resolve("run"), recorded.paths.indexOf("root")))
    Seq(0, 4, 30, log.length / 2, log.length - 1).foreach { at =>
      val copy = changed(s"byte-$at", "root") { bytes =>
        bytes(at) = (bytes(at) ^ 0x10).toByte
        bytes
      }
      withClue(s"byte $at of ${log.length}: ")(replay(copy).difference.get.path shouldBe "root")
    }
  }

  it should "be named when it is cut short" in {
    val copy = changed("short", "cpu/1/core")(bytes => whole(bodies(bytes).dropRight(1)))
    val found = replay(copy).difference.get
    found.path shouldBe "cpu/1/core"
    found.text should include("no end")
  }

  "A message that was not the one" should "be told with what was sent and what was logged" in {
    // The last byte of a message to a local APIC from the root complex: whether it is asserted.
    val root = recorded.paths.indexOf("root")
    val copy = changed("message", "cpu/1/lapic") { bytes =>
      val all = bodies(bytes)
      val at = all.indexWhere(body => body(0) == ArrivalLog.MESSAGE && ByteBuffer.wrap(body).getInt(9) == root)
      all(at)(all(at).length - 1) = (all(at).last ^ 1).toByte
      whole(all)
    }
    val found = replay(copy).difference.get
    found.text should include("cpu/1/lapic")
    found.path shouldBe "root"
  }

  "A message that nobody sent" should "be told, and so one that is missing" in {
    val kernel = recorded.paths.indexOf("kernel")
    def ofKernel(body: Array[Byte]): Boolean =
      body(0) == ArrivalLog.MESSAGE && ByteBuffer.wrap(body).getInt(9) == kernel
    val missing = changed("missing", "cpu/2/core") { bytes =>
      val all = bodies(bytes)
      whole(all.patch(all.lastIndexWhere(ofKernel), Nil, 1))
    }
    replay(missing).difference.isPresent shouldBe true
    val twice = changed("twice", "cpu/2/core") { bytes =>
      val all = bodies(bytes)
      val last = all.lastIndexWhere(ofKernel)
      whole(all.patch(last, Seq(all(last), all(last)), 1))
    }
    replay(twice).difference.isPresent shouldBe true
  }

  "The logs of another seed" should "be refused by name" in {
    val found = Replay.run(Machines.plan(scenario.withSeed(9)), 9, { recorded; folder.resolve("run") }).difference.get
    found.text should include("another machine, seed or version")
  }
}
