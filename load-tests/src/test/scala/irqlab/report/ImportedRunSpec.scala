package irqlab.report

import irqlab.cpu.linux.{ProcInterruptsReader, ProcTable}
import irqlab.load.{BoardRun, RunWatch}
import irqlab.scenario.{Importer, ScenarioReader, Stop}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.nio.charset.StandardCharsets.UTF_8
import java.util.OptionalLong
import java.util.zip.GZIPInputStream
import scala.jdk.CollectionConverters._

/** From a real machine's listing to a run whose listing has the same rows. */
@RunWith(classOf[JUnitRunner])
class ImportedRunSpec extends AnyFlatSpec with Matchers {
  private def listing(name: String): String = {
    val in = new GZIPInputStream(getClass.getResourceAsStream(s"/listings/$name.txt.gz"))
    new String(in.readAllBytes(), UTF_8)
  }

  /** A row without its counts, which are the run's own. */
  private def bare(row: ProcTable.Row): String = row match {
    case row: ProcTable.Device =>
      s"${row.irq} ${row.chip} ${row.hwirq} ${row.trigger} ${row.flow} ${row.actions}"
    case row: ProcTable.PerCpu => s"${row.label} ${row.text}"
    case row: ProcTable.Ipi => s"${row.label} ${row.text}"
    case row => row.label
  }

  "A run of an imported machine" should "print the rows of the listing that it was made from" in {
    forAll(Table("listing", "x86-12cpu-virtio", "arm64-4cpu-gicv3-its")) { name =>
      val text = listing(name)
      val imported = ScenarioReader.parse(s"$name.conf", Importer.parse(name, text, name).scenario)
      val stop = new Stop(OptionalLong.empty, OptionalLong.of(20_000_000_000L), false)
      val report = RunReport.of(BoardRun.run(imported.withStop(stop), RunWatch.NONE))
      val printed = ProcInterruptsReader.read(InterruptsText.of(report.result))
      val original = ProcInterruptsReader.read(text)
      printed.layout shouldBe original.layout
      printed.precision shouldBe original.precision
      printed.rows.asScala.map(bare) shouldBe original.rows.asScala.map(bare)
      report.balanced shouldBe true
      report.devices.handled should be > 0L
    }
  }
}
