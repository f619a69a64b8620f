package irqlab.cluster

import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong

import akka.actor.testkit.typed.scaladsl.TestProbe
import akka.actor.typed.scaladsl.Behaviors
import akka.actor.typed.{ActorRef, ActorSystem, Props}
import akka.cluster.typed.{Cluster, Join}
import irqlab.live.{LiveOptions, LiveResult}
import irqlab.observe.{Fate, Ledger, Mark}
import irqlab.pcie.endpoint.external.{ExternalDevice, ExternalEvent}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

/** Two members of somebody's cluster in this JVM: CPUs at the first, devices at the second. */
@RunWith(classOf[JUnitRunner])
class MachineHostSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  import Members.{nodes, topology}

  private val long = Duration.ofSeconds(30)
  private lazy val members: Seq[ActorSystem[Void]] = {
    val started = Seq(Members.start(), Members.start())
    Members.join(started)
    started
  }
  private def first = members.head
  private def second = members.last

  override def afterAll(): Unit = Members.end(members.reverse)

  private def hosts(machine: String): Seq[MachineHost] = Seq(
    Machine.host(machine, "node1").startIn(first), Machine.host(machine, "node2").startIn(second))

  private def rows(result: LiveResult, path: String) = {
    val id = result.components.asScala.find(_.path == path).get.id
    result.ledger.rows.asScala.toSeq.filter(_.component == id)
  }

  private def raised(result: LiveResult, path: String): Long = rows(result, path).map(_.raised).sum

  /** Raises so often, each after the one before was handled, from this end. */
  private def drive(machine: RunningMachine, port: ExternalPort, times: Int): Unit = {
    val before = machine.inspect("cpu/0/core").valueOr("count.irq.24", 0)
    (1 to times).foreach { each =>
      port.raise(0)
      machine.await(_ => machine.inspect("cpu/0/core").valueOr("count.irq.24", 0) == before + each, long)
    }
  }

  /** Actors and threads of ours, on both members. */
  private def ours: Set[String] = {
    val actors = members.flatMap { each =>
      val classic = each.classicSystem
      val tree = classic.getClass.getMethod("printTree").invoke(classic).toString
      tree.linesIterator.filter(_.contains("irqlab")).map(_.trim)
    }
    val threads = Thread.getAllStackTraces.keySet.asScala.map(_.getName)
      .filter(name => name.startsWith("irqlab-live") || name.startsWith("irqlab-machine"))
    actors.toSet ++ threads
  }

  "A machine over two members" should "be driven and seen from both, and have one set of books" in {
    val Seq(cpus, devices) = hosts("driven")
    val machine = Machine.of(topology).startOver(first, "driven", nodes)
    try {
      machine.awaitBoot(long)
      machine.bootedPs.getAsLong should be < machine.nowPs
      drive(machine, machine.external("nic0"), 5)
      drive(machine, devices.external("nic0"), 5)
      cpus.inspect("cpu/0/core").valueOr("count.irq.24", -1) shouldBe 10
      an[IllegalArgumentException] should be thrownBy devices.inspect("cpu/0/core")
      an[IllegalArgumentException] should be thrownBy machine.send("pcie/none", null)
      val result = machine.finish(long)
      result.ledger.balanced shouldBe true
      raised(result, "pcie/nic0") shouldBe 10
      result.components.asScala.map(_.path) shouldBe topology.components.asScala.map(_.path)
      machine.losses.asScala shouldBe empty
      an[IllegalStateException] should be thrownBy machine.external("nic0").raise(0)
      an[IllegalStateException] should be thrownBy machine.inspect("cpu/0/core")
    } finally {
      machine.close()
      devices.close()
      cpus.close()
    }
  }

  it should "run over mutual TLS 1.3 where its owner has that" in {
    val folder = Files.createTempDirectory("irqlab-guest-tls")
    val settings = new Authority(folder).signed("plant").root.render
    val pair = Seq(Members.start(settings), Members.start(settings))
    try {
      Members.join(pair)
      pair.head.settings.config.getString("akka.remote.artery.transport") shouldBe "tls-tcp"
      val ends = Seq(
        Machine.host("secret", "node1").startIn(pair.head),
        Machine.host("secret", "node2").startIn(pair.last))
      val machine = Machine.of(topology).startOver(pair.head, "secret", nodes)
      try {
        machine.awaitBoot(long)
        drive(machine, machine.external("nic0"), 5)
        val result = machine.finish(long)
        result.ledger.balanced shouldBe true
        raised(result, "pcie/nic0") shouldBe 5
      } finally {
        machine.close()
        ends.foreach(_.close())
      }
    } finally {
      // Nobody waits: with TLS, one system of Akka 2.8.5 in some sixty never ends, with us or without.
      pair.foreach(_.terminate())
      Files.walk(folder).iterator.asScala.toSeq.reverse.foreach(Files.delete)
    }
  }

  it should "count what was sent in the moment before its end" in {
    val pair = hosts("last")
    try (1 to 30).foreach { round =>
      val machine = Machine.of(topology).startOver(first, "last", nodes)
      try {
        machine.awaitBoot(long)
        machine.external("nic0").raise(0)
        val result = machine.finish(long)
        withClue(s"round=$round ") {
          raised(result, "pcie/nic0") shouldBe 1
          result.ledger.balanced shouldBe true
          // Timers of CPUs go on until the freeze, and may leave something.
          rows(result, "pcie/nic0").map(_.pending).sum shouldBe 0
        }
      } finally machine.close()
    } finally pair.foreach(_.close())
  }

  it should "have at each end only what is placed there, by placement or by role" in {
    val pair = Seq(
      Machine.host("roles", "a").roles("pcie", "ioapic").startIn(first),
      Machine.host("roles", "b").roles("cpu").startIn(second))
    val machine = Machine.of(topology).live((o: LiveOptions) => o.withSlowDown(2))
      .startOver(first, "roles", java.util.List.of("a", "b"))
    try {
      machine.awaitBoot(long)
      pair.head.inspect("pcie/nic0")
      pair.last.inspect("cpu/1/lapic")
      machine.topology.nodeOf("cpu/0/core") shouldBe "node2"
      machine.finish(long).ledger.balanced shouldBe true
    } finally {
      machine.close()
      pair.foreach(_.close())
    }
  }

  private class Counting extends Ledger.Recorder {
    val raised = new AtomicLong
    val fates = new AtomicLong
    override def fate(id: Long, fate: Fate, cpu: Int, vector: Int, latencyPs: Long): Unit =
      fates.incrementAndGet()
    override def raised(id: Long): Unit = raised.incrementAndGet()
    override def mark(mark: Mark, id: Long, a: Long, b: Long): Unit = ()
  }

  "A device of one's own" should "be that of its host, with its actor there; probes see their own process" in {
    val events = TestProbe[ExternalEvent]()(second)
    val probes = Seq(new Counting, new Counting)
    val pair = Seq(
      Machine.host("own", "node1").probe(probes.head).startIn(first),
      Machine.host("own", "node2").probe(probes.last)
        .endpoint("fpga0", () => new ExternalDevice(1, (e: ExternalEvent) => events.ref ! e)).startIn(second))
    val machine = Machine.of(topology).endpoint("fpga0").startOver(first, "own", nodes)
    try {
      machine.awaitBoot(long)
      pair.last.external("fpga0").raise(0)
      events.expectMessageType[ExternalEvent.Served].raises shouldBe 1
      val result = machine.finish(long)
      result.ledger.balanced shouldBe true
      raised(result, "pcie/fpga0") shouldBe 1
      // A device raises where it is, and the fate is given where its CPU is.
      probes.last.raised.get should be >= 1L
      probes.head.fates.get should be >= 1L
      probes.map(_.raised.get).sum shouldBe result.ledger.raised
    } finally {
      machine.close()
      pair.foreach(_.close())
    }
  }

  "Two machines over the same members" should "not know each other, and one end without the other" in {
    val pairs = hosts("one") ++ hosts("two")
    val one = Machine.of(topology).seed(1).startOver(first, "one", nodes)
    val two = Machine.of(topology).seed(2).startOver(second, "two", nodes)
    try {
      one.awaitBoot(long)
      two.awaitBoot(long)
      // Closed in the middle of what it does: what Akka cannot deliver any more is its own.
      (1 to 2000).foreach(_ => one.external("nic0").raise(0))
      one.close()
      drive(two, two.external("nic0"), 20)
      val result = two.finish(long)
      result.ledger.balanced shouldBe true
      raised(result, "pcie/nic0") shouldBe 20
    } finally {
      one.close()
      two.close()
      pairs.foreach(_.close())
    }
  }

  "A second start over hosts that are at work" should "be refused, and the first goes on" in {
    val pair = hosts("busy")
    val machine = Machine.of(topology).startOver(first, "busy", nodes)
    try {
      machine.awaitBoot(long)
      (the[ClusterException] thrownBy Machine.of(topology).startOver(second, "busy", nodes))
        .getMessage should (startWith("node=node") and endWith("refuses: it is at work in another run"))
      drive(machine, machine.external("nic0"), 5)
      machine.finish(long).ledger.balanced shouldBe true
    } finally {
      machine.close()
      pair.foreach(_.close())
    }
  }

  "A member that hosts nothing" should "start a machine over others, which are free when it is gone" in {
    val pair = hosts("third")
    val third = Members.start()
    try {
      Cluster.get(third).manager ! Join(Members.address(first))
      val machine = Machine.of(topology).startOver(third, "third", nodes)
      try {
        machine.awaitBoot(long)
        drive(machine, machine.external("nic0"), 5)
        pair.foreach(_.hosting shouldBe true)
        Members.end(Seq(third))
        Members.until("hosts are free")(!pair.exists(_.hosting))
        val next = Machine.of(topology).startOver(first, "third", nodes)
        try next.finish(Duration.ofSeconds(1)).ledger.balanced shouldBe true
        finally next.close()
      } finally machine.close()
    } finally {
      Members.end(Seq(third))
      pair.foreach(_.close())
    }
    Members.until("the other two are left")(members.forall(Members.up(_) == 2))
  }

  "close()" should "leave cluster, actor systems and other actors as they were, and nothing of ours" in {
    val echo = Behaviors.receiveMessage[ActorRef[String]] { to => to ! "here"; Behaviors.same }
    val others = members.map(each => each.systemActorOf(echo, "theirs", Props.empty))
    val pair = hosts("gone")
    val machine = Machine.of(topology).startOver(first, "gone", nodes)
    machine.awaitBoot(long)
    ours.size should be > 4
    machine.close()
    // The hosts wait for the next machine, and that is all.
    Members.until(s"parts are gone")(ours.size == 2 && ours.forall(_.contains("irqlab-host-")))
    pair.foreach(_.hosting shouldBe false)
    pair.foreach(_.close())
    Members.until("hosts are gone")(ours.isEmpty)
    members.zip(others).foreach { case (member, other) =>
      Members.up(member) shouldBe 2
      member.whenTerminated.isCompleted shouldBe false
      val probe = TestProbe[String]()(member)
      other ! probe.ref
      probe.expectMessage("here")
    }
  }

  "A host that is closed while its machine runs" should "end the machine, with its books whole" in {
    val pair = hosts("closed")
    val machine = Machine.of(topology).startOver(first, "closed", nodes)
    try {
      machine.awaitBoot(long)
      drive(machine, machine.external("nic0"), 5)
      pair.last.close()
      (the[ClusterException] thrownBy machine.await(_ => false, long)).getMessage should
        include("node2=was told to end")
      val result = machine.finish(Duration.ofSeconds(1))
      result.ledger.balanced shouldBe true
      raised(result, "pcie/nic0") shouldBe 5
      machine.losses.keySet.asScala shouldBe Set("node2")
    } finally {
      machine.close()
      pair.head.close()
    }
    members.foreach(each => Members.up(each) shouldBe 2)
  }
}
