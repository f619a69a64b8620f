package irqlab.cpu.core

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class IdtSpec extends AnyFlatSpec with Matchers {
  private val table =
    Idt.interruptGates.`with`(0x31, Idt.Gate.TRAP).`with`(0x80, Idt.Gate.ABSENT)

  "The table" should "begin with an interrupt gate at each vector" in {
    (0 to 255).map(Idt.interruptGates.gate(_)).distinct shouldBe Seq(Idt.Gate.INTERRUPT)
  }

  it should "have the gate that was put there, and be a value" in {
    table.gate(0x31) shouldBe Idt.Gate.TRAP
    table.present(0x80) shouldBe false
    table.interruptGate(0x80) shouldBe false
    table.`with`(0x31, Idt.Gate.INTERRUPT).`with`(0x80, Idt.Gate.INTERRUPT) shouldBe
      Idt.interruptGates
    Idt.interruptGates.gate(0x31) shouldBe Idt.Gate.INTERRUPT
  }

  it should "have no vector beyond 255" in {
    an[IllegalArgumentException] should be thrownBy table.`with`(256, Idt.Gate.TRAP)
  }

  it should "be read back from what a core shows, also when nothing is shown" in {
    var shown = Map.empty[String, Long]
    table.inspect((name: String, value: Long) => shown += name -> value)
    Idt.shown(shown.getOrElse(_, 0L)) shouldBe table
    Idt.shown(_ => 0L) shouldBe Idt.interruptGates
  }

  "Its text" should "have a line for each run of vectors of one class, gate and use" in {
    def use(vector: Int) =
      if (vector < 32) IdtText.exception(vector) else if (vector == 0x31) "nvme0q1" else null
    IdtText.head shouldBe "vectors    class  gate       P  use\n"
    val lines = IdtText.all(table, use(_)).linesIterator.toList
    lines should contain("0x02           -  interrupt  1  NMI")
    lines should contain("0x20-0x2f      2  interrupt  1  -")
    lines should contain("0x31           3  trap       1  nvme0q1")
    lines should contain("0x80           8  absent     0  -")
    lines.last shouldBe "0xf0-0xff     15  interrupt  1  -"
  }

  it should "leave out what is not used, if asked" in {
    IdtText.used(table, vector => if (vector == 0x31 || vector == 0x41) "nvme0" else "") shouldBe
      "0x31           3  trap       1  nvme0\n0x41           4  interrupt  1  nvme0\n"
  }
}
