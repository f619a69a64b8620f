package irqlab.cluster

import java.util.concurrent.TimeUnit

import akka.actor.AddressFromURIString
import akka.cluster.typed.{Cluster, Join}
import irqlab.pcie.endpoint.external.{ExternalDevice, ExternalEvent}

/** Somebody's own program, a member of somebody's own cluster; it ends when its input does. */
object HostProcess {
  /** What it says once its hosts are there. */
  val Ready = "ready"

  def main(arguments: Array[String]): Unit = {
    val system = Members.start(Members.untrusted)
    Cluster.get(system).manager ! Join(AddressFromURIString.parse(arguments(0)))
    val hosts = Seq(
      Machine.host("lab", "node2")
        .endpoint("fpga0", () => new ExternalDevice(1, (_: ExternalEvent) => ())).startIn(system),
      Machine.host("rack", "node2").roles("cpu").startIn(system))
    println(Ready)
    while (System.in.read() >= 0) {}
    hosts.foreach(_.close())
    Members.end(Seq(system))
  }

  /** Starts one. */
  def start(seed: String): Process = {
    val java = System.getProperty("java.home") + "/bin/java"
    val process = new ProcessBuilder(
      java, "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
      Option(System.getProperty("surefire.test.class.path")).getOrElse(System.getProperty("java.class.path")),
      getClass.getName.stripSuffix("$"), seed).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    val line = scala.io.Source.fromInputStream(process.getInputStream).getLines().find(_ == Ready)
    if (line.isEmpty) throw new AssertionError(s"ended with ${process.waitFor()}")
    process
  }

  /** Lets one end in order. */
  def end(process: Process): Boolean = {
    process.getOutputStream.close()
    process.waitFor(30, TimeUnit.SECONDS)
  }
}
