package irqlab.bench

import java.nio.file.Files
import java.util.Optional

import irqlab.live.{LiveMachine, RawTells}
import irqlab.load.{LiveRun, Machines, RunWatch}
import irqlab.scenario.ScenarioReader
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class LiveBenchSpec extends AnyFlatSpec with Matchers {
  "Bare actors" should "tell each other as many messages as the machine had messages and alarms, every time" in {
    val scenario = ScenarioReader.parse("bench.conf",
      """machine { cpus = 2, tick = off }
        |endpoints = [ { name = nvme0, kind = nvme, msi-x = 3, queues = 2 } ]
        |load = [ { on = nvme0, queues = "q1-q2", arrivals = "queue-depth(2)", count = 300 } ]
        |""".stripMargin)
    val folder = Files.createTempDirectory("irqlab-raw")
    try {
      val result = LiveRun.run(scenario, Optional.of(folder), RunWatch.NONE)
      val raw = RawTells.of(Machines.plan(scenario), Machines.plan(scenario), scenario.seed, folder)
      raw.tells shouldBe result.events
      val took = LiveMachine.inSystem[Seq[Long]](system => Seq.fill(3)(raw.run(system)))
      all(took) should be > 0L
    } finally Files.walk(folder).iterator.asScala.toSeq.reverse.foreach(Files.delete)
  }

  "The bench of live machines" should "give both ratios, with what they were measured beside" in {
    val figures = new LiveBench(3, 2, 2, 200).run().asScala
    figures.map(_.id) shouldBe Seq("R1", "R1c")
    all(figures.map(_.value)) should be > 0.0
    all(figures.map(_.remark)) should include regex "load [0-9.]+, core to core and back [1-9][0-9]* to [1-9][0-9]* ns"
  }
}
