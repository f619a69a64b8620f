package irqlab.recorded

import com.typesafe.config.Config
import irqlab.i8259.I8259
import irqlab.protocol.{LapicMessage, PicMessage, RootComplexMessage}
import irqlab.runtime.RecordingIo
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class RecordedPicSpec extends AnyFlatSpec with Matchers {

  "The 8259A pair" should "do what two independent emulators were recorded doing" in {
    Vectors.of("pic").filter(_.confidence == "two-emulators").flatMap(differences) shouldBe empty
  }

  it should "differ from QEMU only as Bochs does, or where both are against the data sheet" in {
    val ours = Vectors.of("pic").filter(_.confidence == "disputed").filterNot(asBochs)
    ours.map(_.id).toSet shouldBe againstBoth ++ pastTheListing
  }

  /**
   * A slave in automatic EOI mode has a second request when the first is acknowledged. Its INT is
   * low between the two INTA cycles, so the master's edge input 2 sees a new request (data sheet,
   * "Cascade Mode"). QEMU raises its INT without a fall and the master misses it. Bochs agrees with
   * us on that, but gave the input that raised INT first in these.
   */
  private val againstBoth = Set("pic-r1-0132", "pic-r1-0031", "pic-r1-0066")

  /**
   * Bochs had left the recording at step 8 (see above), so it does not tell about step 15, where
   * an edge input drops and its request with it.
   */
  private val pastTheListing = Set("pic-r1-0176")

  /** True when there is no difference, or the first one is what Bochs did at that step. */
  private def asBochs(vector: Vector): Boolean = differences(vector).headOption.forall { first =>
    vector.json.getConfigList("disagreement").asScala.exists { other =>
      other.getInt("step") == first.step && other.getString("field") == first.field &&
      first.actual == shown(other)
    }
  }

  private def shown(other: Config): String = other.getString("field") match {
    case "pic" =>
      (for (name <- Seq("master", "slave"); register <- Seq("irr", "isr", "imr"))
        yield other.getString(s"other.$name.$register")).mkString(" ")
    case _ => if (other.getIsNull("other")) "null" else other.getString("other")
  }

  private def differences(vector: Vector): Seq[Difference] = new Replay(vector).differences

  private case class Difference(id: String, step: Int, field: String, want: String, actual: String)

  private class Replay(vector: Vector) {
    private val io = new RecordingIo[PicMessage]
    private val chip = new I8259(
      1,
      RecordingIo.bus[LapicMessage](1),
      null,
      RecordingIo.port[RootComplexMessage]("root")
    )
    private var lint0 = 0x10000L
    private var int = false
    private var seen = 0

    def differences: Seq[Difference] = vector.steps.zipWithIndex.flatMap { case (step, n) =>
      val result = perform(step)
      compare(step.getConfig("expect"), result).map { case (field, want, actual) =>
        Difference(vector.id, n, field, want, actual)
      }
    }

    /** The vector accepted or the value read, if any. */
    private def perform(step: Config): Option[Long] = step.getString("op") match {
      case "pic_init" =>
        val command = if (step.getString("chip") == "master") 0x20 else 0xa0
        val words = step.getStringList("icw").asScala.map(Vectors.number(_).toInt)
        write(command, words.head)
        words.tail.foreach(write(command + 1, _))
        None
      case "port_write" =>
        write(port(step), Vectors.number(step.getString("value")).toInt)
        None
      case "pic_irq" =>
        give(new PicMessage.Line(step.getInt("irq"), step.getBoolean("asserted"), 1, 0, 0))
        None
      case "lapic_write" =>
        if (step.getString("reg") == "LVT_LINT0") {
          lint0 = Vectors.number(step.getString("value"))
        }
        None
      case "port_read" => Some(read(port(step)))
      case "pic_poll" =>
        val command = if (step.getString("chip") == "master") 0x20 else 0xa0
        write(command, 0x0c)
        Some(read(command))
      case "accept" =>
        if (int && lint0 == 0x700) {
          give(new PicMessage.Inta(0)).collectFirst { case v: LapicMessage.ExtIntVector =>
            v.vector.toLong
          }
        } else None
    }

    private def port(step: Config): Int = Vectors.number(step.getString("port")).toInt

    private def write(port: Int, value: Int): Unit = give(new PicMessage.PortWrite(port, value))

    private def read(port: Int): Long =
      give(new PicMessage.PortRead(0, 1, port)).collectFirst {
        case done: RootComplexMessage.ReadDone => done.value
      }.get

    private def give(message: PicMessage): Seq[Any] = {
      chip.on(message, io)
      val sent = io.messages.asScala.drop(seen).toSeq
      seen += sent.size
      sent.foreach {
        case lint: LapicMessage.Lint => int = lint.asserted
        case _ => ()
      }
      sent
    }

    private def compare(
        expect: Config,
        result: Option[Long]
    ): Seq[(String, String, String)] = {
      val values = Seq("vector", "value").filter(expect.hasPathOrNull).map { field =>
        val want = if (expect.getIsNull(field)) "null" else expect.getString(field)
        val actual = result.map(v => if (want.startsWith("0x")) f"0x$v%02x" else s"$v")
        (field, want, actual.getOrElse("null"))
      }
      (values ++ pic(expect)).filter { case (_, want, actual) => want != actual }
    }

    private def pic(expect: Config): Option[(String, String, String)] =
      Option.when(expect.hasPath("pic")) {
        val found = Registers.of(chip)
        val names = for (n <- Seq("master", "slave"); r <- Seq("irr", "isr", "imr")) yield s"$n.$r"
        val want = names.map(n => expect.getString(s"pic.$n")).mkString(" ")
        val actual = names.map(n => f"0x${found(n)}%02x").mkString(" ")
        ("pic", want, actual)
      }
  }
}
