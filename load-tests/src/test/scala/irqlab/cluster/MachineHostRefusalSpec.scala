package irqlab.cluster

import java.net.URL
import java.nio.file.Files
import java.util.Collections
import java.util.concurrent.atomic.AtomicInteger

import akka.actor.testkit.typed.scaladsl.{ActorTestKit, TestProbe}
import akka.actor.typed.receptionist.Receptionist
import akka.actor.typed.scaladsl.Behaviors
import akka.actor.typed.{ActorRef, ActorRefResolver, ActorSystem, Behavior, Props}
import com.typesafe.config.ConfigFactory
import irqlab.live.LiveOptions
import irqlab.observe.{Fate, Ledger, Mark}
import irqlab.pcie.endpoint.external.ExternalDevice
import irqlab.topology.{NodeShare, Placement, Topology}
import irqlab.wire.{Frame, WireVersion}
import org.junit.runner.RunWith
import org.scalatest.BeforeAndAfterAll
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.concurrent.duration._

/** What does not fit is named before anything starts; the second member has another class path. */
@RunWith(classOf[JUnitRunner])
class MachineHostRefusalSpec extends AnyFlatSpec with Matchers with BeforeAndAfterAll {
  import Members.{nodes, topology}

  private lazy val members: Seq[ActorSystem[Void]] = {
    val settings = "irqlab.cluster.lost-after = 2s"
    val started = Seq(Members.start(settings), Members.start(settings, OtherBuilders))
    Members.join(started)
    started
  }
  private def first = members.head

  override def afterAll(): Unit = Members.end(members.reverse)

  /** As a class path on which another builder of that name comes first. */
  private object OtherBuilders extends ClassLoader(getClass.getClassLoader) {
    private val file = {
      val at = Files.createTempFile("irqlab-services", "")
      Files.writeString(at, classOf[OtherTopologyBuilder].getName)
      at.toFile.deleteOnExit()
      at.toUri.toURL
    }
    override def getResources(name: String): java.util.Enumeration[URL] =
      if (name == s"META-INF/services/${classOf[MachineBuilder].getName}")
        Collections.enumeration(java.util.List.of(file))
      else super.getResources(name)
  }

  /** Both hosts on one member, or on both, and what is said to the one who starts the machine. */
  private def refusal(
      at: Seq[ActorSystem[Void]],
      hosts: HostSetup => HostSetup = identity,
      setup: MachineSetup => MachineSetup = identity): String = {
    val pair = at.zipWithIndex.map { case (member, index) =>
      hosts(Machine.host("refused", s"node${index + 1}")).startIn(member)
    }
    try {
      val told = the[ClusterException] thrownBy
        setup(Machine.of(topology)).startOver(first, "refused", nodes)
      pair.foreach(_.hosting shouldBe false)
      told.getMessage
    } finally pair.foreach(_.close())
  }

  private def here = Seq(first, first)

  "A member whose class path builds another machine" should "be refused by name" in {
    refusal(members) should (
      startWith("node=node2 refuses: E63 machines differ   node2 would build ") and
        include("use one version and one class path on all nodes"))
  }

  "A member without the model of its device" should "be refused, with member and endpoint" in {
    refusal(here, setup = _.endpoint("fpga0")) should
      startWith("node=node2 refuses: E65 model missing   endpoint=fpga0")
  }

  it should "be refused when its model is one that nobody asks for" in {
    refusal(here, hosts = _.endpoint("fpga0", () => new ExternalDevice(1, (_: Any) => ()))) should
      startWith("node=node2 refuses: E65 model not asked for   endpoint=fpga0")
  }

  it should "be refused when its model is no model" in {
    refusal(here, _.endpoint("fpga0", () => "text"), _.endpoint("fpga0")) should
      (startWith("node=node2 refuses: path=pcie/fpga0") and include("EndpointModel"))
  }

  "A member without the role of its share" should "be refused" in {
    val shares = new Placement(
      2,
      java.util.List.of(new NodeShare("node1", "0"), new NodeShare("node2", "1")),
      java.util.List.of(new NodeShare("node1", "*")),
      java.util.List.of(new NodeShare("node1", "*")))
    refusal(here, _.roles("cpu"), _.placement(shares)) should
      startWith("node=node1 refuses: E33 role missing   node1 is to host ioapic/0")
    refusal(here, _.roles("cpu")) should startWith("E33 role missing   a machine needs hosts for")
  }

  "A member that speaks another wire, or is another program" should "be refused before it is spoken to" in {
    def told(machine: String, version: WireVersion): String = {
      val silent = first.systemActorOf(
        Behaviors.receiveMessage[Frame](frame => fail(s"was told $frame")),
        Realm.Guest.actorOf("node1", version), Props.empty)
      first.receptionist ! Receptionist.register(Realm.Guest.key(machine), silent)
      try (the[ClusterException] thrownBy
        Machine.of(topology).startOver(first, machine, java.util.List.of("node1"))).getMessage
      finally first.classicSystem.stop(akka.actor.typed.scaladsl.adapter.TypedActorRefOps(silent).toClassic)
    }
    told("wire", new WireVersion("0.3.0-rc;1", 77)) should startWith(
      "node=node1 refuses: E61 wire versions differ   node1 speaks wire 77 (irqlab 0.3.0-rc;1)")
    told("program", new WireVersion("0.0.9", WireVersion.own.wire)) should startWith(
      "node=node1 refuses: E62 programs differ   node1 is irqlab 0.0.9")
  }

  "A host that is not there" should "be waited for, and then named" in {
    val hurried = Members.start("irqlab.cluster.join-within = 3s")
    try {
      Members.join(Seq(hurried))
      Machine.host("half", "node1").startIn(hurried)
      (the[ClusterException] thrownBy Machine.of(topology).startOver(hurried, "half", nodes))
        .getMessage shouldBe
        "E52 hosts missing   machine=half is to be hosted by [node1, node2]; no answer in 3 s from [node2]"
    } finally Members.end(Seq(hurried))
  }

  it should "not be asked for when the placement has another number of nodes" in {
    val pair = nodes.toArray.map(each => Machine.host("number", each.toString).startIn(first))
    val three = topology.withPlacement(Placement.ofNodes(3))
    try (the[IllegalArgumentException] thrownBy Machine.of(three).startOver(first, "number", nodes))
      .getMessage shouldBe "placement.nodes=3, but the hosts are [node1, node2]"
    finally pair.foreach(_.close())
  }

  "What cannot be spread" should "be refused where it is asked for" in {
    val probe = new Ledger.Recorder {
      override def fate(id: Long, fate: Fate, cpu: Int, vector: Int, latencyPs: Long): Unit = ()
      override def raised(id: Long): Unit = ()
      override def mark(mark: Mark, id: Long, a: Long, b: Long): Unit = ()
    }
    (the[IllegalStateException] thrownBy
      Machine.of(topology).probe(probe).startOver(first, "none", nodes)).getMessage should include("Machine.host")
    (the[IllegalStateException] thrownBy
      Machine.of(topology).live((o: LiveOptions) => o.withSpins(_ => true)).startOver(first, "none", nodes))
      .getMessage should include("slow-down")
    (the[IllegalStateException] thrownBy Machine.of(topology).endpoint("fpga0").startIn(first))
      .getMessage should include("fpga0")
    an[IllegalArgumentException] should be thrownBy Machine.host("none", "node1").roles("gpu")
  }

  "An actor system that is in no cluster, or has small frames" should "be refused" in {
    val kit = ActorTestKit(ConfigFactory.parseString("akka.actor.provider = local"))
    try (the[ClusterException] thrownBy Machine.host("none", "node1").startIn(kit.system))
      .getMessage should include("akka.actor.provider=local")
    finally kit.shutdownTestKit()
    val small = Members.start("akka.remote.artery.advanced.maximum-frame-size = 64 KiB")
    try (the[ClusterException] thrownBy Machine.host("none", "node1").startIn(small))
      .getMessage should include("maximum-frame-size=65536")
    finally Members.end(Seq(small))
  }

  "A topology that does not fit a frame" should "be refused with both settings" in {
    val text = "x" * 200_000
    (the[ClusterException] thrownBy Guests.checkFrame(first, text)).getMessage should
      (startWith("textBytes=400000") and include("irqlab.wire.frame-max"))
  }

  // Its answer could replace that of a clock that was asked for, and the start waited for 30 s.
  "The word that an owner is there" should "not be taken for a question for the clock" in {
    val asked = new AtomicInteger
    val agent = Behaviors.setup[Frame] { context =>
      val resolver = ActorRefResolver(context.system)
      def answering(owner: Option[ActorRef[Frame]]): Behavior[Frame] = Behaviors.receiveMessage {
        case hello: Frame.Hello =>
          val to = resolver.resolveActorRef[Frame](hello.replyTo)
          to ! new Frame.Welcome("node1", WireVersion.own.program, "17",
            resolver.toSerializationFormat(context.self), ClusterSettings.ALL_ROLES)
          answering(Some(to))
        case ping: Frame.Ping =>
          asked.incrementAndGet()
          owner.foreach { to =>
            to ! new Frame.Pong("node1", ping.number, System.nanoTime)
            to ! new Frame.Pong("node1", Member.STILL_HERE.number, System.nanoTime)
          }
          Behaviors.same
        case _ =>
          owner.foreach(_ ! new Frame.Ready("node1"))
          Behaviors.same
      }
      answering(None)
    }
    val ref = first.systemActorOf(agent, Realm.Guest.actorOf("node1", WireVersion.own), Props.empty)
    first.receptionist ! Receptionist.register(Realm.Guest.key("clock"), ref)
    val realm = new Realm.Guest("clock", java.util.List.of("node1"))
    val coordinator = Coordinator.guest(first, realm)
    try coordinator.await(realm)
    finally coordinator.close()
    asked.get should be >= 12
  }

  "A host whose machine's owner falls silent" should "be free for the next after twice the time of a loss" in {
    val host = Machine.host("silent", "node1").startIn(first)
    val owner = TestProbe[Frame]()(first)
    val finder = TestProbe[Receptionist.Listing]()(first)
    first.receptionist ! Receptionist.subscribe(Realm.Guest.key("silent"), finder.ref)
    val agent = finder.fishForMessage(10.seconds) { listing =>
      if (listing.serviceInstances(Realm.Guest.key("silent")).isEmpty)
        akka.actor.testkit.typed.scaladsl.FishingOutcomes.continue
      else akka.actor.testkit.typed.scaladsl.FishingOutcomes.complete
    }.last.serviceInstances(Realm.Guest.key("silent")).head
    try {
      agent ! new Frame.Hello(ActorRefResolver(first).toSerializationFormat(owner.ref))
      owner.expectMessageType[Frame.Welcome]
      val start = System.nanoTime
      owner.expectMessage(20.seconds, new Frame.Numbered("node1", 1, new Frame.Ready("node1")))
      (System.nanoTime - start) / 1e9 should be > 3.5
    } finally host.close()
  }
}
