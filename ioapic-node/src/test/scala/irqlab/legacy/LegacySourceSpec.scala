package irqlab.legacy

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.protocol._
import irqlab.recorded.Registers
import irqlab.runtime.{Message, RecordingIo, StateReader, StateWriter}
import irqlab.topology.Trigger
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class LegacySourceSpec extends AnyFlatSpec with Matchers {
  private val self = 42
  private val holdPs = 100L

  private def id(n: Int) = InterruptId.of(self, 0, n.toLong)

  private class Bench(
      trigger: Trigger,
      hold: Long = holdPs,
      ioApic: Boolean = true,
      pic: Boolean = true
  ) {
    val io = new RecordingIo[EndpointMessage]
    val device = new LegacySource(self, trigger, hold, wiring)

    private def wiring = new LegacyWiring(
      if (ioApic) RecordingIo.port[IoApicMessage]("ioapic/0") else null,
      9,
      if (pic) RecordingIo.port[PicMessage]("pic") else null,
      9,
      RecordingIo.port[RootComplexMessage]("root")
    )

    def raise(): Unit = command(EndpointCommands.RAISE)
    def command(what: Int, entry: Int = 0, a: Long = 0): Unit =
      device.on(new EndpointMessage.Command(what, entry, a, 0, 0), io)
    def load(law: ArrivalLaw): Unit = device.on(law.encoded(0), io)
    def stop(): Unit = command(EndpointCommands.STOP_LOAD, entry = -1)
    def read(offset: Int): Long = {
      device.on(new EndpointMessage.MmioRead(1, 6, offset), io)
      sent.collect { case d: RootComplexMessage.ReadDone => d.value }.last
    }
    def write(offset: Int): Unit = device.on(new EndpointMessage.MmioWrite(offset, 0), io)
    def expire(): Unit = io.expire(device)
    def sent: Seq[Message] = io.messages.asScala.toSeq
    def atIoApic: Seq[(Boolean, Long)] =
      sent.collect { case l: IoApicMessage.Line => (l.asserted, l.id) }
    def atPic: Seq[(Boolean, Long)] =
      sent.collect { case l: PicMessage.Line => (l.asserted, l.id) }
    def fate(fate: Fate): Long = io.ledger.fate(fate)
    def shown: Registers = Registers.of(device)
  }

  "An edge source" should "give a pulse" in {
    val bench = new Bench(Trigger.EDGE)
    bench.raise()
    bench.atIoApic shouldBe Seq((true, id(1)))
    bench.expire()
    bench.io.nowPs shouldBe holdPs
    bench.atIoApic shouldBe Seq((true, id(1)), (false, 0))
    bench.raise()
    bench.atIoApic.last shouldBe ((true, id(2)))
  }

  it should "have no second edge inside its pulse" in {
    val bench = new Bench(Trigger.EDGE)
    bench.raise()
    bench.raise()
    bench.fate(Fate.COLLAPSED_LINE) shouldBe 1
    bench.atIoApic should have size 1
  }

  it should "end its pulse early when the driver reads" in {
    val bench = new Bench(Trigger.EDGE)
    bench.raise()
    bench.read(0) shouldBe 1
    bench.io.alarms should have size 0
    bench.atIoApic shouldBe Seq((true, id(1)), (false, 0))
  }

  it should "stay high until the next raise, without a length of its own" in {
    val bench = new Bench(Trigger.EDGE, LegacySource.HOLD_UNTIL_NEXT)
    bench.raise()
    bench.io.alarms should have size 0
    bench.raise()
    bench.atIoApic shouldBe Seq((true, id(1)), (false, 0), (true, id(2)))
  }

  "A level source" should "hold its line until the driver reads or writes" in {
    forAll(Table[String, Bench => Unit](("access", "run"), ("read", _.read(0)), ("write", _.write(0)))) {
      (_, run) =>
        val bench = new Bench(Trigger.LEVEL)
        bench.raise()
        bench.io.alarms should have size 0
        bench.shown("line") shouldBe 1
        run(bench)
        bench.shown("line") shouldBe 0
        bench.atIoApic shouldBe Seq((true, id(1)), (false, 0))
    }
  }

  it should "count what came while its line was high, for the driver's read" in {
    val bench = new Bench(Trigger.LEVEL)
    (1 to 3).foreach(_ => bench.raise())
    bench.fate(Fate.COLLAPSED_LINE) shouldBe 2
    bench.read(LegacySource.COUNT) shouldBe 3
    bench.read(LegacySource.ACKNOWLEDGE) shouldBe 3
    bench.read(LegacySource.ACKNOWLEDGE) shouldBe 0
  }

  "The line" should "go to both chips, and the raise to the IO-APIC if there is one" in {
    forAll(
      Table(
        ("IO-APIC", "8259A", "raise at the IO-APIC", "raise at the 8259A"),
        (true, true, Seq((true, id(1))), Seq((true, 0L))),
        (true, false, Seq((true, id(1))), Nil),
        (false, true, Nil, Seq((true, id(1))))
      )
    ) { (ioApic, pic, atIoApic, atPic) =>
      val bench = new Bench(Trigger.LEVEL, ioApic = ioApic, pic = pic)
      bench.raise()
      bench.atIoApic shouldBe atIoApic
      bench.atPic shouldBe atPic
      bench.io.ledger.raised shouldBe 1
    }
  }

  it should "be named by pin, source and intended time" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.command(EndpointCommands.RAISE, a = 1234)
    bench.sent shouldBe Seq(
      new IoApicMessage.Line(9, true, self, id(1), 1234),
      new PicMessage.Line(9, true, self, 0, 1234)
    )
  }

  it should "lose a raise that no chip sees" in {
    val bench = new Bench(Trigger.LEVEL, ioApic = false, pic = false)
    bench.raise()
    bench.fate(Fate.LOST_NO_ROUTE) shouldBe 1
    bench.io.ledger.balanced shouldBe true
  }

  "A load" should "raise at its intended times" in {
    val bench = new Bench(Trigger.EDGE)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, 3))
    while (bench.io.alarms.size > 0) {
      bench.expire()
    }
    bench.sent.collect { case l: IoApicMessage.Line if l.asserted => l.raisedPs } shouldBe
      Seq(0, 1000, 2000)
    bench.shown("raised") shouldBe 3
    bench.shown("next") shouldBe -1
  }

  it should "end when told, and not before" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, -1))
    bench.expire()
    bench.shown("raised") shouldBe 2
    bench.stop()
    bench.io.alarms should have size 0
    bench.shown("next") shouldBe -1
  }

  it should "begin when it is asked for" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.io.advance(300)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, 2))
    bench.io.alarms.get(0).atPs shouldBe 1300
  }

  it should "be nothing when its count is none" in {
    forAll(Table("law", ArrivalLaw.Kind.EVERY, ArrivalLaw.Kind.QUEUE_DEPTH)) { law =>
      val bench = new Bench(Trigger.LEVEL)
      bench.load(new ArrivalLaw(law, 5, 0, 0))
      bench.shown("raised") shouldBe 0
    }
  }

  it should "replace the one before" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, -1))
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 500, 0, -1))
    bench.io.alarms should have size 1
  }

  it should "catch up when the machine was late, one raise at a time" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, -1))
    bench.io.advance(3500)
    bench.expire()
    bench.shown("raised") shouldBe 2
    bench.expire()
    bench.expire()
    bench.shown("raised") shouldBe 4
    bench.shown("next") shouldBe 4000
  }

  it should "come in bursts" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.BURST, 1000, 5, -1))
    bench.shown("raised") shouldBe 5
    bench.expire()
    bench.shown("raised") shouldBe 10
  }

  it should "in a closed loop follow what the driver served" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.QUEUE_DEPTH, 2, 0, 5))
    Seq.fill(4)(bench.read(0)) shouldBe Seq(2, 2, 1, 0)
    bench.shown("raised") shouldBe 5
  }

  it should "in a closed loop end when told" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.QUEUE_DEPTH, 2, 0, -1))
    bench.stop()
    Seq.fill(2)(bench.read(0)) shouldBe Seq(2, 0)
  }

  "What the device does not have" should "be answered and counted" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.read(0x10) shouldBe 0
    bench.write(0x10)
    bench.device.on(new EndpointMessage.ConfigRead(1, 2, 0, 4), bench.io)
    bench.device.on(new EndpointMessage.ConfigWrite(1, 3, 0, 4, 0), bench.io)
    bench.device.on(new EndpointMessage.LineCompletion(0, 0, 0, 0, 0, 0, 0, 0, 0), bench.io)
    bench.command(EndpointCommands.RAISE, entry = 1)
    bench.command(99)
    bench.io.ledger.counter(Counter.BAD_ACCESS) shouldBe 7
    bench.sent.takeRight(2) shouldBe Seq(
      new RootComplexMessage.ReadDone(1, 2, 0xffff_ffffL),
      new RootComplexMessage.ReadDone(1, 3, 0)
    )
  }

  "A source saved and loaded elsewhere" should "go on with the same numbers" in {
    val bench = new Bench(Trigger.LEVEL)
    bench.load(new ArrivalLaw(ArrivalLaw.Kind.EVERY, 1000, 0, 10))
    bench.expire()
    val out = new StateWriter(ProtocolCodecs.all)
    bench.device.save(out)
    val copy = new Bench(Trigger.LEVEL)
    copy.device.load(new StateReader(out.toBytes, ProtocolCodecs.all))
    copy.shown.all shouldBe bench.shown.all
    copy.read(0) shouldBe 2
    copy.raise()
    copy.atIoApic shouldBe Seq((false, 0), (true, id(3)))
  }
}
