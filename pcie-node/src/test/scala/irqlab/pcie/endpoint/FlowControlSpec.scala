package irqlab.pcie.endpoint

import irqlab.observe.{Counter, Fate, InterruptId}
import irqlab.pcie.config.{ConfigSpace, MsiCapability, MsixCapability, PciIdentity}
import irqlab.protocol.RootComplexMessage._
import irqlab.protocol._
import irqlab.runtime._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner
import scala.jdk.CollectionConverters._
import scala.util.Random

/** A function that does what it is told: data of an entry has the entry as its address. */
private final class Puppet extends EndpointModel {
  var ready = 0
  override def mmioWrite(offset: Int, value: Long, context: EndpointContext): Unit = ()
  override def mmioRead(offset: Int, context: EndpointContext): Long = 7
  override def command(command: EndpointMessage.Command, context: EndpointContext): Unit =
    command.what match {
      case Puppet.Data  => context.dmaWrite(8L * command.entry, command.a)
      case Puppet.Raise => context.raise(command.entry, 0)
      case Puppet.Lower => context.lower(command.entry)
      case Puppet.Fetch => context.dmaRead(command.entry, 0)
    }
  override def transmitReady(context: EndpointContext): Unit = ready += 1
  override def alarm(what: Int, data: Long, context: EndpointContext): Unit = ()
  override def save(out: StateWriter): Unit = ()
  override def load(in: StateReader): Unit = ()
  override def inspect(out: Inspector): Unit = ()
}

private object Puppet {
  val Data = 1
  val Raise = 2
  val Lower = 3
  val Fetch = 4
}

@RunWith(classOf[JUnitRunner])
class FlowControlSpec extends AnyFlatSpec with Matchers {
  private val codecs = ProtocolCodecs.all()
  private val Entries = 4

  private class Bench(credits: Int) {
    val io = new RecordingIo[EndpointMessage]
    val model = new Puppet
    private val config = new ConfigSpace(
      new PciIdentity(1, 2, 3, 4),
      1,
      0xc0000000,
      new MsiCapability(Entries, true, true),
      new MsixCapability(Entries, MemoryMap.MSIX_TABLE, MemoryMap.MSIX_PBA))
    val host = new EndpointHost(
      9, 0x20, Entries, config, model, RecordingIo.port[RootComplexMessage]("root"), credits)
    private var limit = credits

    def config(offset: Int, value: Int): Unit =
      host.on(new EndpointMessage.ConfigWrite(0, 1, offset, 2, value), io)
    def write(offset: Int, value: Long): Unit =
      host.on(new EndpointMessage.MmioWrite(offset, value), io)
    def read(offset: Int): Unit = host.on(new EndpointMessage.MmioRead(0, 1, offset), io)
    def mask(entry: Int, on: Boolean): Unit =
      write(MemoryMap.MSIX_TABLE + 16 * entry + 12, if (on) 1 else 0)
    private def command(what: Int, entry: Int, a: Long = 0): Unit =
      host.on(new EndpointMessage.Command(what, entry, a, 0, 0), io)
    def data(entry: Int, value: Long = 0): Unit = command(Puppet.Data, entry, value)
    def raise(entry: Int): Unit = command(Puppet.Raise, entry)
    def lower(entry: Int): Unit = command(Puppet.Lower, entry)
    def fetch(tag: Int): Unit = command(Puppet.Fetch, tag)

    /** So many credits more come back. */
    def grant(more: Int): Unit = {
      limit += more
      host.on(new EndpointMessage.UpdateFc(limit), io)
    }
    def master(): Bench = { config(0x04, 0x0006); this }
    def msix(): Bench = {
      master()
      config(0x72, 0x8000)
      (0 until Entries).foreach { n =>
        write(MemoryMap.MSIX_TABLE + 16 * n, 0xfee00000L)
        write(MemoryMap.MSIX_TABLE + 16 * n + 8, 0x40 + n)
        mask(n, on = false)
      }
      quiet()
    }

    /** Forgets what was sent so far. */
    def quiet(): Bench = { io.sent.clear(); this }

    def names: Seq[String] = io.messages.asScala.toSeq.map {
      case data: DmaWrite => s"data ${data.address / 8}"
      case msi: MsiWrite  => s"vector ${msi.data & 0xf} #${InterruptId.sequence(msi.id)}"
      case wire: Intx     => if (wire.asserted) "assert" else "deassert"
      case read: DmaRead  => s"fetch ${read.tag}"
      case done: ReadDone => s"answer ${done.value}"
      case other          => other.toString
    }
    def fate(fate: Fate): Long = io.ledger.fate(fate)
    def count(counter: Counter): Long = io.ledger.counter(counter)
    def shown(name: String): Long = {
      var found = -1L
      host.inspect(new Inspector {
        override def value(each: String, value: Long): Unit = if (each == name) found = value
      })
      found
    }
    def pending: Seq[(Long, String)] = {
      var found = Seq.empty[(Long, String)]
      host.inspect(new Inspector {
        override def value(each: String, value: Long): Unit = ()
        override def pending(id: Long, where: String): Unit =
          found :+= ((InterruptId.sequence(id), where))
      })
      found
    }
    def saved: Array[Byte] = {
      val out = new StateWriter(codecs)
      host.save(out)
      out.toBytes
    }
  }

  "A posted write without credit" should "wait, and let nothing pass it" in {
    val bench = new Bench(2).msix()
    bench.data(0)
    bench.data(1)
    bench.data(2)
    bench.raise(0)
    bench.fetch(5)
    bench.read(0)
    bench.raise(1)
    bench.names shouldBe Seq("data 0", "data 1")
    bench.grant(1)
    bench.names.drop(2) shouldBe Seq("data 2")
    bench.grant(1)
    bench.names.drop(3) shouldBe Seq("vector 0 #1", "fetch 5", "answer 7")
    bench.grant(1)
    bench.names.drop(6) shouldBe Seq("vector 1 #1")
    bench.count(Counter.CREDIT_STALLS) shouldBe 3
    bench.shown("transmit.highest") shouldBe 5
    bench.shown("transmit.credits") shouldBe 0
  }

  "A read request and a completion" should "need no credit" in {
    val bench = new Bench(1).msix()
    bench.data(0)
    bench.fetch(5)
    bench.read(0)
    bench.names shouldBe Seq("data 0", "fetch 5", "answer 7")
    bench.count(Counter.CREDIT_STALLS) shouldBe 0
  }

  "Raises of an entry whose message waits" should "collapse in its pending bit" in {
    val bench = new Bench(1).msix()
    bench.data(3)
    (1 to 4).foreach { _ =>
      bench.data(0)
      bench.raise(0)
    }
    bench.shown("msix.pba[0]") shouldBe 1
    bench.fate(Fate.COLLAPSED_PBA) shouldBe 2
    bench.pending.toSet shouldBe Set((1L, "transmit queue"), (2L, "PBA"))
    bench.count(Counter.MESSAGES_SENT) shouldBe 0
    bench.read(MemoryMap.MSIX_PBA)
    bench.grant(2)
    bench.names shouldBe Seq("data 3", "data 0", "vector 0 #1")
    bench.shown("msix.pba[0]") shouldBe 0
    bench.grant(20)
    // Of raises 2 to 4 the second lives, and its message is behind the data of all three.
    bench.names.drop(3) shouldBe
      Seq("data 0", "data 0", "data 0", "answer 1", "vector 0 #2")
    bench.count(Counter.MESSAGES_SENT) shouldBe 2
    bench.pending shouldBe empty
  }

  it should "leave the messages of other entries alone" in {
    val bench = new Bench(1).msix()
    bench.data(3)
    Seq(0, 1, 0, 2, 1).foreach(bench.raise)
    bench.grant(20)
    bench.names.tail shouldBe
      Seq("vector 0 #1", "vector 1 #1", "vector 2 #1", "vector 0 #2", "vector 1 #2")
    bench.fate(Fate.COLLAPSED_PBA) shouldBe 0
  }

  "A mask" should "not reach the message that waits, and keep the pending bit (MSX-009)" in {
    val bench = new Bench(1).msix()
    bench.data(3)
    bench.raise(0)
    bench.raise(0)
    bench.mask(0, on = true)
    bench.read(MemoryMap.MSIX_TABLE + 12)
    bench.grant(20)
    bench.names shouldBe Seq("data 3", "vector 0 #1", "answer 1")
    bench.shown("msix.pba[0]") shouldBe 1
    bench.mask(0, on = false)
    bench.names.last shouldBe "vector 0 #2"
  }

  it should "be lifted in vain as long as an earlier message waits" in {
    val bench = new Bench(1).msix()
    bench.data(3)
    bench.raise(0)
    bench.mask(0, on = true)
    bench.raise(0)
    bench.mask(0, on = false)
    bench.shown("msix.pba[0]") shouldBe 1
    bench.grant(20)
    bench.names shouldBe Seq("data 3", "vector 0 #1", "vector 0 #2")
  }

  "Bus master that falls" should "stop what is pending and not what was issued (PCI-009)" in {
    val bench = new Bench(1).msix()
    bench.data(3)
    bench.raise(0)
    bench.raise(0)
    bench.config(0x04, 0x0002)
    bench.grant(20)
    bench.names shouldBe Seq("data 3", "vector 0 #1", "answer 0")
    bench.pending shouldBe Seq((2L, "PBA"))
    bench.config(0x04, 0x0006)
    bench.names.drop(3) shouldBe Seq("vector 0 #2", "answer 0")
  }

  "MSI messages" should "wait and collapse in the same way" in {
    val bench = new Bench(1).master()
    bench.config(0x5c, 0x40)
    bench.config(0x52, 1 | 1 << 4)
    bench.quiet()
    bench.data(3)
    // Two messages for four entries: 1 and 3 share.
    Seq(1, 3, 1, 0).foreach(bench.raise)
    bench.shown("msi.pending") shouldBe 2
    bench.fate(Fate.COLLAPSED_PBA) shouldBe 1
    bench.grant(20)
    bench.names shouldBe Seq("data 3", "vector 1 #1", "vector 0 #1", "vector 1 #1")
    bench.shown("msi.pending") shouldBe 0
  }

  "INTx messages" should "wait behind data, and a wire that flutters sends no more than it must" in {
    val bench = new Bench(1).master()
    bench.quiet()
    bench.data(3)
    bench.data(0)
    (1 to 10).foreach { _ =>
      bench.raise(0)
      bench.lower(0)
    }
    bench.raise(0)
    bench.grant(1)
    bench.names shouldBe Seq("data 3", "data 0")
    bench.grant(20)
    bench.names.drop(2) shouldBe Seq("assert", "deassert", "assert")
    bench.io.ledger.raised shouldBe 11
    bench.fate(Fate.WITHDRAWN) + bench.fate(Fate.COLLAPSED_LINE) shouldBe 9
  }

  it should "have told of the wire's fall before the write that cut it is done (PCI-002)" in {
    val bench = new Bench(1).master()
    bench.quiet()
    bench.data(3)
    bench.raise(0)
    bench.config(0x04, 0x0406)
    bench.grant(20)
    bench.names shouldBe Seq("data 3", "assert", "deassert", "answer 0")
  }

  "A device" should "be told when to hold back, and once when it may go on" in {
    val bench = new Bench(1).msix()
    bench.data(3)
    (1 until TransmitQueue.FULL).foreach(_ => bench.data(0))
    bench.host.transmitFull shouldBe false
    bench.data(0)
    bench.host.transmitFull shouldBe true
    bench.grant(TransmitQueue.FULL - TransmitQueue.READY - 1)
    bench.host.transmitFull shouldBe true
    bench.model.ready shouldBe 0
    bench.grant(1)
    bench.host.transmitFull shouldBe false
    bench.grant(1)
    bench.model.ready shouldBe 1
  }

  "Infinite credits" should "hold nothing back" in {
    val bench = new Bench(0).msix()
    (1 to 1000).foreach(_ => bench.raise(0))
    bench.names should have size 1000
    bench.shown("transmit.credits") shouldBe -1
  }

  "The sums of credits" should "wrap" in {
    val queue = new TransmitQueue(1, 32)
    val state = new StateWriter(codecs)
    state.putInt(Int.MaxValue)
    state.putInt(Int.MaxValue - 1)
    state.putBoolean(false)
    state.putInt(0)
    state.putLong(0)
    state.putInt(0)
    queue.load(new StateReader(state.toBytes, codecs))
    queue.passes shouldBe true
    queue.passes shouldBe false
    queue.granted(Int.MinValue)
    queue.passes shouldBe true
    // An older sum says nothing new.
    queue.granted(Int.MaxValue)
    queue.passes shouldBe false
  }

  "Any order of writes, raises, masks and credits" should
    "lose no name, and leave no data without a message of its entry behind it" in {
      forAll(Table("seed", 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L)) { seed =>
        val random = new Random(seed)
        val bench = new Bench(1 + random.nextInt(3)).msix()
        var raised = 0
        (1 to 5000).foreach { step =>
          val entry = random.nextInt(Entries)
          random.nextInt(10) match {
            case 0     => bench.mask(entry, random.nextBoolean())
            case 1 | 2 => bench.grant(1 + random.nextInt(4))
            case 3     => bench.read(MemoryMap.MSIX_PBA)
            case _ =>
              raised += 1
              bench.data(entry, raised)
              bench.raise(entry)
          }
          if (step % 50 == 0) {
            val known = bench.count(Counter.MESSAGES_SENT) + bench.fate(Fate.COLLAPSED_PBA) +
              bench.pending.size
            withClue(s"seed=$seed step=$step ") { known shouldBe raised }
          }
        }
        (0 until Entries).foreach(bench.mask(_, on = false))
        bench.grant(100000)
        val sent = bench.names
        withClue(s"seed=$seed ") {
          bench.pending shouldBe empty
          bench.fate(Fate.COLLAPSED_PBA) should be > 100L
          sent.count(_.startsWith("vector")) + bench.fate(Fate.COLLAPSED_PBA) shouldBe raised
          (0 until Entries).foreach { entry =>
            sent.lastIndexWhere(_.startsWith(s"vector $entry ")) should be >
              sent.lastIndexOf(s"data $entry")
            // The nth message of an entry comes after its nth data: the order study asks that.
            val data = sent.indices.filter(sent(_) == s"data $entry")
            sent.indices.filter(sent(_).startsWith(s"vector $entry ")).foreach { at =>
              val sequence = sent(at).split('#')(1).toInt
              data(sequence - 1) should be < at
            }
          }
          val values = bench.io.messages.asScala.collect { case data: DmaWrite => data.word }
          values.toSeq shouldBe (1L to raised.toLong)
        }
      }
    }

  "A checkpoint in the middle of a stall" should "be gone on from as if there had been none" in {
    val bench = new Bench(2).msix()
    (1 to 30).foreach { n =>
      bench.data(n % 3, n)
      bench.raise(n % 3)
      bench.read(0)
    }
    bench.pending should not be empty
    val copy = new Bench(2)
    copy.host.load(new StateReader(bench.saved, codecs))
    copy.saved shouldBe bench.saved
    Seq(bench, copy).foreach { each =>
      each.quiet()
      each.data(1, 31)
      each.raise(1)
      each.grant(7)
      each.grant(100)
    }
    copy.names shouldBe bench.names
    copy.names.size should be > 60
    copy.saved shouldBe bench.saved
  }
}
