package irqlab.answers

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

/** Each title is the answer; the text is what a run printed. */
@RunWith(classOf[JUnitRunner])
class AnswersSpec extends AnyFlatSpec with Matchers {
  private def line(number: Int, start: String): String =
    Answers
      .ask(number)
      .text
      .linesIterator
      .map(_.trim)
      .find(_.startsWith(start))
      .map(_.drop(start.length).trim)
      .getOrElse(fail(s"no line starts with: $start"))

  "Without EOI" should "only the same and lower classes wait, and only on that CPU" in {
    line(1, "ran:") shouldBe "cpu0 0x51, cpu0 0x61, cpu1 0x41, cpu1 0x51"
    line(1, "cpu0 in service:") shouldBe "0x51"
    line(1, "cpu0 waiting:") shouldBe "0x41, 0x51, 0x58"
    line(1, "cpu1 waiting:") shouldBe "none"
  }

  "Of 0x31 and 0xe1" should "0xe1 run first, although it came second" in {
    line(2, "by priority (real parts):") shouldBe "cpu0 0xe1, cpu0 0x31"
    line(2, "first come (arbitration = fifo):") shouldBe "cpu0 0x31, cpu0 0xe1"
  }

  "An interrupt" should "be remembered once in ISR and once in IRR; the rest collapse" in {
    line(3, "in the handler:") shouldBe "ISR 0x51, IRR 0x51"
    line(3, "collapsed in IRR:") shouldBe "8"
    line(3, "handler ran:") shouldBe "2 times for 10 messages"
  }

  "Three of a class" should "all be requested today, and two on a P6, but none be lost" in {
    line(3, "parts of today:") shouldBe
      "IRR 0x51, 0x52, 0x53; then ran: cpu0 0x53, cpu0 0x52, cpu0 0x51"
    line(3, "generation = p6:") shouldBe
      "IRR 0x51, 0x52; then ran: cpu0 0x52, cpu0 0x53, cpu0 0x51"
  }

  "Interrupts" should "nest when IF is 1 and the class is higher; NMI in all but NMI" in {
    line(4, "the handler").split(" {2,}").map(_.trim) shouldBe
      Array("class 4", "class 5", "class 6", "NMI").map(_.replace("  ", " "))
    row("interrupt gate  ") shouldBe Seq("after IRET", "after IRET", "after IRET", "nests")
    row("interrupt gate, and executes STI") shouldBe
      Seq("after IRET", "after IRET", "nests", "nests")
    row("trap gate") shouldBe Seq("after IRET", "after IRET", "nests", "nests")
    row("NMI handler") shouldBe Seq("after IRET", "after IRET", "after IRET", "after IRET")
  }

  private def row(start: String): Seq[String] =
    "nests|after IRET|lost".r.findAllIn(line(4, start)).toSeq

  "Ten NMIs inside an NMI" should "give one more" in {
    line(5, "runs before its IRET:") shouldBe "1"
    line(5, "runs in all:") shouldBe "2"
    line(5, "collapsed:") shouldBe "9"
  }

  "One register page" should "be the local APIC of the CPU that asks" in {
    line(6, "cpu0:") shouldBe "id 0x00000000, TPR 0x10"
    line(6, "cpu1:") shouldBe "id 0x01000000, TPR 0x20"
    line(6, "cpu2:") shouldBe "id 0x02000000, TPR 0x30"
  }

  "A device's write to 0xFEE" should "be a message, and a CPU's a register access" in {
    line(7, "cpu0 stores 0x31 at 0xfee00080:") shouldBe "TPR of cpu0 = 0x31, handlers run: 0"
    line(7, "a device stores 0x51 at 0xfee00080:") shouldBe
      "TPR of cpu0 = 0x31, ran: cpu0 0x51"
    line(7, "a device stores 0x52 at 0xfee010b0:") shouldBe "ran: cpu1 0x52"
  }

  "All questions" should "be answered, the same each time" in {
    Answers.all() should have size Answers.count
    Answers.all() shouldBe Answers.all()
  }
}
