package irqlab.cpu.linux

import scala.io.Source
import scala.jdk.CollectionConverters._

import irqlab.topology.ProcFormat.Layout

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class ProcInterruptsSpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  private def listing(name: String): String = {
    val source = Source.fromInputStream(getClass.getResourceAsStream(s"/golden/listings/$name.txt"))
    try source.mkString
    finally source.close()
  }

  private val listings = Table(
    ("listing", "layout", "precision", "CPUs", "numbered rows", "named rows"),
    ("x86-12cpu-virtio", Layout.OLD, 3, 12, 23, 19),
    ("arm64-4cpu-gicv3-its", Layout.OLD, 3, 4, 24, 7),
    ("x86-vfio-not-posted", Layout.NEW, 4, 32, 9, 0),
    ("x86-vfio-posted", Layout.NEW, 4, 128, 5, 0))

  "Every numbered and named row of the listings" should "print as it stood" in {
    forAll(listings) { (name, layout, precision, cpus, numbered, named) =>
      val text = listing(name)
      val table = ProcInterruptsReader.read(text)
      table.layout shouldBe layout
      table.precision shouldBe precision
      table.cpus should have size cpus
      table.rows.asScala.count(_.isInstanceOf[ProcTable.Device]) shouldBe numbered
      table.rows should have size (numbered + named)
      // The listings lost the blanks at the end of the line with the CPU names.
      val printed = ProcInterrupts.print(table).linesIterator.map(_.stripTrailing).toSeq
      printed shouldBe text.linesIterator.toSeq
    }
  }

  "Every recorded /proc/interrupts" should "print as it stood, header and last blank included" in {
    val texts = (Capture.x86 ++ Capture.arm64).flatMap(name => new Capture(name).procInterrupts)
    texts should have size 78
    // The recordings end without the newline of the last row.
    texts.foreach(t => ProcInterrupts.print(ProcInterruptsReader.read(t)) shouldBe t + "\n")
  }

  "A row that was read" should "have its parts apart" in {
    val rows = ProcInterruptsReader.read(listing("x86-12cpu-virtio")).rows.asScala
    val acpi = rows(4).asInstanceOf[ProcTable.Device]
    (acpi.irq, acpi.chip, acpi.hwirq, acpi.trigger, acpi.flow, acpi.actions.asScala) shouldBe
      ((9, "IO-APIC", 9L, ProcTable.Trigger.NONE, "fasteoi", Seq("acpi")))
    rows(13).counts.toSeq shouldBe Seq.fill(11)(0L) :+ 878472L
    val err = rows.collectFirst { case single: ProcTable.Single => single }.get
    (err.label, err.count) shouldBe (("ERR", 0L))
    val arm = ProcInterruptsReader.read(listing("arm64-4cpu-gicv3-its")).rows.asScala
    val port = arm(4).asInstanceOf[ProcTable.Device]
    (port.hwirq, port.trigger, port.flow, port.actions.asScala) shouldBe
      ((16384L, ProcTable.Trigger.EDGE, null, Seq("aerdrv", "PCIe PME", "pciehp")))
  }

  private def device(chip: String, hwirq: Long, flow: String, actions: String*) =
    new ProcTable.Device(
      27, Array(5L), chip, false, hwirq, ProcTable.Trigger.NONE, flow, actions.asJava)

  private def row(layout: Layout, precision: Int, row: ProcTable.Row): String =
    ProcInterrupts.print(
      new ProcTable(layout, precision, false, List(Integer.valueOf(0)).asJava, Nil.asJava), row)

  "A row" should "differ by one blank between the layouts" in {
    forAll(Table(
      ("row", "old", "new"),
      (device("PCI-MSI", 65537, "edge", "virtio1-req.0"),
        " 27:          5   PCI-MSI 65537-edge      virtio1-req.0",
        " 27:          5  PCI-MSI 65537-edge      virtio1-req.0"),
      (device("IR-PCI-MSIX-0000:03:00.0", 0, "edge", "vfio-msix[0](0000:03:00.0)"),
        " 27:          5  IR-PCI-MSIX-0000:03:00.0   0-edge      vfio-msix[0](0000:03:00.0)",
        " 27:          5 IR-PCI-MSIX-0000:03:00.0   0-edge      vfio-msix[0](0000:03:00.0)"),
      (device("XT-PIC", ProcTable.Device.NO_HWIRQ, null, "timer"),
        " 27:          5    XT-PIC      timer",
        " 27:          5   XT-PIC      timer"),
      (new ProcTable.PerCpu("NMI", Array(5L), "Non-maskable interrupts"),
        "NMI:          5   Non-maskable interrupts",
        "NMI:          5  Non-maskable interrupts"),
      (new ProcTable.Single("ERR", 5), "ERR:          5", "ERR:          5")
    )) { (model, old, newer) =>
      row(Layout.OLD, 3, model) shouldBe old
      row(Layout.NEW, 3, model) shouldBe newer
    }
  }

  it should "tell a chip that prints its own name from the layout without a blank" in {
    val text = "           CPU0       \n" +
      " 27:          5   IO-APIC   1-edge      i8042\n" +
      " 28:          5 MY-OWN-CHIP   2-edge      other\n"
    val table = ProcInterruptsReader.read(text)
    table.layout shouldBe Layout.OLD
    table.rows.asScala.map(_.asInstanceOf[ProcTable.Device].ownName) shouldBe Seq(false, true)
    ProcInterrupts.print(table) shouldBe text
  }

  it should "print counts as 32-bit numbers and join the names of a shared line" in {
    val shared = new ProcTable.Device(11, Array((1L << 32) + 7), "IO-APIC", false, 11,
      ProcTable.Trigger.NONE, "fasteoi", List("nvme0q0", "nvme0q1").asJava)
    row(Layout.OLD, 3, shared) shouldBe
      " 11:          7   IO-APIC  11-fasteoi   nvme0q0, nvme0q1"
  }

  "The first column" should "be as wide as the number space asks" in {
    forAll(Table(
      ("pins", "CPUs", "numbers", "width"),
      (24, 12, 520, 3), (120, 96, 2824, 4), (24, 1, 256, 3), (24, 64, 936, 3), (24, 128, 1448, 4),
      (16, 4, 96, 3), (0, 4, 80, 3), (24, 1024, 8616, 4), (240, 2048, 20480, 5)
    )) { (pins, cpus, numbers, width) =>
      IrqNumbers.count(pins, cpus) shouldBe numbers
      ProcInterrupts.precision(numbers) shouldBe width
    }
  }

  "The number of a PCI MSI" should "hold address and index, both ways" in {
    forAll(Table(
      ("hwirq", "address", "index"),
      (49152L, "0000:00:03.0", 0), (65537L, "0000:00:04.0", 1), (81920L, "0000:00:05.0", 0),
      (98304L, "0000:00:06.0", 0), (131072L, "0000:00:08.0", 0), (16384L, "0000:00:01.0", 0),
      (18432L, "0000:00:01.1", 0), (524288L, "0000:01:00.0", 0), (1048576L, "0000:02:00.0", 0),
      (1572864L, "0000:03:00.0", 0), (2097152L, "0000:04:00.0", 0), (512000L, "0000:00:1f.2", 0),
      (134217728L, "0001:00:00.0", 0)
    )) { (number, address, index) =>
      val msi = MsiHwirq.decode(number)
      msi.address shouldBe address
      msi.index shouldBe index
      msi.encode shouldBe number
    }
  }

  "The chip of a PCI MSI" should "be one for all up to 6.1 and one per function in 6.12" in {
    val msi = new MsiHwirq(0, 0, 1, 0, 3)
    forAll(Table(
      ("kernel", "MSI-X", "remapped", "chip", "column"),
      (KernelProfile.V6_1, true, false, "PCI-MSI", 16387L),
      (KernelProfile.V6_1, true, true, "IR-PCI-MSI", 16387L),
      (KernelProfile.V6_12, true, false, "PCI-MSIX-0000:00:01.0", 3L),
      (KernelProfile.V6_12, true, true, "IR-PCI-MSIX-0000:00:01.0", 3L),
      (KernelProfile.V6_12, false, false, "PCI-MSI-0000:00:01.0", 3L)
    )) { (kernel, msix, remapped, chip, column) =>
      msi.chip(kernel, msix, remapped) shouldBe chip
      msi.column(kernel) shouldBe column
    }
  }

  "A text that is no /proc/interrupts" should "be refused with its line" in {
    val head = "           CPU0       CPU1       \n"
    forAll(Table(
      ("text", "line", "why"),
      ("", 0, "neither"),
      ("hello\nworld\n", 0, "neither"),
      (head + "  1:          9\n", 2, "count 2 of 2 is missing"),
      (head + "  1:          9          x   IO-APIC   1-edge      i8042\n", 2, "count 2"),
      (head + "  1:          9          0\n", 2, "ends after its counts"),
      (head + "  1:          9          0 IO-APIC 1-edge i8042\n", 2, "would read"),
      (head + "no row\n", 2, "no colon"),
      (head + "NMI:          9          0 Non-maskable interrupts\n", 2, "would read"),
      ("    CPU0       CPU1\n  1:          9          0   IO-APIC   1-edge      i8042\n", 1,
        "no columns"),
      (" 27: IO-APIC 1-edge i8042\n", 1, "no columns"),
      ("           CPU0 CPU1\n  1:          9          0   IO-APIC   1-edge      i8042\n", 1,
        "columns"),
      ("           CPU0       CPUx       \n", 1, "no CPU name")
    )) { (text, line, why) =>
      val fault = the[ProcFormatException] thrownBy ProcInterruptsReader.read(text)
      fault.line shouldBe line
      fault.getMessage should include(why)
    }
  }

  "The architecture rows" should "be the recorded ones, in their order" in {
    val capture = new Capture("q35-4cpu-nvme4")
    val named = ProcInterruptsReader.read(capture.procInterrupts.head).rows.asScala
      .filterNot(_.isInstanceOf[ProcTable.Device])
    named.map(_.label) shouldBe ArchRow.USUAL.asScala.map(_.name)
    named.map {
      case row: ProcTable.PerCpu => row.text
      case _ => null
    } shouldBe ArchRow.USUAL.asScala.map(_.text)
    val ipis = ProcInterruptsReader.read(new Capture(Capture.arm64.head).procInterrupts.head)
      .rows.asScala.collect { case ipi: ProcTable.Ipi => ipi.text }
    ipis shouldBe ArchRow.arm64Ipis(KernelProfile.V6_1).asScala
  }
}
