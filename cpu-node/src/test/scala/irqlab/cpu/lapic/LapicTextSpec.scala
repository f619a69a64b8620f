package irqlab.cpu.lapic

import irqlab.protocol.ApicMode
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.util.zip.GZIPInputStream
import scala.io.Source

/** Texts that QEMU 7.2 printed for guests running Linux. */
@RunWith(classOf[JUnitRunner])
class LapicTextSpec extends AnyFlatSpec with Matchers {

  private val captures: Seq[String] = {
    val in = new GZIPInputStream(getClass.getResourceAsStream("/golden/linux/info-lapic.txt.gz"))
    try Source.fromInputStream(in, "UTF-8").mkString.split('\f').toSeq
    finally in.close()
  }

  /** One captured text with its numbers. */
  private class Capture(val text: String) {
    private def line(label: String) = text.linesIterator.find(_.startsWith(label)).get
    def hex(label: String): Long =
      java.lang.Long.parseLong("0x([0-9a-f]{8})".r.findFirstMatchIn(line(label)).get.group(1), 16)
    def number(name: String): Long = s"$name = (\\d+)".r.findFirstMatchIn(text).get.group(1).toLong
    def field(name: String): Int =
      Integer.parseInt(s"$name 0x([0-9a-f]+)".r.findFirstMatchIn(text).get.group(1), 16)
    def vectors(label: String): Seq[Int] =
      "\\d+".r.findAllIn(line(label + "\t").drop(label.length)).map(_.toInt).toSeq
    val cpu: Int = "CPU (\\d+)".r.findFirstMatchIn(text).get.group(1).toInt
    val divide: Int =
      Integer.parseInt("DCR=0x([0-9a-f])".r.findFirstMatchIn(text).get.group(1), 16)
  }

  /** Brings a local APIC to the captured state by what software and devices do. */
  private def bring(capture: Capture): LapicBench = {
    val bench = new LapicBench(
      LapicConfig.softwareEnabled(capture.cpu, capture.field("APR"), ApicMode.XAPIC),
      cpus = 12
    )
    bench.write(0xf0, capture.hex("SPIV"))
    bench.write(0xe0, capture.field("DFR").toLong << 28)
    bench.write(0xd0, capture.field("LDR").toLong << 24)
    Seq("LVT0" -> 0x350, "LVT1" -> 0x360, "LVTPC" -> 0x340, "LVTERR" -> 0x370,
      "LVTTHMR" -> 0x330, "LVTT\t" -> 0x320).foreach { case (label, offset) =>
      bench.write(offset, capture.hex(label))
    }
    bench.write(0x310, capture.hex("ICR2"))
    bench.write(0x300, capture.hex("ICR\t"))
    bench.write(0x3e0, capture.divide)
    val initial = capture.number("initial_count")
    val left = capture.number("current_count")
    bench.write(0x380, initial)
    if (left == 0 && initial != 0) bench.io.expire(bench.chip)
    else bench.io.advance((initial - left) * bench.view.value("timer.unitPs"))
    drain(bench)
    capture.vectors("ISR").foreach { vector => bench.fixed(vector); bench.acknowledge() }
    capture.vectors("IRR").foreach(bench.fixed(_))
    bench.write(0x80, capture.field("TPR"))
    bench
  }

  private def drain(bench: LapicBench): Unit =
    while (bench.irr.nonEmpty) { bench.acknowledge(); bench.eoi() }

  "The text of a local APIC" should "be QEMU's, byte for byte, for every captured state" in {
    captures should have size 19
    // ICR2 of two captures has low bits that a write to the page cannot set (ICR-003).
    val reachable = captures.map(new Capture(_)).filter(c => (c.hex("ICR2") & 0xffffff) == 0)
    reachable should have size 17
    reachable.foreach { capture =>
      val bench = bring(capture)
      LapicText.of(capture.cpu, LapicView.of(bench.chip), bench.io.nowPs) shouldBe capture.text
    }
  }

  it should "print what was written to ICR2 where the part keeps it all" in {
    captures.map(new Capture(_)).filter(c => (c.hex("ICR2") & 0xffffff) != 0).foreach { capture =>
      val bench = bring(capture)
      val view = LapicView.of(bench.chip)
      view.value("icr.high", capture.hex("ICR2"))
      LapicText.of(capture.cpu, view, bench.io.nowPs) shouldBe capture.text
    }
  }

  it should "mark level vectors, clusters and masks" in {
    val bench = new LapicBench
    bench.write(0xe0, 0)
    bench.write(0xd0, 0x25000000L)
    bench.write(0x310, 0x35000000L)
    bench.write(0x300, 0x8fb)
    bench.fixed(0x31, level = true)
    val text = LapicText.of(1, LapicView.of(bench.chip), 0)
    text should include("ICR2\t 0x35000000 cluster 3 mask 0101 (APIC ID)\n")
    text should include("IRR\t 49(level) \n")
    text should include("DFR 0x00 LDR 0x25(cluster 2: id 5) PPR 0x00\n")
  }

  it should "print 32-bit ids in x2APIC mode" in {
    val bench = new LapicBench().x2apic()
    bench.wrmsr(0x830, 0x00020005000008fbL)
    LapicText.of(1, LapicView.of(bench.chip), 0) should include(
      "ICR2\t 0x00020005 cluster 2 mask 0000000000000101 (X2APIC ID)\n"
    )
    bench.wrmsr(0x830, 0x00000123000000fbL)
    LapicText.of(1, LapicView.of(bench.chip), 0) should include("ICR2\t 0x00000123 cpu 291 (X2APIC ID)\n")
  }
}
