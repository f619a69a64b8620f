package irqlab.pcie

import irqlab.observe.{Counter, Fate}
import irqlab.protocol._
import irqlab.topology._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner
import TestMachine.endpoint

@RunWith(classOf[JUnitRunner])
class PcieModuleSpec extends AnyFlatSpec with Matchers {

  "A function that a driver has set up" should "reach the local APIC that its entry names" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.enableMsix(0, 0x40, cpu = 1)
    machine.raise("dev0", 2)
    machine.settle()
    machine.vectors(0) shouldBe empty
    machine.vectors(1) shouldBe Seq(0x42)
    machine.count(Counter.MESSAGES_SENT) shouldBe 1
  }

  it should "take the links' time from the raise to the local APIC" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.enableMsix(0, 0x40)
    val raisedPs = machine.board.nowPs + 1
    machine.raise("dev0", 0)
    machine.settle()
    machine.lapics.head.got.head._1 - raisedPs shouldBe Links.TYPICAL.dmaPs + Links.TYPICAL.msiPs
  }

  "A function without bus master" should "reach nobody (PCI-009)" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.enableMsix(0, 0x40)
    machine.configWrite(4 << 3, 0x04, 2, 0x0402)
    machine.raise("dev0", 0)
    machine.settle()
    machine.vectors(0) shouldBe empty
    machine.fate(Fate.LOST_NOT_MASTER) shouldBe 1
  }

  "A function whose MSI-X is off" should "lose its raise (MSX-003)" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.raise("dev0", 0)
    machine.settle()
    machine.fate(Fate.LOST_MASKED) shouldBe 1
  }

  "The drain register" should "give the completions of its entry once" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.enableMsix(0, 0x40)
    (1 to 3).foreach(_ => machine.raise("dev0", 1))
    machine.read(MemoryMap.bar(0) + 8) shouldBe 3
    machine.read(MemoryMap.bar(0) + 8) shouldBe 0
    machine.read(MemoryMap.bar(0)) shouldBe 0
  }

  "A function that is not there" should "read as all ones and take any write" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.configRead(5 << 3, 0, 4) shouldBe 0xffffffffL
    machine.configRead(5 << 3, 0, 2) shouldBe 0xffff
    machine.configWrite(5 << 3, 4, 2, 7) shouldBe 0
    machine.configRead(4 << 3, 0, 4) shouldBe 0x11e81234
  }

  "An address that nobody decodes" should "read as all ones, swallow writes, and be counted" in {
    val machine = new TestMachine(Seq(endpoint("dev0", 4)))
    machine.read(MemoryMap.bar(1)) shouldBe -1
    machine.write(MemoryMap.bar(1), 5)
    machine.count(Counter.BAD_ACCESS) shouldBe 2
  }

  "INTx" should "drive its pin up at the first condition and down at the drain" in {
    val gsi = java.util.OptionalInt.of(19)
    val machine = new TestMachine(
      Seq(endpoint("dev0", 4, msi = MsiKind.INTX, tableSize = 1, gsi = gsi)))
    machine.raise("dev0", 0)
    machine.raise("dev0", 0)
    machine.settle()
    machine.read(MemoryMap.bar(0)) shouldBe 2
    machine.ioApic.got.map(_._2).collect { case l: IoApicMessage.Line => (l.pin, l.asserted) } shouldBe
      Seq((19, true), (19, false))
    machine.fate(Fate.COLLAPSED_LINE) shouldBe 1
  }
}
