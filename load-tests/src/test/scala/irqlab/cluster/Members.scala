package irqlab.cluster

import java.util.concurrent.locks.LockSupport

import akka.actor.Address
import akka.actor.typed.ActorSystem
import akka.actor.typed.scaladsl.Behaviors
import akka.cluster.MemberStatus
import akka.cluster.typed.{Cluster, Join}
import com.typesafe.config.ConfigFactory
import irqlab.topology.Topology

import scala.concurrent.Await
import scala.concurrent.duration._

/** Members of somebody else's cluster, called "plant": its owner chose every setting but ours. */
object Members {
  private val fast = ConfigFactory.parseString(
    """
    akka {
      loglevel = ERROR
      actor.provider = cluster
      actor.allow-java-serialization = off
      remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      cluster {
        jmx.enabled = off
        gossip-interval = 100ms
        leader-actions-interval = 100ms
        periodic-tasks-initial-delay = 100ms
        seed-node-timeout = 1s
      }
      coordinated-shutdown.exit-jvm = off
      actor.testkit.typed.single-expect-default = 30s
    }
    irqlab.cluster { lost-after = 4s, join-within = 30s }
    """)

  /** Its owner trusts nobody who reaches the port. */
  val untrusted: String =
    """
    akka.remote.artery {
      untrusted-mode = on
      trusted-selection-paths = [
        "/system/cluster/core/daemon"
        "/system/cluster/heartbeatReceiver"
        "/system/clusterReceptionist/replicator"
      ]
    }
    """

  def start(settings: String = "", loader: ClassLoader = getClass.getClassLoader): ActorSystem[Void] = {
    val config = ConfigFactory.parseString(settings).withFallback(fast)
      .withFallback(ConfigFactory.defaultReference(getClass.getClassLoader)).resolve()
    val setup = akka.actor.BootstrapSetup(config).withClassloader(loader)
    ActorSystem[Void](Behaviors.empty[Void], "plant", akka.actor.setup.ActorSystemSetup(setup))
  }

  def address(of: ActorSystem[_]): Address = Cluster.get(of).selfMember.address

  def join(members: Seq[ActorSystem[_]]): Unit = {
    members.foreach(each => Cluster.get(each).manager ! Join(address(members.head)))
    members.foreach(each => until(s"$each up")(up(each) == members.size))
  }

  /** How many members this one sees that are up. */
  def up(of: ActorSystem[_]): Int =
    Cluster.get(of).state.members.toSeq.count(_.status == MemberStatus.up)

  def until(what: String, within: FiniteDuration = 20.seconds)(done: => Boolean): Unit = {
    val limit = within.fromNow
    while (!done) {
      if (limit.isOverdue()) throw new AssertionError(s"$what: not within $within")
      LockSupport.parkNanos(5_000_000)
    }
  }

  def end(members: Seq[ActorSystem[_]]): Unit = members.foreach { each =>
    each.terminate()
    Await.ready(each.whenTerminated, 30.seconds)
  }

  val nodes: java.util.List[String] = java.util.List.of("node1", "node2")

  val topology: Topology = Topology.parse(
    """machine { cpus = 2 }
       endpoints = [
         { name = nic0, first-irq = 24, cpu = 0, handler { cost = 1us } }
         { name = fpga0, first-irq = 40, cpu = 1, handler { cost = 1us, drain = 100ns } }
       ]""")
}
