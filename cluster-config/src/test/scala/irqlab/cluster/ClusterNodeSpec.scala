package irqlab.cluster

import akka.actor.typed.scaladsl.Behaviors
import akka.actor.typed.{ActorSystem, PostStop}
import com.typesafe.config.ConfigFactory
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.util.concurrent.CountDownLatch
import scala.concurrent.Await
import scala.concurrent.duration._

@RunWith(classOf[JUnitRunner])
class ClusterNodeSpec extends AnyFlatSpec with Matchers {
  "The wait for an actor system that does not end" should "end" in {
    val release = new CountDownLatch(1)
    val stuck = Behaviors.receiveSignal[String] { case (_, PostStop) =>
      release.await()
      Behaviors.same
    }
    val system = ActorSystem(stuck, "stuck",
      ConfigFactory.parseString("akka { loglevel = OFF, actor.provider = local }").withFallback(ConfigFactory.load()))
    try {
      ClusterNode.end(system, 1)
      system.whenTerminated.isCompleted shouldBe false
    } finally release.countDown()
    Await.ready(system.whenTerminated, 30.seconds)
  }
}
