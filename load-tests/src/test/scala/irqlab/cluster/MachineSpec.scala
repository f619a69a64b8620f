package irqlab.cluster

import java.time.Duration
import java.util.concurrent.atomic.AtomicLong

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import com.typesafe.config.ConfigFactory
import irqlab.cpu.linux.LinuxOrders
import irqlab.live.LiveOptions
import irqlab.observe.{Fate, Ledger, Mark}
import irqlab.topology.Topology
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class MachineSpec extends AnyFlatSpec with Matchers {
  private val topology = Topology.parse(
    "machine { cpus = 2 }, endpoints = [ { name = nic0, first-irq = 24, cpu = 0, handler { cost = 1us } } ]")

  private class Counting extends Ledger.Recorder {
    val raised = new AtomicLong
    val fates = new AtomicLong
    override def fate(id: Long, fate: Fate, cpu: Int, vector: Int, latencyPs: Long): Unit =
      fates.incrementAndGet()
    override def raised(id: Long): Unit = raised.incrementAndGet()
    override def mark(mark: Mark, id: Long, a: Long, b: Long): Unit = ()
  }

  private def driven(setup: MachineSetup, raises: Int = 30): VirtualMachine = {
    val machine = setup.onBoard()
    machine.boot()
    (1 to raises).foreach { _ =>
      machine.external("nic0").raise(0)
      machine.advance(5_000_000)
    }
    machine
  }

  "A machine in virtual time" should "stand still between two advances, and do the same twice" in {
    val machine = driven(Machine.of(topology))
    val now = machine.nowPs
    machine.nowPs shouldBe now
    machine.bootedPs.getAsLong should be < now
    driven(Machine.of(topology)).digest shouldBe machine.digest
    machine.inspect("cpu/0/core").valueOr("count.irq.24", -1) shouldBe 30
    machine.finish().balanced shouldBe true
  }

  it should "have the same digest with a probe, which sees every raise and fate" in {
    val probe = new Counting
    val machine = driven(Machine.of(topology).probe(probe))
    driven(Machine.of(topology)).digest shouldBe machine.digest
    probe.raised.get shouldBe machine.finish().raised
    probe.fates.get shouldBe machine.ledger.raised - machine.ledger.rows.asScala.map(_.pending).sum
  }

  it should "take the messages of other interfaces, such as a write to smp_affinity" in {
    val machine = driven(Machine.of(topology), 3)
    LinuxOrders.writeAffinity(24, java.util.List.of(1)).forEach(order => machine.send("kernel", order))
    machine.advance(5_000_000)
    (1 to 3).foreach { _ =>
      machine.external("nic0").raise(0)
      machine.advance(5_000_000)
    }
    machine.inspect("cpu/1/core").valueOr("count.irq.24", -1) shouldBe 2
  }

  it should "refuse to go on after its end" in {
    val machine = driven(Machine.of(topology), 1)
    machine.finish()
    an[IllegalArgumentException] should be thrownBy machine.advance(1)
    an[IllegalStateException] should be thrownBy machine.external("nic0").raise(0)
  }

  "A part that does not fit" should "be named before anything starts" in {
    val missing = the[IllegalArgumentException] thrownBy Machine.of(topology).endpoint("sata0", () => "x")
    missing.getMessage should include("endpoint=sata0")
    val wrong = the[IllegalArgumentException] thrownBy
      Machine.of(topology).endpoint("nic0", () => "text").onBoard()
    wrong.getMessage should (include("pcie/nic0") and include("EndpointModel"))
    an[IllegalArgumentException] should be thrownBy Machine.onBoard(topology).external("sata0")
  }

  private def timers: Int =
    Thread.getAllStackTraces.keySet.asScala.count(_.getName.startsWith("irqlab-live-"))

  "A machine in somebody's actor system" should "need nothing of its configuration and leave nothing there" in {
    val kit = ActorTestKit(ConfigFactory.parseString("akka.loglevel = WARNING, akka.actor.provider = local"))
    try {
      Members.until("earlier timers are gone")(timers == 0)
      val machine = Machine.of(topology).live((o: LiveOptions) => o.withSlowDown(2)).startIn(kit.system)
      machine.awaitBoot(Duration.ofSeconds(30))
      timers shouldBe 1
      machine.external("nic0").raise(0)
      val port = machine.external("nic0")
      machine.finish(Duration.ofSeconds(5)).ledger.balanced shouldBe true
      val late = the[IllegalStateException] thrownBy port.raise(0)
      late.getMessage shouldBe "path=pcie/nic0: the machine has ended"
      machine.inspect("cpu/0/core").valueOr("count.irq.24", 0) shouldBe 1
      an[IllegalStateException] should be thrownBy machine.finish(Duration.ZERO)
      machine.close()
      timers shouldBe 0
      kit.system.whenTerminated.isCompleted shouldBe false
      kit.createTestProbe[String]().ref.path.toString should include("akka")
    } finally kit.shutdownTestKit()
  }

  it should "say what it waited for in vain" in {
    val kit = ActorTestKit()
    try {
      val machine = Machine.of(topology).startIn(kit.system)
      val late = the[IllegalStateException] thrownBy machine.await(_ => false, Duration.ofMillis(20))
      late.getMessage should include("PT0.02S")
      machine.close()
    } finally kit.shutdownTestKit()
  }
}
