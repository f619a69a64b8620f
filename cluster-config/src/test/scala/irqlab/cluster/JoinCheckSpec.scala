package irqlab.cluster

import irqlab.wire.WireVersion
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.Files

/** Two real processes; the other one is of another version, by the file beside its classes. */
@RunWith(classOf[JUnitRunner])
class JoinCheckSpec extends AnyFlatSpec with Matchers {
  private val own = WireVersion.own

  /** What the coordinator says of a node of these versions. */
  private def refused(program: String, wire: Int): String = {
    val folder = Files.createTempDirectory("irqlab-version")
    Files.createDirectory(folder.resolve("irqlab"))
    Files.writeString(
      folder.resolve("irqlab/version.properties"), s"version=$program\nwire=$wire\n")
    val coordinator = Coordinator.open()
    val jvm = java.util.List.of(
      "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", s"-Xbootclasspath/a:$folder")
    try (the[ClusterException] thrownBy coordinator.launch(1, jvm)).getMessage
    finally coordinator.close()
  }

  "A node that speaks another wire" should "not be let in, with both versions named" in {
    refused("0.3.0", own.wire + 1) should startWith(
      s"E61 wire versions differ   node2 speaks wire ${own.wire + 1} (irqlab 0.3.0), this cluster " +
        s"speaks ${own.wire} (irqlab ${own.program}): node2 was not let in")
  }

  "A node of another program with the same wire" should "not be let in either" in {
    refused("0.0.9", own.wire) should startWith(
      s"E62 programs differ   node2 is irqlab 0.0.9, this cluster is irqlab ${own.program}")
  }

  "A node that does not begin" should "be named beside those that came, with its last words" in {
    val coordinator = Coordinator.open()
    try {
      val said = (the[ClusterException] thrownBy
        coordinator.launch(1, java.util.List.of("-XX:NoSuchOption"))).getMessage
      said should include regex
        "E52 cluster did not form   (node1 up, )?node2 ended with code 1\\R   node2, last lines:\\R"
      said should include("Unrecognized VM option 'NoSuchOption'")
    } finally coordinator.close()
  }

  "A node that says nothing" should "be named in the stated time, with its process" in {
    val soon = new ClusterSettings("node1", ClusterSettings.ALL_ROLES,
      com.typesafe.config.ConfigFactory.parseString("irqlab.cluster.join-within = 2s"))
    val coordinator = Coordinator.open(soon, _ => ())
    try {
      // Its virtual machine waits for a debugger, and says so.
      val waits = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0"
      val said = (the[ClusterException] thrownBy
        coordinator.launch(1, java.util.List.of(waits))).getMessage
      said should include regex
        "E52 cluster did not form in 2 s   node1 up, node2 never answered \\(pid [0-9]+\\)\\R"
      said should include("Listening for transport dt_socket")
    } finally coordinator.close()
  }
}
