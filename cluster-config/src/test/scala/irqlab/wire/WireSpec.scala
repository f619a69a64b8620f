package irqlab.wire

import java.io.NotSerializableException

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import akka.serialization.{DisabledJavaSerializer, SerializationExtension}
import irqlab.protocol._
import irqlab.runtime.{MalformedStateException, Message, Rng}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.io.Source
import scala.jdk.CollectionConverters._
import scala.util.Using

@RunWith(classOf[JUnitRunner])
class WireSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  private lazy val kit = ActorTestKit()
  private val limit = 4096
  private val codec = new WireCodec(ProtocolCodecs.all(), limit)

  override def afterAll(): Unit = kit.shutdownTestKit()

  private val msi = new RootComplexMessage.MsiWrite(0x10020001L, 77, 0xfee00000L, 0x4041, 0x20, 0)
  private val ipi = new LapicMessage.Ipi(0x30040002L, 78, 0xfd, DeliveryMode.FIXED, false, true)
  private val eoi = new IoApicMessage.Eoi(0x31)

  private val traced = new Traced(11, 3, msi)

  private val objects: Seq[Object] = Seq(
    msi, ipi, eoi,
    new Frame.Hello("akka://irqlab@127.0.0.1:1/user/c#1"),
    new Frame.Welcome("node2", "0.1.0", "17.0.15", "akka://irqlab@127.0.0.1:2/user/n#1",
      java.util.List.of("cpu", "pcie")),
    new Frame.Ping(3),
    new Frame.Pong("node2", 3, 123456789L),
    new Frame.Host("scenario", "machine { cpus = 4 }", 99, java.util.List.of("node1", "node2")),
    new Frame.Hosting("node2", "akka://irqlab@127.0.0.1:2/user/g#1"),
    new Frame.Refused("node2", "hash=1 expected=2"),
    new Frame.Gates(java.util.List.of("a", "b")),
    new Frame.Ready("node2"),
    new Frame.Clock(5),
    new Frame.Count(6),
    new Frame.Counts("node2", 6, 1, 2, 3, 4, 5, Array(7L, 8L), Array(9L), Array(10L, 11L)),
    new Frame.Freeze,
    new Frame.Collect,
    new Frame.Books("node2", 0, 1, Array[Byte](1, 2)),
    new Frame.Failed("node2", "root", "IllegalStateException: vector=0x31"),
    new Frame.Release,
    new Frame.Batch(1, 9, Array(4, 5, 6), java.util.List.of[Message](msi, ipi, eoi)),
    new Frame.Ack(1, 9),
    new Frame.Go,
    new Frame.Inject(7, ipi),
    new Frame.Notes("node2", 1, 2, Array[Byte](3, 4)),
    new Frame.Lost(Array(1, 2)),
    new Frame.Cut("node2", "node3", "no credit"),
    new Frame.Leave,
    new Frame.Gone("node2", "was told to end"),
    new Frame.Keep,
    new Frame.More(8),
    new Frame.Log("node2", 3, 14, Array[Byte](5, 6, 7), ""),
    new Frame.Log("node2", 4, Frame.Log.NO_MORE, Array.emptyByteArray, "disk full"),
    new Frame.Batch(1, 10, Array(4, 5), java.util.List.of[Message](traced, new Traced(14, 0, eoi))),
    new Frame.Show(11, 12),
    new Frame.Shown("node2", 11, 0, 1, Array[Byte](5, 6)),
    new Frame.Missing(1, 9),
    new Frame.Numbered("node2", 13, new Frame.Ready("node2")),
    new Frame.Got("node2", 13))

  private def hex(bytes: Array[Byte]): String = bytes.map(each => f"${each & 0xff}%02x").mkString

  private def name(of: Object): String = of.getClass.getName.replaceAll(".*[.]", "")

  /** Records compare arrays by identity, so frames are compared by what they write. */
  private def same(a: Object, b: Object): Unit = {
    b.getClass shouldBe a.getClass
    hex(codec.write(b)) shouldBe hex(codec.write(a))
  }

  "Every frame and message" should "come back from the wire as it went" in {
    objects.foreach(each => same(each, codec.read(codec.write(each))))
    codec.read(codec.write(msi)) shouldBe msi
    objects.collect { case frame: Frame => frame.getClass }.toSet shouldBe
      FrameCodecs.all.asScala.map(_.`type`).toSet
  }

  /** A difference here breaks clusters of two versions: it needs a new version of the wire. */
  it should "have the bytes that the golden file has" in {
    val lines = objects.map(each => s"${name(each)} ${hex(codec.write(each))}")
    val golden = Using.resource(
      Source.fromInputStream(getClass.getResourceAsStream("frames.golden"), "UTF-8")
    )(_.getLines().filterNot(_.startsWith("#")).toVector)
    lines.zipAll(golden, "", "").foreach { case (line, expected) => line shouldBe expected }
  }

  "A frame" should "be refused when version, record, length or end is wrong" in {
    val good = codec.write(new Frame.Ping(3))
    forAll(Table[String, Array[Byte]](
      ("named", "bytes"),
      ("wireVersion=2", good.updated(0, 2.toByte)),
      ("record=", good.updated(1, 0.toByte)),
      ("record=", good.updated(1, 1.toByte)),
      ("record=", good.updated(1, 3.toByte)),
      ("leftBytes=1", good :+ 0.toByte),
      ("frameBytes=4097", new Array[Byte](limit + 1)),
      ("frameBytes=1", good.take(1)),
      ("frameBytes=0", Array.emptyByteArray))) { (named, bytes) =>
      (the[MalformedStateException] thrownBy codec.read(bytes)).getMessage should include(named)
    }
  }

  it should "be refused when one numbered frame is inside another" in {
    val inner = new Frame.Numbered("a", 1, new Frame.Go)
    an[IllegalStateException] should be thrownBy codec.write(new Frame.Numbered("a", 2, inner))
    val plain = codec.write(new Frame.Numbered("a", 2, new Frame.Go))
    // The last four bytes are the number of the record inside, that of Go; 45 is that of Numbered.
    plain.takeRight(4) shouldBe Array[Byte](0, 0, 0, 30)
    (the[MalformedStateException] thrownBy codec.read(plain.updated(plain.length - 1, 45.toByte)))
      .getMessage should include("record=45")
  }

  it should "be refused when it is cut short anywhere" in {
    objects.foreach { each =>
      val whole = codec.write(each)
      (0 until whole.length).foreach { length =>
        a[MalformedStateException] should be thrownBy codec.read(whole.take(length))
      }
    }
  }

  it should "be refused when a traced message carries another one" in {
    an[IllegalArgumentException] should be thrownBy new Traced(1, 0, traced)
    val whole = codec.write(new Frame.Inject(7, new Traced(1, 0, eoi)))
    // From the kind of the message inside on: again a traced one, as deep as a frame has room.
    val head = whole.take(whole.length - 6)
    val inside = whole.slice(head.length - 10, head.length)
    inside.take(2) shouldBe Array[Byte](0x0f, 0xff.toByte)
    val deep = head ++ Array.fill(300)(inside).flatten ++ whole.takeRight(6)
    (the[MalformedStateException] thrownBy codec.read(deep)).getMessage should include("kind=4095")
  }

  it should "not be written when it is larger than the limit, nor when it has no codec" in {
    val large = new Frame.Books("node2", 0, 1, new Array[Byte](limit))
    (the[IllegalStateException] thrownBy codec.write(large)).getMessage should
      include(s"limitBytes=$limit")
    (the[IllegalStateException] thrownBy codec.write("text")).getMessage should
      include("java.lang.String")
    same(objects.head, codec.read(codec.write(objects.head)))
  }

  "A million random, changed and truncated frames" should
    "each be read or refused, without allocating what they claim" in {
    val rng = new Rng(31, "fuzz")
    val thread = ManagementThreads.current
    val before = thread.allocatedBytes
    val written = objects.map(codec.write)
    var read = 0
    val rounds = 1_000_000
    (1 to rounds).foreach { round =>
      val bytes = if (round % 2 == 0) {
        val length = rng.nextInt(200)
        val random = Array.fill(length)(rng.nextInt(256).toByte)
        if (length > 2) {
          random(0) = 1
          random(1) = (0x80 | random(1)).toByte
          random(2) = (rng.nextInt(2) * 39).toByte
        }
        random
      } else if (round % 10 == 1) {
        val whole = written(rng.nextInt(written.size))
        whole.take(rng.nextInt(whole.length))
      } else {
        val changed = written(rng.nextInt(written.size)).clone
        (0 to rng.nextInt(3)).foreach { _ =>
          changed(rng.nextInt(changed.length)) = rng.nextInt(256).toByte
        }
        changed
      }
      try {
        codec.read(bytes)
        read += 1
      } catch { case _: MalformedStateException => }
    }
    read should be > 1000
    // Exceptions with their traces take most of it; a count that is believed takes gigabytes.
    (thread.allocatedBytes - before) / rounds should be < 20_000L
  }

  "Akka" should "use this serializer for messages and frames, and Java's for nothing" in {
    val serialization = SerializationExtension(kit.system)
    serialization.findSerializerFor(msi) shouldBe an[IrqlabSerializer]
    serialization.findSerializerFor(new Frame.Freeze) shouldBe an[IrqlabSerializer]
    serialization.serializerByIdentity(1) shouldBe a[DisabledJavaSerializer]
    val serializer = IrqlabSerializer.of(kit.system)
    serialization.deserialize(serializer.toBinary(msi), classOf[RootComplexMessage.MsiWrite]).get
      .shouldBe(msi)
  }

  it should "write into the buffer of a connection what it writes by itself" in {
    val serializer = IrqlabSerializer.of(kit.system)
    val bytes = serializer.toBinary(msi)
    val buffer = java.nio.ByteBuffer.allocateDirect(bytes.length + 8)
    serializer.toBinary(msi, buffer)
    buffer.position shouldBe bytes.length
    buffer.flip()
    serializer.fromBinary(buffer, "") shouldBe msi
    val small = java.nio.ByteBuffer.allocate(bytes.length - 1)
    a[java.nio.BufferOverflowException] should be thrownBy serializer.toBinary(msi, small)
  }

  it should "drop what is malformed, and count it" in {
    val serializer = IrqlabSerializer.of(kit.system)
    val before = serializer.refused
    a[NotSerializableException] should be thrownBy serializer.fromBinary(Array[Byte](1, 2, 3), "")
    a[NotSerializableException] should be thrownBy
      serializer.fromBinary(java.nio.ByteBuffer.wrap(Array[Byte](7, 7)), "")
    serializer.refused shouldBe before + 2
  }
}

/** What this thread has allocated so far. */
private object ManagementThreads {
  final class Current(bean: com.sun.management.ThreadMXBean) {
    def allocatedBytes: Long = bean.getThreadAllocatedBytes(Thread.currentThread.getId)
  }

  def current: Current = new Current(
    java.lang.management.ManagementFactory.getThreadMXBean
      .asInstanceOf[com.sun.management.ThreadMXBean])
}
