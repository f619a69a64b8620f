package irqlab.topology

import irqlab.protocol.LowestPriorityPolicy
import irqlab.topology.hocon.{FaultCode, TopologyException}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class TopologyReaderSpec extends AnyFlatSpec with Matchers {

  private val nvme =
    """machine { cpus = 4, timing = ideal, links { ipi = 1.5us } }
      |legacy = [
      |  { irq = 0, name = timer }
      |  { irq = 10, name = virtio4, trigger = level, cpu = 1, shared-with = [ "ehci_hcd:usb2" ] }
      |]
      |endpoints = [
      |  { name = nvme0, bdf = "00:04.0", kind = nvme, msi-x = 9, queues = 4, admin-irq = 24
      |    handler { cost = 1.2us, jitter = "exp(300ns)", drain = 200ns } }
      |  { name = net, msi-x = 3, vectors = [ config, "input.0" ], irqs = [ 40, 30 ]
      |    cpu { "input.0" = 3 } }
      |]
      |""".stripMargin

  private def faults(text: String) =
    intercept[TopologyException](Topology.parse(text)).faults.asScala.toList

  "A machine" should "have every setting filled in" in {
    val machine = Topology.parse("machine.cpus = 2")
    machine.links shouldBe Links.TYPICAL
    machine.lapic shouldBe new LapicSpec(LapicSpec.Mode.XAPIC, 0)
    machine.ioApics.asScala.toList shouldBe List(new IoApicSpec(0, 24, 0, 0x20))
    machine.tickPs shouldBe 4000000000L
    machine.kernelProfile shouldBe "6.1"
  }

  it should "take the generation and the rules of choice of its local APICs" in {
    val machine = Topology.parse("""machine { cpus = 2
        |lapic { generation = p6, arbitration = fifo, lowest-priority = vector-hash } }""".stripMargin)
    machine.lapic shouldBe new LapicSpec(
      LapicSpec.Mode.XAPIC,
      0,
      LapicSpec.Generation.P6,
      LapicSpec.Arbitration.FIFO,
      LowestPriorityPolicy.VECTOR_HASH)
    Topology.parse(TopologyWriter.write(machine)).lapic shouldBe machine.lapic
  }

  it should "take a guard against storms of an IO-APIC, with the emulators' values (IOA-017)" in {
    forAll(
      Table(
        ("setting", "limit", "delay, ps"),
        ("", 0, 10000000000L),
        ("resend-guard {}", 10000, 10000000000L),
        ("resend-guard { limit = 5, delay = 20us }", 5, 20000000L))) { (setting, limit, delayPs) =>
      val machine = Topology.parse(s"machine { cpus = 1, io-apics = [ { $setting } ] }")
      val chip = machine.ioApics.get(0)
      (chip.resendLimit, chip.resendDelayPs) shouldBe ((limit, delayPs))
      Topology.parse(TopologyWriter.write(machine)).ioApics.get(0) shouldBe chip
    }
  }

  it should "take the posted credits of its root ports, and keep its hash without them" in {
    forAll(
      Table(
        ("setting", "credits"),
        ("", 64),
        ("pcie {}", 64),
        ("pcie.posted-credits = 1", 1),
        ("pcie.posted-credits = 127", 127),
        ("pcie.posted-credits = infinite", PcieSpec.INFINITE))) { (setting, credits) =>
      val machine = Topology.parse(s"machine { cpus = 1\n$setting }")
      machine.pcie.postedCredits shouldBe credits
      Topology.parse(TopologyWriter.write(machine)) shouldBe machine
      (machine.hash == Topology.parse("machine.cpus = 1").hash) shouldBe credits == 64
    }
  }

  it should "take single links on top of its timing profile" in {
    val links = Topology.parse(nvme).links
    links.ipiPs shouldBe 1500000L
    links.msiPs shouldBe 1L
    links.kernelPs shouldBe 100000L
  }

  it should "number and name the queues of an NVMe controller" in {
    val controller = Topology.parse(nvme).endpoint("nvme0").get
    controller.vectors.asScala.map(_.irq.getAsInt) shouldBe List(24, 25, 26, 27, 28)
    controller.vectors.asScala.map(_.names.get(0)) shouldBe
      List("nvme0q0", "nvme0q1", "nvme0q2", "nvme0q3", "nvme0q4")
    controller.managed(0) shouldBe false
    controller.managed(1) shouldBe true
    controller.handler shouldBe
      new HandlerSpec(1200000, new JitterLaw.Exponential(300000), 200000, 0)
  }

  it should "number messages from the number of GSIs on, where the text names no number" in {
    val machine = Topology.parse("""machine.cpus = 2
        |endpoints = [ { name = a, msi-x = 2 }, { name = b, msi-x = 2, irqs = [ 25, 0 ] }
        |  { name = c, intx = 10 } ]""".stripMargin)
    machine.endpoints.asScala.flatMap(_.vectors.asScala.map(_.irq.orElse(-1))) shouldBe
      List(24, 26, 25, 27, -1)
  }

  it should "put the timer of irq 0 on pin 2" in {
    Topology.parse(nvme).legacy("timer").get.gsi shouldBe 2
  }

  it should "be read back from its own text" in {
    val machine = Topology.parse(nvme)
    Topology.parse(TopologyWriter.write(machine)) shouldBe machine.withSeed(TopologyReader.SEED)
  }

  it should "list its components by path" in {
    val paths = Topology.parse(nvme).components.asScala.map(_.path)
    paths shouldBe paths.sorted
    paths should contain allOf ("cpu/0/core", "cpu/3/lapic", "kernel", "ioapic/0", "pic", "root",
      "load", "memory", "pcie/nvme0", "pcie/net", "legacy/timer", "legacy/virtio4")
    paths should have size 8 + 10
  }

  it should "have the number space of irqs that IRQ-006 gives" in {
    Topology.parse("machine.cpus = 12").irqNumbers shouldBe 520
    Topology
      .parse("machine { cpus = 96, io-apics = [ { pins = 24 }, { pins = 96 } ] }")
      .irqNumbers shouldBe 2824
  }

  it should "have a hash of its content alone" in {
    val machine = Topology.parse(nvme)
    // The value itself matters: nodes of different builds and JDKs compare it when they join.
    Topology.parse("machine.cpus = 2").hash shouldBe 297575369348021106L
    machine.withSeed(99).hash shouldBe machine.hash
    machine.withPlacement(Placement.ofNodes(3)).hash shouldBe machine.hash
    Topology.parse(nvme.replace("1.5us", "1.6us")).hash should not be machine.hash
  }

  "Placement" should "deal CPUs to all nodes but the last, which has the devices" in {
    val machine = Topology.parse(nvme).withPlacement(Placement.ofNodes(3))
    machine.nodeOf("cpu/1/lapic") shouldBe "node1"
    machine.nodeOf("cpu/2/core") shouldBe "node2"
    machine.nodeOf("kernel") shouldBe "node1"
    machine.nodeOf("pcie/nvme0") shouldBe "node3"
    machine.nodeOf("legacy/timer") shouldBe "node3"
  }

  it should "follow the shares that the text names" in {
    val machine = Topology.parse("""machine { cpus = 4, placement { nodes = 3
        |  cpu-nodes { node1 = "0-2", node3 = "3" }, pcie-nodes { node2 = "n*" } } }
        |endpoints = [ { name = nic }, { name = disk } ]""".stripMargin)
    machine.nodeOf("cpu/3/core") shouldBe "node3"
    machine.nodeOf("pcie/nic") shouldBe "node2"
    machine.nodeOf("pcie/disk") shouldBe "node3"
  }

  "What cannot be" should "be refused with its code, line and mend" in {
    val head = "machine { cpus = 4 }\n"
    forAll(
      Table(
        ("text", "code", "line", "mend contains"),
        ("machine { cpus = 300, lapic.mode = xapic }", FaultCode.E40, 1, "mode = x2apic"),
        ("machine { cpus = 5000 }", FaultCode.E08, 1, "cpus = 4"),
        ("machine { cpus = 2\n links.msi = -1ns }", FaultCode.E08, 2, "msi = 200ns"),
        ("machine { cpus = 2\n links.kernel = 50ns }", FaultCode.E08, 2, "kernel = 200ns"),
        (head + "legacy = [ { irq = 10, name = a, trigger = level }\n{ irq = 10, name = b } ]",
          FaultCode.E21, 3, "trigger = level"),
        (head + "legacy = [ { irq = 30, name = a } ]", FaultCode.E22, 2, "IO-APIC"),
        (head + "legacy = [ { irq = 3, name = a, cpu = 4 } ]", FaultCode.E31, 2, "cpu = 3"),
        (head + "endpoints = [ { name = a, msi = 3 } ]", FaultCode.E08, 2, "msi = 4"),
        (head + "endpoints = [ { name = a, msi = 4, vectors = 4 } ]", FaultCode.E12, 2, "msi-x = 4"),
        (head + "endpoints = [ { name = a, msi = 64 } ]", FaultCode.E08, 2, "msi = 1"),
        (head + "endpoints = [ { name = a, msi-x = 2049 } ]", FaultCode.E08, 2, "msi-x = 1"),
        (head + "endpoints = [ { name = a, kind = nvme, msi-x = 5, queues = 8 } ]",
          FaultCode.E12, 2, "msi-x = 9"),
        (head + "endpoints = [ { name = a, count = 5, msi-x = 200 } ]", FaultCode.E12, 2,
          "fewer"),
        ("machine { cpus = 2\nlapic.arbitration = lottery }", FaultCode.E07, 2, ""),
        ("machine { cpus = 2\nio-apics = [ { resend-guard { limit = 0 } } ] }", FaultCode.E08, 2,
          ""),
        ("machine { cpus = 2\nio-apics = [ { resend-guard { after = 9 } } ] }", FaultCode.E03, 2,
          ""),
        ("machine { cpus = 2\nlapic.generation = p5 }", FaultCode.E07, 2, ""),
        ("machine { cpus = 2\nlapic { mode = x2apic, generation = p6 } }", FaultCode.E13, 2,
          "xapic"),
        ("machine { cpus = 2\nlapic.lowest-priority = last }", FaultCode.E07, 2, ""),
        (head + "endpoints = [ { name = a, first-irq = 20 } ]", FaultCode.E24, 2,
          "first-irq = 24"),
        (head + "endpoints = [ { name = a, intx = 10, first-irq = 24 } ]", FaultCode.E13, 2,
          "leave first-irq out"),
        (head + "endpoints = [ { name = a, first-irq = 30 }\n{ name = b, first-irq = 30 } ]",
          FaultCode.E23, 3, ""),
        (head + "endpoints = [ { name = a, bdf = \"00:04.0\" }\n{ name = b, bdf = \"00:04.0\" } ]",
          FaultCode.E20, 3, "00:05.0"),
        (head + "endpoints = [ { name = a, bdf = \"4\" } ]", FaultCode.E07, 2, "00:04.0"),
        (head + "endpoints = [ { name = a }\n{ name = a } ]", FaultCode.E11, 3, "name ="),
        (head + "endpoints = [ { name = \"../a\" } ]", FaultCode.E08, 2, ""),
        (head + "endpoints = [ { name = a, handler.jitter = \"exp(1)\" } ]", FaultCode.E13, 2,
          "exp(300ns)"),
        ("machine { cpus = 2\nplacement { nodes = 2, cpu-nodes { node1 = \"0-2\" } } }",
          FaultCode.E31, 2, "to 3"),
        ("machine { cpus = 2\nplacement { nodes = 2, pcie-nodes { node3 = \"*\" } } }",
          FaultCode.E32, 2, "nodes")
      )
    ) { (text, code, line, mend) =>
      val fault = faults(text).head
      fault.code shouldBe code
      fault.spot.line shouldBe line
      fault.mend should include(mend)
    }
  }

  it should "be listed in one go, in the order of the text" in {
    val text = "machine { cpus = four\n tick = 5\n wings = 2 }\nendpoints = [ { nam = a } ]"
    val all = faults(text)
    all.map(_.code) shouldBe
      List(FaultCode.E07, FaultCode.E07, FaultCode.E03, FaultCode.E03, FaultCode.E05)
    all.map(_.spot.line) shouldBe List(1, 2, 3, 4, 4)
    all(3).nearest shouldBe "name"
  }

  it should "be shown twenty at most, with a count of the others" in {
    val keys = (1 to 30).map(n => s"wing$n = 1").mkString("\n")
    val thrown = intercept[TopologyException](Topology.parse(s"machine { cpus = 1\n$keys }"))
    thrown.faults should have size 30
    thrown.getMessage should startWith("topology: 30 problems, nothing was started\n")
    thrown.getMessage should endWith("\n... and 10 more\n")
    "E03 unknown setting".r.findAllIn(thrown.getMessage) should have size 20
  }

  "The text of a fault" should "show the line, the place in it, what was meant and the mend" in {
    val thrown = intercept[TopologyException](Topology.parse("""machine { cpus = 2 }
        |endpoints = [
        |  { name = nvme0, kind = nvme
        |    afinity = managed }
        |]""".stripMargin))
    thrown.getMessage shouldBe
      """topology: 1 problem, nothing was started
        |
        |E03 unknown setting  topology:4   endpoints[0].afinity
        |    4 |     afinity = managed }
        |      |     ^ not a setting of an endpoint of kind nvme
        |   did you mean "affinity"?   allowed here: name bdf kind msi-x queues """.stripMargin +
      "queue-depth admin-irq affinity handler cpu irqs hwirqs names chip count\n"
  }
}
