package irqlab.cluster

import akka.actor.typed.{ActorRef, ActorRefResolver, ActorSystem, Props}
import akka.actor.typed.scaladsl.Behaviors
import akka.actor.typed.scaladsl.adapter._
import akka.serialization.{DisabledJavaSerializer, SerializationExtension}
import com.typesafe.config.{Config, ConfigFactory}
import irqlab.wire.Frame
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.Files
import java.util.concurrent.{LinkedBlockingQueue, TimeUnit}

@RunWith(classOf[JUnitRunner])
class SecuritySpec extends AnyFlatSpec with Matchers {
  private def node(name: String, config: Config = ConfigFactory.empty): ActorSystem[Void] =
    ClusterNode.system(new ClusterSettings(name, ClusterSettings.ALL_ROLES, config))

  private def up(system: ActorSystem[Void], withinS: Int): Boolean = {
    val limit = System.nanoTime + TimeUnit.SECONDS.toNanos(withinS)
    while (!ClusterNode.selfUp(system) && System.nanoTime < limit) Thread.`yield`()
    ClusterNode.selfUp(system)
  }

  private def defaults: Config =
    ConfigFactory.parseResources("irqlab-cluster.conf").withFallback(ConfigFactory.defaultReference)

  private val tls = "akka.remote.artery.transport = tls-tcp\n"
  private val anywhere = "akka.remote.artery.canonical.hostname = \"192.0.2.7\"\n"
  private val oneWay =
    "akka.remote.artery.ssl.config-ssl-engine.require-mutual-authentication = off\n"

  "A node" should "listen beyond the loopback interface with mutual TLS only, or when told to" in {
    forAll(Table(
      ("settings", "refused"),
      ("", false),
      ("akka.remote.artery.canonical.hostname = localhost", false),
      (anywhere, true),
      ("akka.remote.artery.bind.hostname = \"0.0.0.0\"", true),
      (anywhere + tls + oneWay, true),
      (anywhere + tls, false),
      (anywhere + "irqlab.cluster.insecure-bind = on", false))) { (settings, refused) =>
      val config = ConfigFactory.parseString(settings).withFallback(defaults).resolve
      if (refused) {
        (the[ClusterException] thrownBy Binding.check(config)).getMessage should
          startWith("E64 not bound   ")
      } else Binding.check(config)
    }
  }

  it should "neither write nor read what only Java can serialize" in {
    val system = node("node1")
    try {
      val serialization = SerializationExtension(system.toClassic)
      system.settings.config.getBoolean("akka.actor.allow-java-serialization") shouldBe false
      val date = new java.util.Date(0)
      serialization.findSerializerFor(date) shouldBe a[DisabledJavaSerializer]
      serialization.serialize(date).isFailure shouldBe true
      val bytes = new java.io.ByteArrayOutputStream
      new java.io.ObjectOutputStream(bytes).writeObject(date)
      serialization.deserialize(bytes.toByteArray, 1, "").isFailure shouldBe true
    } finally ClusterNode.end(system)
  }

  it should "hear from a peer only at actors that it gave away" in {
    val (one, two) = (node("node1"), node("node2"))
    try {
      val heard = new LinkedBlockingQueue[Frame]()
      val actor: ActorRef[Frame] = one.systemActorOf(
        Behaviors.receiveMessage[Frame] { frame => heard.add(frame); Behaviors.same },
        "given", Props.empty)
      val address = ActorRefResolver(one).toSerializationFormat(actor)
      val path = address.takeWhile(_ != '#')
      // Both go over the same wire, one after the other.
      two.toClassic.actorSelection(path) ! new Frame.Freeze
      ActorRefResolver(two).resolveActorRef[Frame](address) ! new Frame.Collect
      heard.poll(20, TimeUnit.SECONDS) shouldBe new Frame.Collect
    } finally Seq(two, one).foreach(ClusterNode.end(_))
  }

  "Mutual TLS 1.3" should "let in whom the authority signed, and nobody else" in {
    val authority = new Authority(Files.createTempDirectory("irqlab-tls"))
    val right = authority.signed("node1")
    val first = node("node1", right)
    val wrong = node("node2", authority.unsigned("node2"))
    val second = node("node3", right)
    try {
      first.settings.config.getString("akka.remote.artery.ssl.config-ssl-engine.protocol") shouldBe
        "TLSv1.3"
      ClusterNode.join(first, ClusterNode.address(first))
      up(first, 20) shouldBe true
      ClusterNode.join(wrong, ClusterNode.address(first))
      ClusterNode.join(second, ClusterNode.address(first))
      up(second, 30) shouldBe true
      // It came first, and had as long.
      up(wrong, 3) shouldBe false
      akka.cluster.typed.Cluster.get(first).state.members should have size 2
    } finally Seq(wrong, second, first).foreach(ClusterNode.end(_))
  }
}
