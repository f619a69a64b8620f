package irqlab.report

import irqlab.load.{BoardRun, RunResult, RunWatch, Snapshot}
import irqlab.observe.Ledger
import irqlab.scenario.{Scenario, ScenarioReader, Scenarios, Stop}

import java.util.{Map => JMap, Optional, OptionalLong}

/** Real runs, short, and one that was never run. */
object Runs {
  def short(name: String, millis: Long): RunResult = {
    val stop = new Stop(OptionalLong.empty, OptionalLong.of(millis * 1_000_000_000L), false)
    BoardRun.run(Scenarios.builtIn(name).withStop(stop), RunWatch.NONE)
  }

  def whole(name: String): RunResult = BoardRun.run(Scenarios.builtIn(name), RunWatch.NONE)

  /** One CPU, and one function with two entries whose names CSV must quote. */
  val small: Scenario = ScenarioReader.parse(
    "small.conf",
    """machine { cpus = 1, tick = off }
      |endpoints = [
      |  { name = dev, bdf = "00:04.0", kind = generic, vectors = [ a, b ], msi-x = 2
      |    names = [ "one, two", "with \"quotes\"" ] }
      |]
      |load = [ { on = dev, queues = a, arrivals = "every(1ms)", count = 3 } ]
      |""".stripMargin)

  /** What a run of `small` would leave with these books and nothing counted. */
  def made(ledger: Ledger, components: Map[String, Snapshot] = Map.empty): RunResult = {
    val shown = new java.util.HashMap[String, Snapshot]()
    components.foreach { case (path, snapshot) => shown.put(path, snapshot) }
    new RunResult(
      small, "virtual", 1, false, 1_000_000L, 5_000_000_000L, 7L, 100L, 0L, 0xabcL,
      irqlab.load.Machines.paths(small.topology), ledger, shown: JMap[String, Snapshot], Optional.empty)
  }

  def component(path: String): Int = irqlab.load.Machines.paths(small.topology).indexOf(path)
}
