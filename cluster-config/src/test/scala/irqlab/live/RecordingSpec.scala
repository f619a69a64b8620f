package irqlab.live

import irqlab.protocol.LapicMessage
import irqlab.runtime._
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.{Files, Path}
import java.util.Optional
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class RecordingSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private val root = Files.createTempDirectory("irqlab-recording")

  override def afterAll(): Unit =
    Files.walk(root).iterator.asScala.toSeq.reverse.foreach(Files.delete)

  private def fresh(): Path = Files.createTempDirectory(root, "run")

  private def files(of: Path): Seq[String] =
    Files.list(of).iterator.asScala.map(_.getFileName.toString).toSeq.sorted

  /** More than the buffer of a log. */
  private def fill(log: ArrivalLog): Unit = (1 to 5000).foreach(n =>
    log.message(ArrivalLog.MESSAGE, n, 0, 0, new LapicMessage.LocalEvent(n)))

  "A log that meets a full disk" should "end all logs of its machine and give their room back" in {
    assume(Files.exists(Path.of("/dev/full")))
    val folder = fresh()
    val recording = new Recording(folder)
    val (good, other) = (recording.open(0, "good", 1), recording.open(2, "other", 1))
    Files.createSymbolicLink(Recording.file(folder, 1), Path.of("/dev/full"))
    val bad = recording.open(1, "bad", 1)
    fill(good)
    good.end(9, 0)
    fill(other)
    Files.size(Recording.file(folder, 2)) should be > 0L
    recording.fault shouldBe Optional.empty
    fill(bad)
    recording.fault.get should startWith("the log of bad could not be written: No space left")
    other.alarm(10, 1)
    Files.size(Recording.file(folder, 2)) shouldBe 0L
    Seq(bad, other).foreach(_.end(11, 0))
    recording.close()
    files(folder) shouldBe empty
    recording.fault.get should include("the log of bad")
  }

  "A folder that cannot be made" should "be told, and the machine's logs do nothing" in {
    val file = Files.createFile(fresh().resolve("arrivals"))
    val recording = new Recording(file)
    val log = recording.open(0, "cpu/0/core", 1)
    fill(log)
    log.end(1, 0)
    recording.fault.get should startWith("the log of cpu/0/core could not be written: FileAlreadyExists")
    recording.close()
  }

  "An earlier recording" should "be taken away, and nothing else" in {
    val folder = fresh()
    Seq("00000.log", "00017.log", "incomplete.txt", "notes.log").foreach(name =>
      Files.createFile(folder.resolve(name)))
    Recording.clear(folder)
    files(folder) shouldBe Seq("notes.log")
    Recording.clear(folder.resolve("none"))
  }

  "What a recording lacks" should "be read back as it was written, and nothing be written for nothing" in {
    val folder = fresh()
    Unrecorded.NOTHING.write(folder)
    files(folder) shouldBe empty
    Unrecorded.read(folder) shouldBe Unrecorded.NOTHING
    val lacks = new Unrecorded(java.util.Map.of("root", "node3 was killed", "memory", "node3 was killed"), true)
    lacks.write(folder)
    Unrecorded.read(folder) shouldBe lacks
    lacks.sentences.asScala shouldBe Seq(
      "2 components have no log, as node3 was killed: memory, root",
      "messages were lost on their way between components that have logs")
    val many = new Unrecorded((1 to 11).map(n => f"cpu/$n%02d/core" -> "full").toMap.asJava, false)
    many.sentences.get(0) should endWith("cpu/07/core, cpu/08/core and 3 more")
    Files.writeString(folder.resolve("incomplete.txt"), "log\troot\n")
    a[MalformedStateException] should be thrownBy Unrecorded.read(folder)
    Replay.run(plan, 1, folder).difference.get.path shouldBe "incomplete.txt"
  }

  /** Sends 1, 2, 3 at its start. */
  private final class Sender(port: Port[LapicMessage]) extends Component[LapicMessage] {
    override def start(io: Io[LapicMessage]): Unit =
      (1 to 3).foreach(n => io.send(port, new LapicMessage.LocalEvent(n)))
    override def on(message: LapicMessage, io: Io[LapicMessage]): Unit = ()
    override def save(out: StateWriter): Unit = ()
    override def load(in: StateReader): Unit = ()
    override def inspect(out: Inspector): Unit = ()
  }

  /** Adds up what comes. */
  private final class Sum extends Component[LapicMessage] {
    private var sum = 0L
    override def on(message: LapicMessage, io: Io[LapicMessage]): Unit =
      sum += message.asInstanceOf[LapicMessage.LocalEvent].lvt
    override def save(out: StateWriter): Unit = out.putLong(sum)
    override def load(in: StateReader): Unit = sum = in.getLong
    override def inspect(out: Inspector): Unit = ()
  }

  private def plan: Plan = {
    val assembly = new Assembly(java.util.List.of("sender", "sum"))
    val port: Port[LapicMessage] = assembly.port("sender", "sum", 1000)
    assembly.add("sender", new Sender(port))
    assembly.add("sum", new Sum)
    assembly.plan
  }

  /** The logs of a run in which these came to the adder, and some of them only when it was frozen. */
  private def logs(came: Int*)(parked: Int*): Path = {
    val folder = fresh()
    val recording = new Recording(folder)
    val Seq(sender, sum) = Seq("sender", "sum").map(path => recording.open(plan.find(path), path, 1))
    Seq(sender, sum).foreach(_.start(1))
    val adder = new Sum
    came.foreach { n =>
      sum.message(ArrivalLog.MESSAGE, n, plan.find("sender"), 0, new LapicMessage.LocalEvent(n))
      adder.on(new LapicMessage.LocalEvent(n), null)
    }
    parked.foreach(n =>
      sum.message(ArrivalLog.PARKED, 0, plan.find("sender"), 0, new LapicMessage.LocalEvent(n)))
    sender.end(9, Replay.state(new Sender(null)))
    sum.end(9, Replay.state(adder))
    recording.close()
    recording.fault shouldBe Optional.empty
    folder
  }

  "A message that did not come" should "be a difference, unless the recording says that some were lost" in {
    Replay.run(plan, 1, logs(1, 2)(3)).difference shouldBe Optional.empty
    val short = logs(1)(2)
    Replay.run(plan, 1, short).difference.get.text should include("which never got it")
    new Unrecorded(java.util.Map.of, true).write(short)
    val again = Replay.run(plan, 1, short)
    again.difference shouldBe Optional.empty
    (again.sends, again.uncompared) shouldBe ((2, 1))
    // Only what is missing is forgiven, not another message in its place.
    val other = logs(1, 3)()
    new Unrecorded(java.util.Map.of, true).write(other)
    Replay.run(plan, 1, other).difference.get.text should include("LocalEvent[lvt=3]")
  }

  "A component without a log" should "be a difference, unless the recording says so" in {
    Seq("sender", "sum").foreach { path =>
      val folder = logs(1, 2, 3)()
      Files.delete(Recording.file(folder, plan.find(path)))
      val found = Replay.run(plan, 1, folder).difference.get
      found.path shouldBe path
      found.text should include("it has no log")
      new Unrecorded(java.util.Map.of(path, "node2 was lost"), false).write(folder)
      val again = Replay.run(plan, 1, folder)
      again.difference shouldBe Optional.empty
      again.components shouldBe 1
      again.uncompared shouldBe (if (path == "sum") 3 else 0)
      again.lacks.components.asScala shouldBe Map(path -> "node2 was lost")
    }
  }

  "A log that names a sender that is not there" should "be a difference by number" in {
    val folder = fresh()
    val recording = new Recording(folder)
    val Seq(sender, sum) = Seq("sender", "sum").map(path => recording.open(plan.find(path), path, 1))
    sum.message(ArrivalLog.PARKED, 0, 77, 0, new LapicMessage.LocalEvent(1))
    sender.end(9, Replay.state(new Sender(null)))
    sum.end(9, Replay.state(new Sum))
    recording.close()
    Replay.run(plan, 1, folder).difference.get.text should include("of component 77")
  }

  "A machine whose components hold messages back" should "be replayed without a difference" in {
    // With some seeds a port is first used for a message that waits, and another before it goes.
    (1 to 5).foreach { seed =>
      val folder = fresh()
      val toy = ToyMachine.of(seed, 2, 3)
      val machine = LiveMachine.standalone(toy.plan, LiveOptions.of(seed).withArrivals(folder))
      try {
        machine.start()
        machine.await(StopRule.handled(200))
        machine.finish(() => (), 0).ledger.balanced shouldBe true
        machine.unrecorded shouldBe Unrecorded.NOTHING
      } finally machine.close()
      val again = Replay.run(toy.plan, seed, folder)
      withClue(s"seed=$seed ")(again.difference shouldBe Optional.empty)
      again.components shouldBe 6
    }
  }
}
