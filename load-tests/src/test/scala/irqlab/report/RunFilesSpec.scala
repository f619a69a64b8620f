package irqlab.report

import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ObjectNode
import irqlab.load.Snapshot
import irqlab.observe.{InterruptId, Ledger}
import irqlab.scenario.ScenarioReader
import org.HdrHistogram.{Histogram, HistogramLogReader}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.ByteBuffer
import java.nio.file.{Files, Path}
import java.util.Base64
import scala.jdk.CollectionConverters._

/** The files of a run directory: their formats, and that they say what the report says. */
@RunWith(classOf[JUnitRunner])
class RunFilesSpec extends AnyFlatSpec with Matchers {
  private lazy val report = RunReport.of(Runs.short("nvme4", 20))
  private lazy val schema = JsonSchema.ofClassPath("/irqlab/summary-1.schema.json")
  private val json = new ObjectMapper

  private def folder(): Path = Files.createTempDirectory("irqlab-runs")

  "summary.json" should "be as its schema says, for a run with rows and for one without" in {
    schema.faults(json.readTree(SummaryJson.of(report))) shouldBe empty
    schema.faults(json.readTree(SummaryJson.of(RunReport.of(Runs.made(new Ledger))))) shouldBe empty
  }

  it should "be refused by the schema when a field is missing or of another type" in {
    val broken = json.readTree(SummaryJson.of(report)).asInstanceOf[ObjectNode]
    broken.remove("digest")
    broken.withObject("/ledger").put("raised", "many")
    schema.faults(broken) should have size 2
  }

  it should "be the same for two equal runs but for the wall clock" in {
    def text() = {
      val tree = json.readTree(SummaryJson.of(RunReport.of(Runs.short("affinity-move", 5))))
      tree.withObject("/time").remove("wall_ns")
      tree.toString
    }
    text() shouldBe text()
  }

  it should "hold the histogram, so that any percentile can be computed from it" in {
    val irqs = json.readTree(SummaryJson.of(report)).get("irqs").asScala
    val q1 = irqs.find(_.get("name").asText == "nvme0q1").get.get("latency_ns")
    val bytes = Base64.getDecoder.decode(q1.get("hdr").asText)
    val histogram = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0)
    histogram.getTotalCount shouldBe q1.get("count").asLong
    histogram.getValueAtPercentile(99.9) shouldBe q1.get("p99.9").asLong
  }

  "irqs.csv" should "have a line per interrupt whose cells are the columns" in {
    val lines = IrqsCsv.of(report).linesIterator.toSeq
    lines.head shouldBe IrqsCsv.COLUMNS.asScala.mkString(",")
    lines should have size 6
    val q1 = lines.head.split(",").zip(lines(2).split(",")).toMap
    q1("irq") shouldBe "25"
    q1("name") shouldBe "nvme0q1"
    q1("kind") shouldBe "msix"
    q1("hwirq") shouldBe "65537"
    q1("cpu") shouldBe "0"
    q1("handled") shouldBe report.irq(25).get.tally.handled.toString
    q1("lat_max_ns") shouldBe report.irq(25).get.latencyNs.getMaxValue.toString
  }

  it should "quote names with commas and quotes" in {
    val kernel = new Snapshot
    kernel.value("irq.24.requested", 1)
    kernel.value("irq.25.requested", 1)
    val made = RunReport.of(Runs.made(new Ledger, Map("kernel" -> kernel)))
    val lines = IrqsCsv.of(made).linesIterator.toSeq
    lines(1) should startWith("24,\"one, two\",msix,")
    lines(2) should startWith("25,\"with \"\"quotes\"\"\",msix,")
  }

  "latency.hlog" should "be read back by HdrHistogram, a tag per interrupt" in {
    val reader = new HistogramLogReader(
      new java.io.ByteArrayInputStream(LatencyLog.of(report).getBytes("UTF-8")))
    val read = Iterator.continually(reader.nextIntervalHistogram()).takeWhile(_ != null).toSeq
    read.map(_.getTag) shouldBe Seq("irq24", "irq25", "irq26", "irq27", "irq28")
    read.map(_.asInstanceOf[Histogram].getTotalCount).sum shouldBe report.devices.handled
    reader.close()
  }

  "A run directory" should "be numbered by name, named by last, and hold all files" in {
    val runs = folder()
    RunDirectory.next(runs, "nvme4").path.getFileName.toString shouldBe "nvme4-0001"
    RunDirectory.next(runs, "collapse").path.getFileName.toString shouldBe "collapse-0001"
    val second = RunDirectory.next(runs, "nvme4")
    second.path.getFileName.toString shouldBe "nvme4-0002"
    second.write(report.result.scenario)
    second.write(report)
    val files = Files.list(runs.resolve("last")).iterator.asScala.map(_.getFileName.toString)
    files.toSet shouldBe
      Set("scenario.conf", "summary.json", "interrupts.txt", "irqs.csv", "latency.hlog")
  }

  it should "hold a scenario that the reader turns into the one that ran" in {
    val runs = folder()
    val directory = RunDirectory.next(runs, "nvme4")
    directory.write(report.result.scenario)
    val file = directory.path.resolve("scenario.conf")
    ScenarioReader.read(file, java.util.List.of()) shouldBe report.result.scenario
  }

  it should "say when it cannot be made" in {
    val file = Files.createTempFile("irqlab", ".file")
    an[java.io.IOException] should be thrownBy RunDirectory.next(file, "nvme4")
  }

  "Interrupts that nobody handled" should "have no latency rather than a latency of 0" in {
    val ledger = new Ledger
    val id = InterruptId.of(Runs.component("pcie/dev"), 0, 1)
    ledger.raised(id)
    ledger.pending(id)
    val kernel = new Snapshot
    kernel.value("irq.24.requested", 1)
    val made = RunReport.of(Runs.made(ledger, Map("kernel" -> kernel)))
    IrqsCsv.of(made).linesIterator.toSeq(1) should endWith(",,,,,")
    json.readTree(SummaryJson.of(made)).at("/irqs/0/latency_ns").isNull shouldBe true
  }
}
