package irqlab.ioapic

import com.typesafe.config.{Config, ConfigFactory}
import irqlab.i8259.{PicBench, PicText}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.charset.StandardCharsets.UTF_8
import java.util.zip.GZIPInputStream
import scala.io.Source
import scala.jdk.CollectionConverters._

/** What QEMU's monitor printed during the recorded boots of Linux is what we print. */
@RunWith(classOf[JUnitRunner])
class TextSpec extends AnyFlatSpec with Matchers {

  private val captures: Seq[Config] = {
    val stream = getClass.getResourceAsStream("/golden/linux/info-pic.jsonl.gz")
    val source = Source.fromInputStream(new GZIPInputStream(stream), UTF_8.name)
    try source.getLines().map(ConfigFactory.parseString).toList
    finally source.close()
  }

  private def hex(text: String): Long =
    java.lang.Long.parseUnsignedLong(text.stripPrefix("0x"), 16)

  "The lines of the pair" should "read as recorded, for every recorded state" in {
    captures should have size 19
    captures.foreach { capture =>
      val lines = capture.getStringList("pic").asScala.sorted.map(_ + "\n").mkString
      val words = lines.linesIterator.map(_.split("[ =]").toSeq).toSeq
      def register(name: String): Long = {
        val Array(chip, field) = name.split('.')
        val line = words(if (chip == "master") 0 else 1)
        val word = Map(
          "base" -> "irq_base",
          "readIsr" -> "rr_sel",
          "fullyNested" -> "fnm"
        ).getOrElse(field, field)
        hex(line(line.indexOf(word) + 1))
      }
      PicText.info(register(_)) shouldBe lines
    }
  }

  it should "come out of a pair that was programmed so" in {
    val bench = new PicBench().init()
    bench.out(0x21, 0x30)
    bench.out(0x20, 0x11)
    bench.out(0x21, 0x30, 0x04, 0x01, 0xff)
    bench.out(0xa0, 0x11)
    bench.out(0xa1, 0x38, 0x02, 0x01, 0xff)
    bench.out(0x4d1, 0x0c)
    Seq(0, 1, 4, 6, 8, 12, 14).foreach(line => bench.raise(line))
    PicText.info(bench.shown(_)) shouldBe
      """pic0: irr=53 imr=ff isr=00 hprio=0 irq_base=30 rr_sel=0 elcr=00 fnm=0
        |pic1: irr=51 imr=ff isr=00 hprio=0 irq_base=38 rr_sel=0 elcr=0c fnm=0
        |""".stripMargin
  }

  "The line of a pin" should "have the fields recorded for it" in {
    val pins = captures.flatMap(_.getConfigList("ioapic").asScala)
    pins should not be empty
    pins.foreach { pin =>
      val entry = new Rte(hex(pin.getString("entry")))
      val words = IoApicText.line(pin.getInt("pin"), entry).trim.split(" +").toSeq
      words shouldBe Seq(
        "pin",
        pin.getString("pin"),
        pin.getString("entry"),
        "dest=" + pin.getString("dest").stripPrefix("0x"),
        "vec=" + pin.getInt("vector")
      ) ++ pin.getStringList("flags").asScala
    }
  }

  it should "keep its columns" in {
    IoApicText.line(9, new Rte(0x0300_0000_0001_a941L)) shouldBe
      "  pin 9  0x030000000001a941 dest=3 vec=65  active-lo level masked lowest logical"
    IoApicText.line(23, Rte.RESET) shouldBe
      "  pin 23 0x0000000000010000 dest=0 vec=0   active-hi edge  masked fixed  physical"
    IoApicText.line(0, new Rte(0x700)) shouldBe
      "  pin 0  0x0000000000000700 dest=0 vec=0   active-hi edge         extINT physical"
  }

  "The table" should "begin with the chip and end with requests and remote IRR" in {
    val bench = new IoApicBench(pins = 2)
    bench.program(1, Entry.level | 0x41)
    bench.raise(1)
    bench.register(IoApic.INDEX, 0x12)
    IoApicText.info(0, bench.shown(_)) shouldBe
      """ioapic0: ver=0x20 id=0x02 sel=0x12 (redir[1])
        |  pin 0  0x0000000000010000 dest=0 vec=0   active-hi edge  masked fixed  physical
        |  pin 1  0x000000000000c041 dest=0 vec=65  active-hi level        fixed  physical
        |  IRR      1@
        |  Remote IRR 1@
        |""".stripMargin.replace("@", "  ")
  }

  it should "say so when nothing is requested" in {
    val bench = new IoApicBench(pins = 1)
    val lines = IoApicText.info(1, bench.shown(_)).linesIterator.toSeq
    lines.head shouldBe "ioapic1: ver=0x20 id=0x02 sel=0x00"
    val recorded = captures.head.getStringList("ioapic_irr").asScala
    lines.takeRight(2).map(_.trim) shouldBe recorded
  }

  "The counts" should "be those of pins and lines that rose" in {
    val apic = new IoApicBench
    (1 to 3).foreach(_ => apic.pulse(4))
    apic.pulse(11)
    IoApicText.counts(apic.shown(_)) shouldBe "IRQ statistics for ioapic:\n 4: 3\n11: 1\n"
    val pic = new PicBench
    pic.raise(1)
    PicText.counts(pic.shown(_)) shouldBe "IRQ statistics for isa-i8259:\n 1: 1\n"
  }
}
