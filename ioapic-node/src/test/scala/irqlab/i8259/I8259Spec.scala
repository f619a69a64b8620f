package irqlab.i8259

import irqlab.observe.Counter
import irqlab.protocol.{IoApicMessage, LapicMessage, RootComplexMessage}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class I8259Spec extends AnyFlatSpec with Matchers {
  private val eoi = 0x20

  "After power-up" should "all be masked and edge, at bases 0x20 and 0x28" in {
    val bench = new PicBench
    forAll(
      Table(
        ("register", "master", "slave"),
        ("irr", 0, 0),
        ("isr", 0, 0),
        ("imr", 0xff, 0xff),
        ("elcr", 0, 0),
        ("base", 0x20, 0x28),
        ("hprio", 0, 0)
      )
    ) { (register, master, slave) =>
      bench.master(register) shouldBe master
      bench.slave(register) shouldBe slave
    }
  }

  "ICW1" should
    "clear IMR, ISR and edge requests and all modes (PIC-001, T-092 initial_values)" in {
    val bench = new PicBench().init(masterIcw4 = 0x13)
    bench.out(0x21, 0x01)
    bench.out(0x20, 0x80, 0x68, 0xc3, 0x0b)
    bench.raise(5)
    bench.inta()
    bench.raise(6)
    bench.out(0x20, 0x11)
    forAll(
      Table(
        "register",
        "irr",
        "isr",
        "imr",
        "hprio",
        "autoEoi",
        "rotateInAutoEoi",
        "specialMask",
        "fullyNested",
        "readIsr",
        "poll",
        "int"
      )
    )(register => bench.master(register) shouldBe 0)
  }

  it should "be followed by base, cascade and mode, then the mask (T-092 icw_2_step)" in {
    forAll(
      Table(
        ("ICW1", "data writes", "base", "AEOI", "mask"),
        (0x11, Seq(0x6f, 0x04, 0x03, 0x55), 0x68, 1, 0x55),
        (0x10, Seq(0x40, 0x04, 0x55), 0x40, 0, 0x55),
        (0x13, Seq(0x40, 0x03, 0x55), 0x40, 1, 0x55),
        (0x12, Seq(0x40, 0x55), 0x40, 0, 0x55)
      )
    ) { (icw1, writes, base, aeoi, mask) =>
      val bench = new PicBench
      bench.out(0x20, icw1)
      bench.out(0x21, writes: _*)
      bench.master("base") shouldBe base
      bench.master("autoEoi") shouldBe aeoi
      bench.master("imr") shouldBe mask
      bench.master("expectedIcw") shouldBe 0
    }
  }

  it should "want a new edge of an input that is still high, and none of a level input" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    bench.raise(5)
    bench.raise(6)
    bench.out(0x20, 0x11)
    bench.master("irr") shouldBe 0x20
    bench.lower(6)
    bench.raise(6)
    bench.master("irr") shouldBe 0x60
  }

  "OCW1" should "hold a request back, which stays in IRR (PIC-002, T-092 mask_irq)" in {
    val bench = new PicBench().init()
    bench.out(0x21, 0x20)
    bench.raise(5)
    bench.accept() shouldBe None
    bench.master("irr") shouldBe 0x20
    bench.in(0x21) shouldBe 0x20
    bench.out(0x21, 0x00)
    bench.accept() shouldBe Some(0x25)
  }

  it should
    "mask several inputs at once, and the cascade hides the slave (T-092 mask_multiple_irq)" in {
    val bench = new PicBench().init()
    bench.out(0x21, 0x2c)
    Seq(3, 5, 9, 6).foreach(line => bench.raise(line))
    bench.accept() shouldBe Some(0x26)
    bench.out(0x20, eoi)
    bench.accept() shouldBe None
    bench.out(0x21, 0x28)
    bench.accept() shouldBe Some(0x29)
  }

  it should "take INT down when it masks the only request" in {
    val bench = new PicBench().init()
    bench.raise(5)
    bench.int shouldBe true
    bench.out(0x21, 0x20)
    bench.int shouldBe false
  }

  "An edge input" should
    "request once for a rise, however long it lasts (T-092 edge_trigger_mode)" in {
    val bench = new PicBench().init()
    bench.raise(5)
    bench.accept() shouldBe Some(0x25)
    bench.out(0x20, eoi)
    bench.accept() shouldBe None
    bench.raise(5)
    bench.accept() shouldBe None
    bench.lower(5)
    bench.raise(5)
    bench.accept() shouldBe Some(0x25)
  }

  "A level input" should
    "request as long as it lasts (PIC-003, PIC-004, T-092 level_trigger_mode)" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    bench.raise(5)
    bench.accept() shouldBe Some(0x25)
    bench.master("irr") shouldBe 0x20
    bench.accept() shouldBe None
    bench.out(0x20, eoi)
    bench.accept() shouldBe Some(0x25)
    bench.lower(5)
    bench.out(0x20, eoi)
    bench.accept() shouldBe None
  }

  "The ELCR" should "keep inputs 0, 1, 2, 8 and 13 edge (PIC-003)" in {
    forAll(
      Table(
        ("port", "written", "read back"),
        (0x4d0, 0xff, 0xf8),
        (0x4d1, 0xff, 0xde),
        (0x4d0, 0x07, 0x00),
        (0x4d1, 0x21, 0x00)
      )
    ) { (port, written, readBack) =>
      val bench = new PicBench
      bench.out(port, written)
      bench.in(port) shouldBe readBack
    }
  }

  it should "make an input that is high request when it turns to level" in {
    val bench = new PicBench().init()
    bench.raise(5)
    bench.inta()
    bench.out(0x20, eoi)
    bench.master("irr") shouldBe 0
    bench.out(0x4d0, 0x20)
    bench.accept() shouldBe Some(0x25)
  }

  "INT" should "be up when an open request outranks what is in service (PIC-005)" in {
    forAll(
      Table(
        ("in service", "request", "nests"),
        (5, 6, false),
        (5, 5, false),
        (5, 4, true),
        (0, 1, false),
        (7, 0, true)
      )
    ) { (serving, request, nests) =>
      val bench = new PicBench().init()
      bench.raise(serving)
      bench.inta()
      bench.lower(serving)
      bench.raise(request)
      bench.int shouldBe nests
    }
  }

  it should "fall at the acknowledge and rise for the next, so that an edge input sees it" in {
    val bench = new PicBench().init(masterIcw4 = 3)
    bench.raise(5)
    bench.raise(6)
    bench.inta()
    bench.lints.map(_.asserted) shouldBe Seq(true, false, true)
  }

  it should "fall and rise for the slave's next request too" in {
    val bench = new PicBench().init(masterIcw4 = 3, slaveIcw4 = 3)
    bench.raise(9)
    bench.raise(10)
    bench.inta()
    bench.lints.map(_.asserted) shouldBe Seq(true, false, true)
  }

  it should "fall and rise at a poll" in {
    forAll(Table(("port", "lines"), (0x20, Seq(5, 6)), (0xa0, Seq(9, 10)))) { (port, lines) =>
      val bench = new PicBench().init(masterIcw4 = 3, slaveIcw4 = 3)
      lines.foreach(line => bench.raise(line))
      bench.out(port, 0x0c)
      bench.in(port)
      bench.master("irr") shouldBe (if (port == 0x20) 0x40 else 0x04)
      bench.int shouldBe true
      bench.out(port, 0x0c)
      bench.in(port)
      bench.master("irr") shouldBe 0
    }
  }

  it should "have a low moment at a poll of the master" in {
    val bench = new PicBench().init(masterIcw4 = 3)
    bench.raise(5)
    bench.raise(6)
    bench.out(0x20, 0x0c)
    bench.in(0x20)
    bench.lints.map(_.asserted) shouldBe Seq(true, false, true)
  }

  it should "outlive its line until the acknowledge, an EOI, or another rise" in {
    forAll(
      Table[String, PicBench => Unit, Option[Int]](
        ("event", "do", "accepted"),
        ("read IRR", _.out(0x20, 0x0a), Some(0x27)),
        ("set priority", _.out(0x20, 0xc2), Some(0x27)),
        ("special mask off", _.out(0x20, 0x48), Some(0x27)),
        ("EOI", _.out(0x20, 0x20), None),
        ("specific EOI", _.out(0x20, 0x61), None),
        ("rotating EOI", _.out(0x20, 0xe4), None),
        ("new mask", _.out(0x21, 0x80), None),
        ("level control", _.out(0x4d0, 0x80), Some(0x27))
      )
    ) { (_, event, accepted) =>
      val bench = new PicBench().init()
      bench.raise(5)
      bench.lower(5)
      event(bench)
      bench.accept() shouldBe accepted
    }
  }

  it should "fall when a masked input rises and nothing else is left" in {
    val bench = new PicBench().init()
    bench.out(0x21, 0x02)
    bench.raise(5)
    bench.lower(5)
    bench.raise(1)
    bench.int shouldBe false
  }

  it should "stay up when another open request is only outranked (pic-r1-0239)" in {
    val bench = new PicBench().init()
    bench.raise(11)
    bench.inta()
    bench.out(0x20, 0x20)
    bench.raise(8)
    bench.out(0xa1, 0x01)
    bench.master("irr") shouldBe 0
    bench.out(0xa1, 0x00)
    bench.raise(12)
    bench.out(0xa1, 0x01)
    bench.master("irr") shouldBe 0x04
  }

  it should "reach LINT0 of every CPU and pin 0 of the IO-APIC (PIC-016)" in {
    val bench = new PicBench(cpus = 3).init()
    bench.raise(5)
    val sent = bench.io.sent.asScala.map(s => (s.to, s.member, s.message)).toSeq
    sent shouldBe Seq(
      ("bus", 0, new LapicMessage.Lint(0, true, 0, 0)),
      ("bus", 1, new LapicMessage.Lint(0, true, 0, 0)),
      ("bus", 2, new LapicMessage.Lint(0, true, 0, 0)),
      ("ioapic/0", -1, new IoApicMessage.Line(0, true, 9, 0, 0))
    )
  }

  "The acknowledge" should "take the highest request then, whoever asked first (PIC-006)" in {
    val bench = new PicBench().init()
    bench.raise(6)
    bench.raise(3)
    bench.accept() shouldBe Some(0x23)
    bench.master("isr") shouldBe 0x08
    bench.master("irr") shouldBe 0x40
  }

  it should "answer the CPU that asked" in {
    val bench = new PicBench().init()
    bench.raise(6)
    bench.inta(cpu = 1)
    bench.io.sent.asScala.map(_.member).last shouldBe 1
  }

  it should "give the spurious vector and no ISR bit when nothing requests (PIC-007)" in {
    val bench = new PicBench().init()
    bench.inta().vector shouldBe 0x27
    bench.master("isr") shouldBe 0
    bench.count(Counter.SPURIOUS) shouldBe 1
  }

  it should "be spurious for the second of two CPUs" in {
    val bench = new PicBench().init()
    bench.raise(5)
    Seq(bench.inta(0).vector, bench.inta(1).vector) shouldBe Seq(0x25, 0x27)
  }

  "A request whose line drops first" should "be taken back, and IRQ7 come instead (PIC-007)" in {
    forAll(Table(("trigger", "elcr"), ("edge", 0x00), ("level", 0x20))) { (_, elcr) =>
      val bench = new PicBench().init()
      bench.out(0x4d0, elcr)
      bench.raise(5)
      bench.lower(5)
      bench.master("irr") shouldBe 0
      bench.int shouldBe true
      bench.accept() shouldBe Some(0x27)
      bench.master("isr") shouldBe 0
      bench.int shouldBe false
    }
  }

  it should
    "on the slave be IRQ15, with the master's input 2 in service (T-092 fake_irq_on_primary)" in {
    val bench = new PicBench().init()
    bench.raise(12)
    bench.lower(12)
    bench.accept() shouldBe Some(0x2f)
    bench.slave("isr") shouldBe 0
    bench.master("isr") shouldBe 0x04
    bench.out(0x20, eoi)
    bench.master("isr") shouldBe 0
  }

  it should "leave nothing when it was masked" in {
    val bench = new PicBench().init()
    bench.out(0x21, 0x20)
    bench.raise(5)
    bench.lower(5)
    bench.out(0x21, 0x00)
    bench.accept() shouldBe None
  }

  "The cascade" should
    "put both chips in service and want two EOIs (PIC-008, T-092 cascade_irq)" in {
    val bench = new PicBench().init()
    bench.raise(12)
    bench.master("irr") shouldBe 0x04
    bench.accept() shouldBe Some(0x2c)
    (bench.master("isr"), bench.slave("isr")) shouldBe ((0x04, 0x10))
    bench.raise(10)
    bench.accept() shouldBe None
    bench.out(0x20, eoi)
    bench.accept() shouldBe Some(0x2a)
    bench.out(0xa0, eoi)
    bench.out(0x20, eoi)
    bench.slave("isr") shouldBe 0x10
    bench.out(0xa0, eoi)
    bench.slave("isr") shouldBe 0
  }

  it should "rank the slave between inputs 1 and 3" in {
    val bench = new PicBench().init(masterIcw4 = 3, slaveIcw4 = 3)
    Seq(3, 8, 1).foreach(line => bench.raise(line))
    Seq.fill(4)(bench.accept()) shouldBe Seq(Some(0x21), Some(0x28), Some(0x23), None)
  }

  it should "ask again at once when the slave has more" in {
    val bench = new PicBench().init(masterIcw4 = 3, slaveIcw4 = 3)
    Seq(12, 10).foreach(line => bench.raise(line))
    Seq.fill(3)(bench.accept()) shouldBe Seq(Some(0x2a), Some(0x2c), None)
  }

  it should "have no input 2 of its own" in {
    val bench = new PicBench().init()
    bench.raise(2)
    bench.raise(16)
    bench.accept() shouldBe None
    bench.count(Counter.BAD_ACCESS) shouldBe 2
    bench.io.ledger.balanced shouldBe true
  }

  "Special fully nested mode" should
    "let a higher input of the slave nest (PIC-009, T-092 fully_nested_mode_on, _off)" in {
    forAll(Table(("mode", "master ICW4", "nested"), ("on", 0x11, Some(0x29)), ("off", 1, None))) {
      (_, icw4, nested) =>
        val bench = new PicBench().init(masterIcw4 = icw4)
        bench.raise(12)
        bench.accept() shouldBe Some(0x2c)
        bench.raise(9)
        bench.accept() shouldBe nested
    }
  }

  it should "not let lower inputs of the master by" in {
    val bench = new PicBench().init(masterIcw4 = 0x11)
    bench.raise(12)
    bench.accept()
    bench.raise(4)
    bench.accept() shouldBe None
    bench.raise(1)
    bench.accept() shouldBe Some(0x21)
  }

  "EOI" should "end the highest in service, or the one named (PIC-010, T-092 specific_eoi)" in {
    forAll(
      Table(
        ("command", "ISR after"),
        (0x20, 0x20),
        (0x63, 0x20),
        (0x65, 0x08),
        (0x64, 0x28),
        (0x40, 0x28)
      )
    ) { (command, after) =>
      val bench = new PicBench().init()
      bench.raise(5)
      bench.inta()
      bench.raise(3)
      bench.inta()
      bench.out(0x20, command)
      bench.master("isr") shouldBe after
    }
  }

  it should "follow the rotated order" in {
    val bench = new PicBench().init()
    bench.out(0x20, 0xc3)
    bench.raise(3)
    bench.inta()
    bench.raise(5)
    bench.inta()
    bench.master("isr") shouldBe 0x28
    bench.out(0x20, eoi)
    bench.master("isr") shouldBe 0x08
  }

  it should "do nothing with nothing in service, and rotate nothing" in {
    val bench = new PicBench().init()
    bench.out(0x20, 0xa0)
    bench.master("hprio") shouldBe 0
  }

  "Rotation" should "make the ended or named input the lowest (PIC-011, T-092 rotations)" in {
    forAll(
      Table(
        ("command", "highest after", "ISR after"),
        (0x20, 0, 0x00),
        (0xa0, 5, 0x00),
        (0xe4, 5, 0x00),
        (0xe6, 7, 0x10),
        (0xc2, 3, 0x10),
        (0xc7, 0, 0x10)
      )
    ) { (command, highest, isr) =>
      val bench = new PicBench().init()
      bench.raise(4)
      bench.inta()
      bench.out(0x20, command)
      bench.master("hprio") shouldBe highest
      bench.master("isr") shouldBe isr
    }
  }

  it should "in automatic EOI happen at each acknowledge while it is on (T-092 rotate_aeoi)" in {
    forAll(Table(("commands", "highest after"), (Seq(0x80), 5), (Seq(0x80, 0x00), 0))) {
      (commands, highest) =>
        val bench = new PicBench().init(masterIcw4 = 3)
        bench.out(0x20, commands: _*)
        bench.raise(4)
        bench.accept() shouldBe Some(0x24)
        bench.master("hprio") shouldBe highest
    }
  }

  it should "change who comes first" in {
    val bench = new PicBench().init()
    bench.out(0x20, 0xc4)
    Seq(0, 4, 5).foreach(line => bench.raise(line))
    bench.accept() shouldBe Some(0x25)
  }

  "Automatic EOI" should "leave ISR clear (PIC-015, T-092 auto_eoi)" in {
    val bench = new PicBench().init(masterIcw4 = 3)
    bench.raise(5)
    bench.raise(3)
    Seq.fill(2)(bench.accept()) shouldBe Seq(Some(0x23), Some(0x25))
    bench.master("isr") shouldBe 0
  }

  "Special mask mode" should "let others by an input that is masked in service (PIC-012)" in {
    val bench = new PicBench().init()
    bench.raise(3)
    bench.inta()
    bench.raise(5)
    bench.out(0x21, 0x08)
    bench.accept() shouldBe None
    bench.out(0x20, 0x68)
    bench.accept() shouldBe Some(0x25)
    bench.out(0x20, 0x48)
    bench.raise(6)
    bench.accept() shouldBe None
  }

  it should "end with its own command only, and then block again" in {
    val bench = new PicBench().init()
    bench.raise(3)
    bench.inta()
    bench.out(0x21, 0x08)
    bench.out(0x20, 0x68, 0x0b)
    bench.raise(5)
    bench.int shouldBe true
    bench.out(0x20, 0x48)
    bench.master("specialMask") shouldBe 0
    bench.accept() shouldBe Some(0x27)
  }

  it should "still be outranked by what is in service and not masked" in {
    val bench = new PicBench().init()
    bench.out(0x20, 0x68)
    bench.raise(3)
    bench.inta()
    bench.raise(5)
    bench.accept() shouldBe None
  }

  "A poll" should "acknowledge by the read (PIC-013)" in {
    val bench = new PicBench().init()
    bench.raise(5)
    bench.out(0x20, 0x0c)
    bench.in(0x20) shouldBe 0x85
    bench.master("isr") shouldBe 0x20
    bench.int shouldBe false
    bench.in(0x20) shouldBe 0x00
  }

  it should "read 0 when nothing requests, and be over" in {
    val bench = new PicBench().init()
    bench.out(0x21, 0x55)
    bench.out(0x20, 0x0c)
    bench.in(0x21) shouldBe 0x00
    bench.in(0x21) shouldBe 0x55
  }

  it should "name the cascade on the master, then the input on the slave" in {
    val bench = new PicBench().init()
    bench.raise(12)
    bench.out(0x20, 0x0c)
    bench.in(0x20) shouldBe 0x82
    bench.out(0xa0, 0x0c)
    bench.in(0xa0) shouldBe 0x84
    (bench.master("isr"), bench.slave("isr")) shouldBe ((0x04, 0x10))
  }

  "OCW3" should "select what the command port reads (PIC-014, T-092 ocw3)" in {
    val bench = new PicBench().init()
    bench.raise(5)
    bench.inta()
    bench.raise(3)
    forAll(Table(("commands", "read"), (Seq(0x0a), 0x08), (Seq(0x0b), 0x20), (Seq(0x08), 0x20))) {
      (commands, read) =>
        bench.out(0x20, commands: _*)
        bench.in(0x20) shouldBe read
    }
  }

  "A port that is none of its own" should "read all ones and be counted" in {
    val bench = new PicBench
    bench.in(0x22) shouldBe 0xff
    bench.out(0x4d2, 1)
    bench.count(Counter.BAD_ACCESS) shouldBe 2
  }

  "A read" should "be answered to who asked, with the tag" in {
    val bench = new PicBench
    bench.in(0xa1, cpu = 1)
    bench.messages shouldBe Seq(new RootComplexMessage.ReadDone(1, 5, 0xff))
  }

  "A line with two sources" should "be the OR of both" in {
    val bench = new PicBench().init()
    bench.out(0x4d0, 0x20)
    bench.raise(5, source = 1)
    bench.raise(5, source = 2)
    bench.lower(5, source = 1)
    bench.master("irr") shouldBe 0x20
    bench.lower(5, source = 2)
    bench.master("irr") shouldBe 0
  }
}
