package irqlab.cpu.linux

import scala.jdk.CollectionConverters._

import irqlab.cpu.linux.KernelProfile.MsiDestination

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class KernelProfileSpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  "A profile" should "be found by its version, and none for a kernel with the old allocator" in {
    KernelProfile.ALL.asScala.map(_.name) shouldBe Seq("5.15", "6.1", "6.12", "6.18")
    KernelProfile.of("6.1").get shouldBe KernelProfile.V6_1
    KernelProfile.of("3.10").isPresent shouldBe false
  }

  "MSIs" should "be addressed as each kernel does on so many CPUs" in {
    forAll(Table(
      ("kernel", "CPUs", "x2APIC", "mode"),
      (KernelProfile.V6_1, 8, false, MsiDestination.LOGICAL_FLAT),
      (KernelProfile.V6_1, 9, false, MsiDestination.PHYSICAL),
      (KernelProfile.V6_1, 4, true, MsiDestination.X2APIC_CLUSTER),
      (KernelProfile.V6_12, 1, false, MsiDestination.PHYSICAL),
      (KernelProfile.V6_12, 4, true, MsiDestination.X2APIC_CLUSTER)
    )) { (kernel, cpus, x2apic, mode) => kernel.msiDestination(cpus, x2apic) shouldBe mode }
  }

  "A destination" should "name the CPU in its mode" in {
    forAll(Table(
      ("mode", "CPU", "APIC ID", "destination"),
      (MsiDestination.LOGICAL_FLAT, 3, 6, 8),
      (MsiDestination.PHYSICAL, 3, 6, 6),
      (MsiDestination.X2APIC_CLUSTER, 3, 3, 0x0008),
      (MsiDestination.X2APIC_CLUSTER, 0, 0x25, 0x20020)
    )) { (mode, cpu, apicId, destination) => mode.of(cpu, apicId) shouldBe destination }
  }

  "A system vector" should "count in the row of its kind" in {
    forAll(Table(
      ("vector", "row"),
      (0xec, "LOC"), (0xef, "SPU"), (0xf2, "PIN"), (0xf1, "PIW"), (0xf0, "NPI"), (0xf6, "IWI"),
      (0xf8, null), (0xf9, "THR"), (0xfa, "TRM"), (0xfb, "CAL"), (0xfc, "CAL"), (0xfd, "RES"),
      (0xfe, "ERR"), (0xff, "SPU"), (0xf4, "DFR"), (0xeb, "PMN")
    )) { (vector, row) =>
      SystemVectors.of(vector).get.vector shouldBe vector
      SystemVectors.of(vector).get.row shouldBe row
    }
    SystemVectors.of(0xea).isPresent shouldBe false
    val rows = ArchRow.values.map(_.name).toSet
    SystemVectors.entries.asScala.flatMap(e => Option(e.row)).filterNot(rows) shouldBe empty
  }
}
