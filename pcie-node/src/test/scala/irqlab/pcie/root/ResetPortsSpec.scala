package irqlab.pcie.root

import irqlab.protocol.ProtocolCodecs
import irqlab.runtime.{StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class ResetPortsSpec extends AnyFlatSpec with Matchers {
  private def pulses(writes: (Int, Int)*): Seq[Boolean] = {
    val ports = new ResetPorts
    writes.map { case (port, value) => ports.write(port, value) }
  }

  "INIT#" should "be pulsed by a rise of the bit, not by its level" in {
    pulses(0x92 -> 1, 0x92 -> 1, 0x92 -> 2, 0x92 -> 3) shouldBe Seq(true, false, false, true)
    pulses(0xcf9 -> 4, 0xcf9 -> 4, 0xcf9 -> 0, 0xcf9 -> 4) shouldBe Seq(true, false, false, true)
  }

  it should "not be pulsed by the hard reset, which is not modelled" in {
    pulses(0xcf9 -> 2, 0xcf9 -> 6) shouldBe Seq(false, false)
  }

  it should "be pulsed by the keyboard controller's command, or through its output port" in {
    forAll(
      Table(
        ("writes", "last pulses"),
        (Seq(0x64 -> 0xfe), true),
        (Seq(0x64 -> 0xd1, 0x60 -> 0xfe), true),
        (Seq(0x64 -> 0xd1, 0x60 -> 0xdf), false),
        (Seq(0x60 -> 0xfe), false),
        (Seq(0x64 -> 0xd1, 0x60 -> 0xdf, 0x60 -> 0xfe), false),
        (Seq(0x64 -> 0xd1, 0x64 -> 0xaa, 0x60 -> 0xfe), false))) { (writes, last) =>
      pulses(writes: _*).last shouldBe last
    }
  }

  "The ports" should "read what was written, and be only these" in {
    val ports = new ResetPorts
    ports.write(0x92, 3)
    ports.write(0xcf9, 2)
    (ports.read(0x92), ports.read(0xcf9), ports.read(0x64)) shouldBe ((3, 2, 0))
    Seq(0x60, 0x64, 0x92, 0xcf9).forall(ResetPorts.has) shouldBe true
    Seq(0x20, 0x61, 0x4d0, 0xcf8).exists(ResetPorts.has) shouldBe false
  }

  they should "go on after a save where they were" in {
    val ports = new ResetPorts
    ports.write(0x92, 1)
    ports.write(0x64, 0xd1)
    val out = new StateWriter(ProtocolCodecs.all)
    ports.save(out)
    val copy = new ResetPorts
    copy.load(new StateReader(out.toBytes, ProtocolCodecs.all))
    copy.write(0x92, 1) shouldBe false
    copy.write(0x60, 0xfe) shouldBe true
  }
}
