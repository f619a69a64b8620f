package irqlab.cluster

import com.sun.net.httpserver.HttpServer
import com.typesafe.config.ConfigFactory
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.io.{ByteArrayOutputStream, PrintStream}
import java.net.{InetAddress, InetSocketAddress, ServerSocket}
import java.util.OptionalInt
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class SeedCheckSpec extends AnyFlatSpec with Matchers {
  private val own =
    ConfigFactory.parseString("irqlab.cluster { connect-within = 1s, answer-within = 1s }")
  private val config =
    ClusterNode.config(new ClusterSettings("node2", ClusterSettings.ALL_ROLES, own))

  /** A port of the loopback interface that nobody listens at. */
  private def nobody: Int = {
    val socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress)
    try socket.getLocalPort finally socket.close()
  }

  private def check(at: String) = new SeedCheck(at, config)

  "An address where nobody listens" should "be named after the stated time, with the mend" in {
    val at = s"127.0.0.1:$nobody"
    val start = System.nanoTime
    val said = check(at).silence(() => false).get
    (System.nanoTime - start) / 1e9 should be < 10.0
    said should startWith(s"E52 nobody listens at $at   tried to connect for 1 s: Connection refused")
    said should include("start a node there (irqlab node), or name one that runs")
  }

  it should "not be waited for any longer when the process is to end" in {
    check(s"127.0.0.1:$nobody").silence(() => true).isPresent shouldBe false
  }

  "A node that begins to listen a little later" should "be found" in {
    val port = nobody
    var looks = 0
    var late = Option.empty[ServerSocket]
    val patient = new SeedCheck(s"127.0.0.1:$port",
      ConfigFactory.parseString("irqlab.cluster.connect-within = 60s").withFallback(config))
    try {
      patient.silence { () =>
        looks += 1
        if (looks == 2) late = Some(new ServerSocket(port, 1, InetAddress.getLoopbackAddress))
        false
      }.isPresent shouldBe false
      looks shouldBe 2
    } finally late.foreach(_.close())
  }

  "A host that does not exist" should "be said to be unknown" in {
    check("nowhere.invalid:25520").silence(() => false).get should include("unknown host")
  }

  "A web server" should "be told from a node at once" in {
    val server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress, 0), 1)
    server.start()
    try {
      val at = s"127.0.0.1:${server.getAddress.getPort}"
      val said = check(at).foreign.get
      said should startWith(s"E52 no node at $at   what listens there answers   HTTP/1.1 404 Not Found")
    } finally server.stop(0)
  }

  "A node" should "hang up without a word, and be none the worse" in {
    val coordinator = Coordinator.open()
    try {
      check(coordinator.address).foreign.isPresent shouldBe false
      val guest = Coordinator.join(
        new ClusterSettings("run-1", java.util.List.of("run"), own), coordinator.address, _ => ())
      try {
        guest.await(1)
        guest.nodes.asScala shouldBe Seq("node1")
      } finally guest.close()
    } finally coordinator.close()
  }

  "What takes the connection and says nothing" should "be given up in the stated time, by name" in {
    val mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress)
    val err = new ByteArrayOutputStream
    try {
      val at = s"127.0.0.1:${mute.getLocalPort}"
      val server = new NodeServer(
        new ClusterSettings("node2", ClusterSettings.ALL_ROLES, own), at, OptionalInt.empty)
      val start = System.nanoTime
      server.run(new PrintStream(new ByteArrayOutputStream), new PrintStream(err)) shouldBe 4
      // A second each for connecting, for its word and for its answer, and the actor system's own beginning and end.
      (System.nanoTime - start) / 1e9 should be < 30.0
      err.toString should startWith(
        s"irqlab: E52 no node at $at   what listens there did not answer in 1 s")
    } finally mute.close()
  }
}
