package irqlab.report

import irqlab.cpu.linux.ProcTable
import irqlab.load.{RunResult, Snapshot}
import irqlab.observe.{Counter, Fate, InterruptId, Ledger}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

/** All tables of a report are of one run and agree; what does not balance is named. */
@RunWith(classOf[JUnitRunner])
class RunReportSpec extends AnyFlatSpec with Matchers {
  private lazy val runs: Map[String, RunResult] = Map(
    "nvme4" -> Runs.short("nvme4", 40),
    "nvme4-noaffinity" -> Runs.short("nvme4-noaffinity", 40),
    "virtio12" -> Runs.short("virtio12", 400),
    "affinity-move" -> Runs.whole("affinity-move"),
    "collapse" -> Runs.short("collapse", 20))

  private val names = Table("scenario", "nvme4", "nvme4-noaffinity", "virtio12", "affinity-move", "collapse")

  private def counted(report: RunReport): Long =
    report.interrupts.rows.asScala.collect { case row: ProcTable.Device => row.counts.sum }.sum

  "Every built-in run" should "balance, with all laws looked at and held" in {
    forAll(names) { name =>
      val report = RunReport.of(runs(name))
      report.balanced shouldBe true
      report.laws.asScala.map(law => (law.name, law.skipped, law.difference)) should
        contain theSameElementsAs report.laws.asScala.map(law => (law.name, "", 0L))
      report.laws should have size 7
    }
  }

  it should "show the same sums in ledger, latency rows and /proc/interrupts" in {
    forAll(names) { name =>
      val report = RunReport.of(runs(name))
      val rows = report.irqs.asScala.toSeq
      report.devices.handled should be > 0L
      rows.map(_.tally.handled).sum shouldBe report.devices.handled
      rows.map(_.tally.raised).sum shouldBe report.devices.raised
      rows.filter(_.latencyNs != null).map(_.latencyNs.getTotalCount).sum shouldBe
        report.devices.handled
      report.latencyNs.getTotalCount shouldBe report.devices.handled
      counted(report) shouldBe report.counter(Counter.COUNTED)
      counted(report) shouldBe report.devices.handled
      report.unassigned shouldBe 0
    }
  }

  it should "print the numbered rows in the layout of its kernel" in {
    val text = InterruptsText.of(runs("nvme4")).linesIterator.toSeq
    text.head shouldBe "           CPU0       CPU1       CPU2       CPU3       "
    text.filter(_.matches(" *\\d+:.*")).map(_.substring(51)) shouldBe Seq(
      "PCI-MSI 65536-edge      nvme0q0",
      "PCI-MSI 65537-edge      nvme0q1",
      "PCI-MSI 65538-edge      nvme0q2",
      "PCI-MSI 65539-edge      nvme0q3",
      "PCI-MSI 65540-edge      nvme0q4")
    text.filter(_.matches("[A-Z]{3}:.*")).map(_.take(3)) shouldBe Seq(
      "NMI", "LOC", "SPU", "PMI", "IWI", "RTR", "RES", "CAL", "TLB", "TRM", "THR", "DFR", "MCE",
      "MCP", "ERR", "MIS", "PIN", "NPI", "PIW")
  }

  it should "print the pins of an IO-APIC with the pin, and the flow of their trigger" in {
    val text = InterruptsText.of(runs("virtio12"))
    text should include("   IO-APIC   1-edge      i8042\n")
    text should include("   IO-APIC  11-fasteoi   uhci_hcd:usb1\n")
  }

  // 200 001 handlers of 5 us, back to back, and nothing else.
  "A CPU that does nothing but handle" should "be busy all the time until the last handler ends" in {
    val values = new MetricValues(RunReport.of(Runs.short("collapse", 20)))
    val busy = values.of("busy%").value.get.doubleValue
    busy should be (95.0 +- 5.0)
    values.of("busy%.cpu0").value.get.doubleValue shouldBe busy
    values.of("busy%.cpu1").why shouldBe "there is no CPU 1"
    val endPs = values.of("end").value.get.longValue
    endPs should (be > 20_000_000_000L and be < 22_000_000_000L)
  }

  // One raise of each entry is told; what becomes of it is planted.
  private def books(ends: (Ledger, Long) => Unit): RunReport = {
    val ledger = new Ledger
    val id = InterruptId.of(Runs.component("pcie/dev"), 0, 1)
    ledger.raised(id)
    ends(ledger, id)
    RunReport.of(Runs.made(ledger, Map("cpu/0/core" -> new Snapshot)))
  }

  "A raise without a fate" should "break the balance and be named" in {
    val report = books((_, _) => ())
    report.balanced shouldBe false
    report.passed shouldBe false
    val text = RunText.of(report, false)
    text should include("balance: BROKEN")
    text should not include "balance: exact"
    text should include("pcie/dev entry 0: raised 1, 1 raise without a fate")
  }

  "A raise that was closed twice" should "be named as one fate too many and counted as duplicated" in {
    val report = books { (ledger, id) =>
      ledger.handled(id, 0, 33, 1000)
      ledger.handled(id, 0, 33, 1000)
    }
    RunText.of(report, false) should include("pcie/dev entry 0: raised 1, 1 fate too many")
    new MetricValues(report).of("duplicated").value.get.longValue shouldBe 1
  }

  "A raise that was closed under the name of another" should "break the balance though all counts agree" in {
    val report = books((ledger, id) => ledger.handled(id + 1, 0, 33, 1000))
    report.devices.missing shouldBe 0
    report.balanced shouldBe false
    RunText.of(report, false) should include("closes in number and not in name")
    new MetricValues(report).of("duplicated").value.isPresent shouldBe false
  }

  "A counter that disagrees" should "break the law of its stage, by name" in {
    val laws = Table(
      ("counter", "law"),
      (Counter.MESSAGES_SENT, "raises of MSI functions"),
      (Counter.IPIS_SENT, "messages on the bus"),
      (Counter.IRR_COLLAPSED, "requests at local APICs"),
      (Counter.DISPATCHED, "vectors given to cores"),
      (Counter.ABSORBED, "vectors at the kernel"),
      (Counter.COUNTED, "rows of /proc/interrupts"),
      (Counter.HANDLER_RUNS, "handler runs"))
    forAll(laws) { (counter, law) =>
      val report = books { (ledger, id) =>
        ledger.closed(id, Fate.LOST_NOT_MASTER)
        ledger.count(counter)
      }
      report.unbalanced shouldBe empty
      report.laws.asScala.filter(_.broken).map(_.name) should contain(law)
      report.balanced shouldBe false
      RunText.of(report, false) should include(s"$law: ")
    }
  }

  "A run with an interrupt on its way" should "not be held to laws that look at two stages" in {
    val report = books((ledger, id) => ledger.pending(id))
    report.balanced shouldBe true
    report.laws.asScala.map(_.skipped).distinct shouldBe Seq("1 interrupts were still on their way")
  }

  "A check" should "hold or fail by its figure, and fail with the reason when there is none" in {
    val cases = Table(
      ("check", "ok", "value or reason"),
      ("raised == 1", true, "1"),
      ("handled == 1", true, "1"),
      ("handled% >= 100", true, "100"),
      ("latency.p99 < 5us", true, "2.000"),
      ("latency.max < 1us", false, "2.000"),
      ("lost != 0", false, "0"),
      ("irq.24.latency.p50 <= 3us", true, "2.000"),
      ("irq.24 == 0", false, "irq 24 is not in /proc/interrupts"),
      ("row.XYZ == 0", false, "/proc/interrupts has no row XYZ"),
      ("row.LOC.cpu7 == 0", false, "there is no CPU 7 in this row"),
      ("none% < 1", false, "there is nothing to take per cent of"),
      ("end < 1s", false, "no handler ended"),
      ("lost report", true, "0"))
    forAll(cases) { (expression, ok, shown) =>
      val kernel = new Snapshot
      if (!shown.contains("irq 24")) kernel.value("irq.24.requested", 1)
      val ledger = new Ledger
      val id = InterruptId.of(Runs.component("pcie/dev"), 0, 1)
      ledger.raised(id)
      ledger.handled(id, 0, 33, 2_000_000)
      val spec = irqlab.scenario.CheckSpec.parse(expression).get
      val made = Runs.made(ledger, Map("kernel" -> kernel))
      val result = made.withScenario(made.scenario.withChecks(java.util.List.of(spec)))
      val check = RunReport.of(result).checks.get(0)
      withClue(check) {
        check.ok shouldBe ok
        val text = if (check.value.isPresent) check.value.get.toPlainString else check.why
        text should (startWith(shown) or startWith(shown.replace(".000", "")))
      }
    }
  }

  "A write of an affinity mask that the kernel refused" should "be told with the error's name and reason" in {
    val kernel = new Snapshot
    kernel.value("affinity.0.irq", 24)
    kernel.text("affinity.0.mask", "2")
    kernel.value("affinity.0.errno", 1)
    kernel.value("affinity.0.ps", 3_001_000_000L)
    val text = RunText.of(RunReport.of(Runs.made(new Ledger, Map("kernel" -> kernel))), false)
    text should include(
      "3.000 ms  irq 24   smp_affinity <- 2        EPERM  Operation not permitted: the kernel owns")
  }

  "Colour" should "come in only when it is asked for" in {
    val report = books((_, _) => ())
    RunText.of(report, true) should include("\u001b[31mbalance: BROKEN\u001b[0m")
    RunText.of(report, false) should not include "\u001b"
  }
}
