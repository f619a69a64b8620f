package irqlab.pcie.config

import irqlab.protocol.MemoryMap
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class ConfigSpaceSpec extends AnyFlatSpec with Matchers {
  private def space(pin: Int = 1): ConfigSpace =
    new ConfigSpace(
      new PciIdentity(0x1b36, 0x0010, 0x010802, 2),
      pin,
      0xc0000000,
      new MsiCapability(1, true, true),
      new MsixCapability(8, MemoryMap.MSIX_TABLE, MemoryMap.MSIX_PBA))

  "The header" should "read and keep what the specification says" in {
    forAll(
      Table(
        ("offset", "bytes", "after firmware", "written", "read back"),
        (0x00, 4, 0x00101b36, 0xffffffff, 0x00101b36),
        (0x04, 2, 0x0002, 0xffff, 0x0406),
        (0x06, 2, 0x0010, 0xffff, 0x0010),
        (0x08, 4, 0x01080202, 0xffffffff, 0x01080202),
        (0x0b, 1, 0x01, 0xff, 0x01),
        (0x0e, 1, 0x00, 0xff, 0x00),
        (0x10, 4, 0xc0000000, 0xffffffff, 0xfff00000),
        (0x10, 4, 0xc0000000, 0xd0000000, 0xd0000000),
        (0x14, 4, 0x00000000, 0xffffffff, 0x00000000),
        (0x34, 1, 0x50, 0x00, 0x50),
        (0x3c, 1, 0xff, 0x0b, 0x0b),
        (0x3d, 1, 0x01, 0xff, 0x01),
        (0x100, 4, 0x00000000, 0xffffffff, 0x00000000),
        (0xffc, 4, 0x00000000, 0xffffffff, 0x00000000)
      )) { (offset, bytes, reset, written, readBack) =>
      val chip = space()
      chip.read(offset, bytes) shouldBe reset
      chip.write(offset, bytes, written) shouldBe true
      chip.read(offset, bytes) shouldBe readBack
    }
  }

  "The capability list" should "lead from MSI to MSI-X to the end" in {
    val chip = space()
    chip.read(0x50, 2) shouldBe 0x7005
    chip.read(0x70, 2) shouldBe 0x0011
    val none = new ConfigSpace(new PciIdentity(1, 2, 3, 4), 1, 0, null, null)
    none.read(0x34, 1) shouldBe 0
    none.read(0x06, 2) shouldBe 0
    none.read(0x50, 4) shouldBe 0
  }

  "An access across a dword, or of an odd size" should "read all ones and write nothing" in {
    forAll(Table(("offset", "bytes"), (0x01, 2), (0x02, 4), (0x00, 3), (0x1000, 4), (-4, 4))) {
      (offset, bytes) =>
        val chip = space()
        chip.read(offset, bytes) shouldBe -1
        chip.write(offset, bytes, 0x7fff) shouldBe false
        chip.read(0x04, 2) shouldBe 0x0002
    }
  }

  "A byte write" should "change its byte only" in {
    val chip = space()
    chip.write(0x13, 1, 0xe0)
    chip.read(0x10, 4) shouldBe 0xe0000000
    chip.write(0x05, 1, 0x04)
    chip.read(0x04, 2) shouldBe 0x0402
  }

  "INTx" should "be permitted only with a pin, without the disable bit, MSI and MSI-X" in {
    forAll(
      Table(
        ("pin", "command", "msi control", "msi-x control", "permitted"),
        (1, 0x0002, 0, 0, true),
        (0, 0x0002, 0, 0, false),
        (1, 0x0402, 0, 0, false),
        (1, 0x0002, 1, 0, false),
        (1, 0x0002, 0, 0x8000, false),
        (1, 0x0002, 0, 0x4000, true)
      )) { (pin, command, msi, msix, permitted) =>
      val chip = space(pin)
      chip.write(0x04, 2, command)
      chip.write(0x52, 2, msi)
      chip.write(0x72, 2, msix)
      chip.intxPermitted shouldBe permitted
    }
  }

  "Status bit 3" should "show the condition whatever the command says (PCI-002)" in {
    val chip = space()
    chip.write(0x04, 2, 0x0402)
    chip.interruptStatus(true)
    chip.read(0x06, 2) shouldBe 0x0018
    chip.interruptStatus(false)
    chip.read(0x06, 2) shouldBe 0x0010
  }
}
