package irqlab.cpu.linux

import irqlab.protocol.{CpuMessage, KernelMessage}
import irqlab.runtime.RecordingIo
import irqlab.topology.Topology
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class MoveDeskSpec extends AnyFlatSpec with Matchers {
  private val irq = 24

  /** A descriptor that CPU 0 holds, and what CPUs were answered. */
  private class Bench(trigger: String) {
    private val io = new RecordingIo[KernelMessage]
    private val topology = Topology.parse(
      s"""machine { cpus = 3 }, legacy = [ { irq = 9, name = level, trigger = level } ]
         |endpoints = [ { name = edge, first-irq = $irq } ]""".stripMargin)
    private val number = if (trigger == "edge") irq else 9
    private val descriptors = new Descriptors(
      LinuxConfig.of(topology, 1000), RecordingIo.bus[CpuMessage](3))
    private val desk = new MoveDesk(descriptors, new AffinityLog)
    (0 to 2).foreach(cpu => descriptors.domain.cpuOnline(cpu))
    descriptors.domain.setup(number)
    descriptors.domain.activate(number, CpuMask.of(0), null, false)
    acquire(0)

    def acquire(cpu: Int): Unit =
      desk.acquire(new KernelMessage.Call(cpu, 1, KernelCalls.ACQUIRE, 70 + cpu, number, 5, 0), io)
    def release(cpu: Int): Unit =
      desk.release(new KernelMessage.Call(cpu, 2, KernelCalls.RELEASE, number, 0, 0, 0), io)
    def masked(): Unit = desk.masked(descriptors.irq(number), io)
    def answers: Seq[(Int, Int)] = io.sent.asScala.toSeq.collect {
      case sent if sent.message.isInstanceOf[CpuMessage.Reply] =>
        sent.member -> sent.message.asInstanceOf[CpuMessage.Reply].code
    }
  }

  "The one in the handlers" should "come to the lock after those that mask the entry inside it" in {
    val bench = new Bench("edge")
    bench.acquire(1)
    bench.acquire(2)
    bench.release(0)
    val busy = Seq(0 -> KernelCalls.GRANTED, 1 -> KernelCalls.BUSY, 2 -> KernelCalls.BUSY_COLLAPSED)
    bench.answers shouldBe busy
    bench.masked()
    bench.answers shouldBe busy
    bench.masked()
    bench.answers.drop(3) shouldBe Seq(0 -> KernelCalls.AGAIN)
    bench.release(0)
    bench.answers.drop(4) shouldBe Seq(0 -> KernelCalls.PRIVATE)
  }

  it should "be answered at once when the entry was masked before, or is a level pin's" in {
    val edge = new Bench("edge")
    edge.acquire(1)
    edge.masked()
    edge.release(0)
    edge.answers.last shouldBe 0 -> KernelCalls.AGAIN
    val level = new Bench("level")
    level.acquire(1)
    level.release(0)
    level.answers.last shouldBe 0 -> KernelCalls.AGAIN
  }
}
