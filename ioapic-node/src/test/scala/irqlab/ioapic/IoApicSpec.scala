package irqlab.ioapic

import irqlab.ioapic.Entry._
import irqlab.observe.Counter
import irqlab.protocol.{DeliveryMode, IoApicMessage, Msi, RootComplexMessage}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class IoApicSpec extends AnyFlatSpec with Matchers {

  "The registers" should "reset, write and read back as the data sheet says (IOA-001, T-020)" in {
    forAll(
      Table(
        ("register", "index", "reset", "written", "read back"),
        ("id", 0x00, 0x0200_0000L, 0xffff_ffff, 0x0f00_0000L),
        ("version", 0x01, 0x0017_0020L, 0xffff_ffff, 0x0017_0020L),
        ("arbitration", 0x02, 0x0200_0000L, 0xffff_ffff, 0x0200_0000L),
        ("entry 0 low", 0x10, 0x0001_0000L, 0xffff_ffff, 0xffff_afffL),
        ("entry 0 high", 0x11, 0x0L, 0xffff_ffff, 0xffff_ffffL),
        ("entry 23 low", 0x3e, 0x0001_0000L, 0x0000_1234, 0x0000_0234L),
        ("past the table", 0x40, 0x0L, 0xffff_ffff, 0x0L),
        ("reserved", 0x03, 0x0L, 0xffff_ffff, 0x0L)
      )
    ) { (_, index, reset, written, readBack) =>
      val bench = new IoApicBench
      bench.read(index) shouldBe reset
      bench.write(index, written)
      bench.read(index) shouldBe readBack
    }
  }

  it should "have an arbitration id that follows the id (T-020)" in {
    val bench = new IoApicBench
    bench.write(0, 0x0900_0000)
    bench.read(2) shouldBe 0x0900_0000L
  }

  it should "name version and pins of the chip that was built" in {
    new IoApicBench(version = 0x11, pins = 240).read(1) shouldBe 0x00ef_0011L
    an[IllegalArgumentException] should be thrownBy new IoApicBench(pins = 241)
    an[IllegalArgumentException] should be thrownBy new IoApicBench(pins = 0)
  }

  it should "reach the last entry of a chip of any size" in {
    forAll(Table("pins", 1, 24, 120, 121, 240)) { pins =>
      val bench = new IoApicBench(pins = pins)
      val last = 0x10 + 2 * (pins - 1)
      bench.write(last, 0x31)
      bench.read(last) shouldBe 0x31
      bench.shown(s"rte[${pins - 1}]") shouldBe 0x31
    }
  }

  it should "be reached through index and window, and count what is not there" in {
    val bench = new IoApicBench
    bench.register(IoApic.INDEX, 0x101)
    bench.readAt(IoApic.INDEX) shouldBe 1
    bench.count(Counter.BAD_ACCESS) shouldBe 0
    bench.readAt(0x20) shouldBe 0
    bench.register(0x20, 5)
    bench.read(0x0f)
    bench.write(0x40, 1)
    bench.count(Counter.BAD_ACCESS) shouldBe 4
  }

  "A read" should "be answered to who asked, with the tag" in {
    val bench = new IoApicBench
    bench.readAt(IoApic.INDEX)
    bench.io.messages.get(0) shouldBe new RootComplexMessage.ReadDone(3, 7, 0)
  }

  "A message" should "carry raise, intended time, requester, and the entry's fields" in {
    val bench = new IoApicBench
    bench.program(5, to(3) | logical | mode(1) | 0x62)
    bench.chip.on(new IoApicMessage.Line(5, true, 1, 77, 1234), bench.io)
    val sent = bench.sent.head
    sent shouldBe new RootComplexMessage.MsiWrite(77, 1234, 0xfee0_3004L, 0x4162, 0xf0f8, 0)
    Msi.destination(sent.address) shouldBe 3
    Msi.logical(sent.address) shouldBe true
    Msi.mode(sent.data) shouldBe DeliveryMode.LOWEST_PRIORITY
  }

  "An edge pin" should "send one message for each rise (IOA-003, T-021)" in {
    val bench = new IoApicBench
    bench.program(4, 0x31)
    bench.pulse(4)
    bench.raise(4)
    bench.vectors shouldBe Seq(0x31, 0x31)
    bench.count(Counter.MESSAGES_SENT) shouldBe 2
    bench.shown("sent[4]") shouldBe 2
    bench.shown("rises[4]") shouldBe 2
    bench.entry(4).remoteIrr shouldBe false
  }

  it should "not send again for a line that is already high (D-35)" in {
    val bench = new IoApicBench
    bench.program(4, 0x31)
    bench.raise(4)
    bench.raise(4)
    bench.vectors shouldBe Seq(0x31)
  }

  it should "lose an edge while masked, and send a new edge after the unmask (IOA-004, T-026)" in {
    val bench = new IoApicBench
    bench.program(4, mask | 0x31)
    bench.pulse(4)
    bench.low(4, 0x31)
    bench.vectors shouldBe empty
    bench.pulse(4)
    bench.vectors shouldBe Seq(0x31)
  }

  it should
    "send nothing at the unmask of a line still high (D-36, T-091 edge_trigger_unmask_test)" in {
    val bench = new IoApicBench
    bench.program(4, mask | 0x31)
    bench.raise(4)
    bench.low(4, 0x31)
    bench.vectors shouldBe empty
  }

  it should "not be moved by an EOI of its vector (T-091 end_of_interrupt_edge_triggered_irq)" in {
    val bench = new IoApicBench
    bench.program(4, 0x31)
    bench.raise(4)
    bench.eoi(0x31)
    bench.vectors shouldBe Seq(0x31)
  }

  "Two edges" should "be two messages in the order of the edges (T-022)" in {
    val bench = new IoApicBench
    bench.program(15, 0x66)
    bench.program(14, 0x78)
    bench.pulse(15)
    bench.pulse(14)
    bench.vectors shouldBe Seq(0x66, 0x78)
  }

  "A level pin" should "send once and set remote IRR (IOA-005, T-021)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.vectors shouldBe Seq(0x41)
    Msi.level(bench.sent.head.data) shouldBe true
    bench.entry(9).remoteIrr shouldBe true
    bench.lower(9)
    bench.entry(9).remoteIrr shouldBe true
    bench.eoi(0x41)
    bench.entry(9).remoteIrr shouldBe false
    bench.vectors shouldBe Seq(0x41)
  }

  it should
    "coalesce what falls again before its EOI (IOA-013, T-023, T-091 coalesce_multiple_level)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.lower(9)
    bench.raise(9)
    bench.lower(9)
    bench.eoi(0x41)
    bench.vectors shouldBe Seq(0x41)
  }

  it should "send twice when raised twice with the handler lowering it (T-024)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    (1 to 2).foreach { _ =>
      bench.raise(9)
      bench.lower(9)
      bench.eoi(0x41)
    }
    bench.vectors shouldBe Seq(0x41, 0x41)
  }

  it should
    "send again at EOI while its line is high (IOA-008, T-025, T-091 reinject_level_interrupt)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.eoi(0x41)
    bench.vectors shouldBe Seq(0x41, 0x41)
    bench.entry(9).remoteIrr shouldBe true
    bench.count(Counter.LEVEL_RESENT) shouldBe 1
    bench.lower(9)
    bench.eoi(0x41)
    bench.vectors should have size 2
  }

  it should
    "wait while masked and be sent at the unmask (IOA-006, T-027, T-091 level_trigger_unmask)" in {
    val bench = new IoApicBench
    bench.program(9, level | mask | 0x41)
    bench.raise(9)
    bench.vectors shouldBe empty
    bench.low(9, level | 0x41)
    bench.vectors shouldBe Seq(0x41)
  }

  it should "forget a line that dropped while masked (IOA-007)" in {
    val bench = new IoApicBench
    bench.program(9, level | mask | 0x41)
    bench.raise(9)
    bench.lower(9)
    bench.low(9, level | 0x41)
    bench.vectors shouldBe empty
  }

  it should "be sent after a mask, an EOI and an unmask with the line high (T-028)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.low(9, level | mask | 0x41)
    bench.entry(9).remoteIrr shouldBe true
    bench.eoi(0x41)
    bench.vectors should have size 1
    bench.low(9, level | 0x41)
    bench.vectors should have size 2
  }

  it should "look at the line at the unmask, not at an old request (IOA-021)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.low(9, level | mask | 0x41)
    bench.eoi(0x41)
    bench.lower(9)
    bench.low(9, level | 0x41)
    bench.vectors should have size 1
  }

  "Remote IRR" should "outlive a new vector, whose EOI then ends it (IOA-009)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.low(9, level | 0x51)
    bench.eoi(0x41)
    bench.entry(9).remoteIrr shouldBe true
    bench.vectors should have size 1
    bench.eoi(0x51)
    bench.vectors shouldBe Seq(0x41, 0x51)
  }

  it should "fall when software turns the entry to edge and back (IOA-009, T-091 implicit_eoi)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.lower(9)
    bench.low(9, mask | 0x41)
    bench.entry(9).remoteIrr shouldBe false
    bench.low(9, level | 0x41)
    bench.raise(9)
    bench.vectors shouldBe Seq(0x41, 0x41)
  }

  it should
    "not be set again by an older image of the entry (IOA-011, T-091 reconfiguration_race)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9)
    val image = bench.entry(9).raw.toInt
    bench.lower(9)
    bench.eoi(0x41)
    bench.low(9, image)
    bench.entry(9).remoteIrr shouldBe false
    bench.low(9, image & ~level)
    bench.raise(9)
    bench.vectors shouldBe Seq(0x41, 0x41)
  }

  it should "outlive a new destination, and the EOI of the old CPU ends it (IOA-012, T-030)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41 | to(1))
    bench.raise(9)
    bench.write(0x11 + 18, 0x0200_0000)
    bench.entry(9).remoteIrr shouldBe true
    bench.vectors should have size 1
    bench.eoi(0x41)
    bench.sent.map(m => Msi.destination(m.address)) shouldBe Seq(1, 2)
  }

  it should "be ended once for all CPUs of a logical destination (IOA-014, T-032)" in {
    val bench = new IoApicBench
    bench.program(9, level | logical | 0x41 | to(0xd))
    bench.raise(9)
    bench.lower(9)
    bench.eoi(0x41)
    bench.entry(9).remoteIrr shouldBe false
    bench.eoi(0x41)
    bench.eoi(0x41)
    bench.vectors shouldBe Seq(0x41)
  }

  "One EOI" should "end every level pin of its vector, and each sends again (IOA-008, D-38)" in {
    val bench = new IoApicBench
    Seq(3, 9, 20).foreach(pin => bench.program(pin, level | 0x41 | to(pin % 4)))
    bench.program(10, level | 0x42)
    Seq(3, 9, 10).foreach(pin => bench.raise(pin))
    bench.eoi(0x41)
    bench.vectors shouldBe Seq(0x41, 0x41, 0x42, 0x41, 0x41)
    bench.entry(10).remoteIrr shouldBe true
  }

  "The EOI register" should "work as an EOI message from version 0x20 on (IOA-015)" in {
    forAll(Table(("version", "remote IRR after"), (0x20, false), (0x11, true))) {
      (version, after) =>
        val bench = new IoApicBench(version)
        bench.program(9, level | 0x41)
        bench.raise(9)
        bench.lower(9)
        bench.register(IoApic.EOI, 0x41)
        bench.entry(9).remoteIrr shouldBe after
        bench.count(Counter.BAD_ACCESS) shouldBe (if (after) 1 else 0)
    }
  }

  "Without EOI" should "remote IRR hold the pin back for ever (IOA-016)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    (1 to 5).foreach { _ =>
      bench.raise(9)
      bench.lower(9)
    }
    bench.vectors shouldBe Seq(0x41)
  }

  "A shared line" should "be high while any source asserts it (IOA-018)" in {
    val bench = new IoApicBench
    bench.program(9, level | 0x41)
    bench.raise(9, source = 1)
    bench.raise(9, source = 2)
    bench.lower(9, source = 1)
    bench.shown("line[0]") shouldBe 1L << 9
    bench.eoi(0x41)
    bench.vectors should have size 2
    bench.lower(9, source = 2)
    bench.shown("line[0]") shouldBe 0
    bench.eoi(0x41)
    bench.vectors should have size 2
  }

  it should "have one edge for the first of its sources" in {
    val bench = new IoApicBench
    bench.program(9, 0x41)
    bench.raise(9, source = 1)
    bench.raise(9, source = 2)
    bench.lower(9, source = 1)
    bench.lower(9, source = 2)
    bench.vectors shouldBe Seq(0x41)
  }

  "The guard against storms" should "delay a pin sent again too often in a row (IOA-017)" in {
    val bench = new IoApicBench(guard = new ResendGuard(3, 1000))
    bench.program(9, level | 0x41)
    bench.raise(9)
    (1 to 3).foreach(_ => bench.eoi(0x41))
    bench.vectors should have size 3
    bench.io.alarms should have size 1
    bench.io.expire(bench.chip)
    bench.io.nowPs shouldBe 1000
    bench.vectors should have size 4
    bench.eoi(0x41)
    bench.vectors should have size 5
  }

  it should "begin anew when the line was low at an EOI, or the entry was written" in {
    val bench = new IoApicBench(guard = new ResendGuard(2, 1000))
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.eoi(0x41)
    bench.lower(9)
    bench.eoi(0x41)
    bench.raise(9)
    bench.eoi(0x41)
    bench.low(9, level | 0x41)
    bench.eoi(0x41)
    bench.io.alarms should have size 0
    bench.eoi(0x41)
    bench.io.alarms should have size 1
  }

  it should "send nothing after its delay when the line has dropped" in {
    val bench = new IoApicBench(guard = new ResendGuard(1, 1000))
    bench.program(9, level | 0x41)
    bench.raise(9)
    bench.eoi(0x41)
    bench.lower(9)
    bench.io.expire(bench.chip)
    bench.vectors shouldBe Seq(0x41)
  }

  "An ExtINT pin" should "send a message without a vector of its own (IOA-020, PIC-016)" in {
    val bench = new IoApicBench
    bench.program(0, mode(7) | level)
    bench.chip.on(new IoApicMessage.Line(0, true, 1, 0, 0), bench.io)
    bench.chip.on(new IoApicMessage.Line(0, false, 1, 0, 0), bench.io)
    bench.chip.on(new IoApicMessage.Line(0, true, 1, 0, 0), bench.io)
    bench.sent.map(m => Msi.mode(m.data)) shouldBe Seq.fill(2)(DeliveryMode.EXT_INT)
    bench.entry(0).remoteIrr shouldBe false
  }

  "A torn update" should "send with the old half in between (IOA-024)" in {
    val bench = new IoApicBench
    bench.program(4, 0x31 | to(1))
    bench.write(0x11 + 8, 0x0200_0000)
    bench.pulse(4)
    bench.low(4, 0x32)
    bench.pulse(4)
    bench.sent.map(m => (Msi.destination(m.address), m.data & 0xff)) shouldBe
      Seq((2, 0x31), (2, 0x32))
  }

  "The request bit" should "not appear when an edge entry with a high line turns to level" in {
    val bench = new IoApicBench
    bench.program(20, 0x51)
    bench.raise(20)
    bench.low(20, level | 0x51)
    bench.vectors shouldBe Seq(0x51)
    bench.entry(20).remoteIrr shouldBe false
  }

  it should "be sent as an edge when a waiting level request's entry turns to edge" in {
    val bench = new IoApicBench
    bench.program(20, level | mask | 0x51)
    bench.raise(20)
    bench.low(20, mask | 0x51)
    bench.lower(20)
    bench.vectors shouldBe empty
    bench.low(20, 0x51)
    bench.vectors shouldBe Seq(0x51)
    Msi.level(bench.sent.head.data) shouldBe false
  }

  "A line that the chip does not have" should "be counted" in {
    val bench = new IoApicBench
    bench.raise(24)
    bench.raise(-1)
    bench.count(Counter.BAD_ACCESS) shouldBe 2
    bench.io.ledger.balanced shouldBe true
  }
}
