package irqlab.scenario

import irqlab.cpu.linux.{ProcInterrupts, ProcInterruptsReader, ProcTable}
import irqlab.topology.hocon.{FaultCode, TopologyException}
import irqlab.topology.{Arch, EndpointKind, MsiKind, ProcFormat, Topology, Trigger}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.io.{ByteArrayInputStream, InputStream}
import java.nio.charset.StandardCharsets
import java.util.zip.GZIPInputStream
import java.util.{List => JList}
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ImporterSpec extends AnyFlatSpec with Matchers {

  private case class Row(irq: Int, chip: String, hwirq: Long, level: Boolean, names: List[String])

  private def listing(name: String): String = {
    val in = new GZIPInputStream(getClass.getResourceAsStream(s"/listings/$name.txt.gz"))
    try new String(in.readAllBytes(), StandardCharsets.UTF_8)
    finally in.close()
  }

  /** What the machine will print of each interrupt, by the rules PRC-007 to PRC-009. */
  private def rows(machine: Topology): List[Row] = {
    val lines = machine.legacy.asScala.map { source =>
      val pin = source.gsi - machine.ioApicOf(source.gsi).get.gsiBase
      val chip = if (source.chip.isEmpty) "IO-APIC" else source.chip
      Row(source.irq, chip, source.hwirq.orElse(pin), source.trigger == Trigger.LEVEL,
        source.names.asScala.toList)
    }
    val messages = for {
      function <- machine.endpoints.asScala
      (vector, index) <- function.vectors.asScala.zipWithIndex
    } yield {
      val global = machine.kernelProfile == "6.1"
      val kind = if (function.msi == MsiKind.MSI) "PCI-MSI" else "PCI-MSIX"
      val usual = if (global) "PCI-MSI" else s"$kind-${function.bdf.text}"
      val chip = if (function.chip.isEmpty) usual else function.chip
      val hwirq = if (global) function.bdf.hwirq(index) else index.toLong
      Row(vector.irq.getAsInt, chip, vector.hwirq.orElse(hwirq), level = false,
        vector.names.asScala.toList)
    }
    (lines ++ messages).sortBy(_.irq).toList
  }

  private def rows(table: ProcTable): List[Row] =
    table.rows.asScala.collect { case row: ProcTable.Device if !row.actions.isEmpty =>
      val level = row.trigger == ProcTable.Trigger.LEVEL || row.flow == "fasteoi"
      Row(row.irq, row.chip, row.hwirq, level, row.actions.asScala.toList)
    }.toList

  private def imported(text: String): Scenario =
    ScenarioReader.parse("mybox.conf", Importer.parse("listing", text, "mybox").scenario)

  private def device(irq: Int, chip: String, hwirq: Long, name: String, counts: Long*) =
    new ProcTable.Device(irq, counts.toArray, chip, false, hwirq, ProcTable.Trigger.NONE, "edge",
      JList.of(name))

  private def printed(layout: ProcFormat.Layout, rows: ProcTable.Row*): String =
    ProcInterrupts.print(new ProcTable(layout, 3, true, JList.of(0, 1), rows.asJava))

  "An imported scenario" should "have the rows, chips, hwirqs and names of its listing" in {
    forAll(Table("listing", "x86-12cpu-virtio", "arm64-4cpu-gicv3-its")) { name =>
      val text = listing(name)
      rows(imported(text).topology) shouldBe rows(ProcInterruptsReader.read(text))
    }
  }

  it should "have the architecture rows of its listing, in order" in {
    val rows = imported(listing("arm64-4cpu-gicv3-its")).topology.proc.rows.asScala
    rows.map(_.label) shouldBe (0 to 6).map(n => s"IPI$n")
    rows(3).text shouldBe "CPU stop (for crash dump) interrupts"
    imported(listing("x86-12cpu-virtio")).topology.proc.rows.asScala.map(_.label) should
      contain inOrder ("NMI", "LOC", "RES", "MCP", "ERR", "MIS", "PIN", "PIW")
  }

  it should "group its vectors into PCIe functions" in {
    val machine = imported(listing("x86-12cpu-virtio")).topology
    machine.cpus shouldBe 12
    machine.endpoints.asScala.map(each => each.name -> each.bdf.shortText) shouldBe List(
      "virtio0" -> "00:03.0", "virtio1" -> "00:04.0", "virtio2" -> "00:05.0",
      "virtio3" -> "00:06.0", "virtio5" -> "00:08.0")
    machine.endpoint("virtio5").get.vectors.asScala.map(_.label) shouldBe
      List("config", "input.0", "output.0")
    machine.endpoint("virtio5").get.vectors.get(1).cpu.getAsInt shouldBe 3
  }

  it should "keep the shares of the counts in its loads" in {
    val loads = imported(listing("x86-12cpu-virtio")).loads.asScala
    val rates = loads.collect {
      case load: LoadSpec.Device => load.on -> load.arrivals.asInstanceOf[LoadLaw.Poisson].ratePerS
    }
    rates.filter(_._1 == "virtio5").map(_._2) shouldBe List(48179.0, 49009.0)
    rates.map(_._2).sum shouldBe 100000.0 +- 10
  }

  it should "say what it found, what it guessed and what is not modelled" in {
    val x86 = Importer.parse("l", listing("x86-12cpu-virtio"), "a").summary.asScala
    x86.head shouldBe
      "12 CPUs, 10 IO-APIC pins, 5 PCIe functions with 13 MSI vectors (BDF from the MSI column)"
    x86(1) should startWith("virtio5-output.0, mostly on CPU11, is 22.8 M of 46.5 M")
    val arm = Importer.parse("l", listing("arm64-4cpu-gicv3-its"), "a").summary.asScala
    arm.last should startWith("not modelled yet: GIC distributor, redistributors and ITS")
  }

  it should "take the speech of the machine from its rows" in {
    imported(listing("arm64-4cpu-gicv3-its")).topology.arch shouldBe Arch.ARM64
    imported(listing("x86-12cpu-virtio")).topology.arch shouldBe Arch.X86
  }

  it should "know an NVMe controller by its queues" in {
    val text = printed(ProcFormat.Layout.OLD,
      device(24, "PCI-MSIX-0000:00:04.0", 0, "nvme0q0", 8, 0),
      device(25, "PCI-MSIX-0000:00:04.0", 1, "nvme0q1", 100, 0),
      device(26, "PCI-MSIX-0000:00:04.0", 2, "nvme0q2", 0, 100))
    val machine = imported(text).topology
    machine.kernelProfile shouldBe "6.12"
    machine.endpoints.get(0).kind shouldBe EndpointKind.NVME
    machine.endpoints.get(0).queues shouldBe 2
    rows(machine) shouldBe rows(ProcInterruptsReader.read(text))
  }

  it should "keep the rows of functions with gaps, single MSI, remapping and equal names" in {
    val text = printed(ProcFormat.Layout.NEW,
      device(30, "PCI-MSIX-0000:03:00.0", 2, "eth0-rx-0", 0, 0),
      device(31, "PCI-MSIX-0000:03:00.0", 5, "eth0-tx-0", 0, 0),
      device(32, "PCI-MSI-0000:00:1f.2", 0, "ahci[0000:00:1f.2]", 0, 0),
      device(33, "IR-PCI-MSIX-0000:c8:00.0", 0, "vfio-msix[0](0000:c8:00.0)", 0, 0),
      device(34, "IR-PCI-MSIX-0000:c9:00.0", 0, "vfio-msix[0](0000:c8:00.0)", 0, 0))
    val machine = imported(text).topology
    rows(machine) shouldBe rows(ProcInterruptsReader.read(text))
    machine.proc.layout shouldBe ProcFormat.Layout.NEW
    machine.endpoints.get(0).msi shouldBe MsiKind.MSI
  }

  it should "keep the rows of the 8259A pair, the cascade too" in {
    val text = printed(ProcFormat.Layout.OLD,
      device(0, "XT-PIC", -1, "timer", 9, 0), device(2, "XT-PIC", -1, "cascade", 0, 0),
      device(16, "PCI-MSI", 65536, "nvme0q0", 1, 0))
    val machine = imported(text).topology
    rows(machine) shouldBe rows(ProcInterruptsReader.read(text))
    machine.gsiTop shouldBe 16
  }

  it should "have an IO-APIC for each place where pins begin anew" in {
    val text = printed(ProcFormat.Layout.OLD,
      device(0, "IO-APIC", 2, "timer", 9, 0), device(8, "IO-APIC", 8, "rtc0", 0, 0),
      device(26, "IO-APIC", 2, "pcie", 0, 0), device(48, "PCI-MSI", 65536, "a", 1, 0))
    val machine = imported(text).topology
    machine.ioApics.asScala.map(_.pins) shouldBe List(24, 24)
    rows(machine) shouldBe rows(ProcInterruptsReader.read(text))
  }

  "What is no listing" should "be refused with its place and a mend" in {
    forAll(
      Table(
        ("text", "line"),
        ("", 0),
        ("hello\n", 0),
        ("           CPU0       \n  1:          9   IO-APIC   1-edge      i8042\n  2: x\n", 3)
      )
    ) { (text, line) =>
      val thrown = intercept[TopologyException](Importer.parse("listing.txt", text, "a"))
      thrown.faults.get(0).code shouldBe FaultCode.E13
      thrown.faults.get(0).spot.line shouldBe line
      thrown.getMessage should include("cat /proc/interrupts")
    }
  }

  it should "be refused when it cannot be read, or has no end" in {
    val missing =
      intercept[TopologyException](Importer.read("/nowhere/listing.txt", null, "a"))
    missing.faults.get(0).code shouldBe FaultCode.E01
    val endless = new InputStream { override def read(): Int = ' ' }
    val large = intercept[TopologyException](Importer.read("-", endless, "a"))
    large.faults.get(0).code shouldBe FaultCode.E02
  }

  it should "be read from the input otherwise" in {
    val input = new ByteArrayInputStream(listing("x86-12cpu-virtio").getBytes())
    Importer.read("-", input, "mybox").scenario should include("name = \"mybox\"")
  }
}
