package irqlab.load

import irqlab.observe.{Counter, Fate, LedgerRow}
import irqlab.scenario.ScenarioReader

import scala.jdk.CollectionConverters._

/** One run of a scenario given as text, and what an experiment asks of it. Its books must close. */
final class Experiment(text: String) {
  val result: RunResult = BoardRun.run(ScenarioReader.parse("experiment.conf", text), RunWatch.NONE)

  assert(result.ledger.balanced, "the books do not close: " + text)

  def row(path: String, entry: Int): LedgerRow =
    result.ledger.find(result.paths.indexOf(path), entry)

  def raised(entry: Int): Long = row("pcie/device", entry).raised

  def handled(entry: Int): Long = row("pcie/device", entry).fate(Fate.HANDLED)

  def collapsed(entry: Int): Long = row("pcie/device", entry).fate(Fate.COLLAPSED_IRR)

  def handledShare(entry: Int): Double = handled(entry).toDouble / raised(entry)

  def counter(counter: Counter): Long = result.ledger.counter(counter)

  /** A row of /proc/interrupts, one number a CPU. */
  def counts(irq: Int): Seq[Long] = cores.map(_.valueOrZero(s"count.irq.$irq"))

  def kernel: Snapshot = result.component("kernel")

  private def cores: Seq[Snapshot] =
    (0 until result.scenario.topology.cpus).map(cpu => result.component(s"cpu/$cpu/core"))
}

object Experiment {
  /** A machine under the ideal profile without a tick, with one device of so many vectors on CPU 0. */
  def device(vectors: Int, handler: String, load: String, seed: Int = 1, cpus: Int = 1,
      stop: String = "when-drained = on, or-after = 100s", moves: String = "",
      kernel: String = "6.1"): Experiment = {
    val labels = (0 until vectors).map(n => s"v$n")
    val places = labels.map(label => s"$label = 0").mkString(", ")
    new Experiment(s"""
      irqlab.format = 1
      scenario { name = experiment, seed = $seed, stop { $stop } }
      machine { cpus = $cpus, timing = ideal, tick = off, kernel = "$kernel", boot = direct }
      endpoints = [ { name = device, bdf = "00:04.0", kind = generic
        vectors = [ ${labels.mkString(", ")} ], cpu { $places }, first-irq = 24
        handler { $handler } } ]
      load = [ $load ]
      affinity-moves = [ $moves ]
      """)
  }
}
