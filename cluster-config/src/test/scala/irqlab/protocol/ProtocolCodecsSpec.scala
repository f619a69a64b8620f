package irqlab.protocol

import java.lang.reflect.RecordComponent

import irqlab.runtime.{Codec, MalformedStateException, Message, Rng, StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.io.Source
import scala.jdk.CollectionConverters._
import scala.util.Using

@RunWith(classOf[JUnitRunner])
class ProtocolCodecsSpec extends AnyFlatSpec with Matchers {
  private val codecs = ProtocolCodecs.all()
  private val all = codecs.all.asScala.toVector

  private def draw(field: RecordComponent, rng: Rng): AnyRef = field.getType match {
    case java.lang.Long.TYPE    => Long.box(rng.nextLong())
    case java.lang.Integer.TYPE => Int.box(rng.nextLong().toInt)
    case java.lang.Boolean.TYPE => Boolean.box(rng.nextInt(2) == 1)
    case other if other.isEnum =>
      val constants = other.getEnumConstants
      constants(rng.nextInt(constants.length)).asInstanceOf[AnyRef]
    case other => fail(s"a message carries what a wire carries, not ${other.getName}")
  }

  private def instance(codec: Codec[_], values: Seq[AnyRef]): Message = {
    val constructor = codec.`type`.getDeclaredConstructor(
      codec.`type`.getRecordComponents.map(_.getType).toIndexedSeq: _*)
    constructor.setAccessible(true)
    constructor.newInstance(values: _*).asInstanceOf[Message]
  }

  private def values(codec: Codec[_], rng: Rng): Vector[AnyRef] =
    codec.`type`.getRecordComponents.toVector.map(draw(_, rng))

  private def bytes(message: Message): Array[Byte] = {
    val out = new StateWriter(codecs)
    out.putMessage(message)
    out.toBytes
  }

  private def read(bytes: Array[Byte]): Message = {
    val in = new StateReader(bytes, codecs)
    val message = in.getMessage
    in.expectEnd()
    message
  }

  private def hex(bytes: Array[Byte]): String = bytes.map(each => f"${each & 0xff}%02x").mkString

  "Every message of the machine" should "have exactly one codec" in {
    def records(of: Class[_]): Seq[Class[_]] = of.getDeclaredClasses.toSeq.filter(_.isRecord)
    val declared = Seq[Class[_]](
      classOf[LapicMessage], classOf[CpuMessage], classOf[IoApicMessage], classOf[PicMessage],
      classOf[RootComplexMessage], classOf[MemoryMessage], classOf[EndpointMessage],
      classOf[KernelMessage], classOf[LoadMessage]).flatMap(records)
    all.map(_.`type`.getName).sorted shouldBe declared.map(_.getName).sorted
  }

  it should "come back from bytes equal, with the same kind and fold" in {
    all.foreach { codec =>
      val rng = new Rng(21, codec.`type`.getName)
      (1 to 200).foreach { _ =>
        val message = instance(codec, values(codec, rng))
        val back = read(bytes(message))
        back shouldBe message
        back.fold shouldBe message.fold
        back.kind shouldBe codec.kind
        back.interruptId shouldBe message.interruptId
      }
    }
  }

  it should "fold every one of its fields" in {
    all.foreach { codec =>
      val rng = new Rng(22, codec.`type`.getName)
      val first = values(codec, rng)
      first.indices.foreach { at =>
        val field = codec.`type`.getRecordComponents()(at)
        val other = Iterator.continually(draw(field, rng)).find(_ != first(at)).get
        withClue(s"${codec.`type`.getName}.${field.getName} ") {
          instance(codec, first.updated(at, other)).fold should not be
            instance(codec, first).fold
        }
      }
    }
  }

  it should "be told apart from every other message of the same fields" in {
    val zero = all.map { codec =>
      instance(codec, codec.`type`.getRecordComponents.toVector.map { field =>
        if (field.getType == java.lang.Long.TYPE) Long.box(0)
        else if (field.getType == java.lang.Integer.TYPE) Int.box(0)
        else if (field.getType == java.lang.Boolean.TYPE) Boolean.box(false)
        else field.getType.getEnumConstants.head.asInstanceOf[AnyRef]
      }).fold
    }
    zero.distinct should have size zero.size.toLong
  }

  /** A difference here breaks checkpoints and mixed clusters: a new layout needs a new number. */
  it should "have the bytes that the golden file has" in {
    val lines = all.map { codec =>
      val rng = new Rng(1, codec.`type`.getName)
      s"${codec.kind} ${codec.`type`.getName.stripPrefix("irqlab.protocol.")} " +
        hex(bytes(instance(codec, values(codec, rng))))
    }
    val golden = Using.resource(
      Source.fromInputStream(getClass.getResourceAsStream("messages.golden"), "UTF-8")
    )(_.getLines().filterNot(_.startsWith("#")).toVector)
    lines.zipAll(golden, "", "").foreach { case (line, expected) => line shouldBe expected }
  }

  "Bytes cut short" should "be refused whatever the message" in {
    all.foreach { codec =>
      val whole = bytes(instance(codec, values(codec, new Rng(23, codec.`type`.getName))))
      (0 until whole.length).foreach { length =>
        a[MalformedStateException] should be thrownBy read(whole.take(length))
      }
    }
  }

  "Random bytes" should "give a message or be refused, and nothing else" in {
    val rng = new Rng(24, "random")
    val kinds = all.map(_.kind)
    (1 to 200_000).foreach { _ =>
      val length = 2 + rng.nextInt(80)
      val bytes = Array.fill(length)(rng.nextInt(256).toByte)
      val kind = kinds(rng.nextInt(kinds.size))
      bytes(0) = (kind >>> 8).toByte
      bytes(1) = kind.toByte
      try read(bytes).kind shouldBe kind
      catch { case _: MalformedStateException => }
    }
  }
}
