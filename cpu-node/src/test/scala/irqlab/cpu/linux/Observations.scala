package irqlab.cpu.linux

import scala.collection.mutable
import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.JsonNode

/** What the snapshots and steps of a capture show of each interrupt's mask and node. */
final class Observations(capture: Capture) {
  private case class Seen(timeS: Double, irq: Int, mask: CpuMask, node: Option[Int])

  private val seen: Seq[Seen] = {
    val steps = capture.steps.flatMap { step =>
      val end = step.get("t_end").asDouble
      Capture.list(step.get("irqs_new")).map(of(end, _)) ++ changed(end, step.get("irq_changes"))
    }
    val snapshots = capture.snapshots.flatMap { snapshot =>
      // A snapshot shows what was true until the step after it began.
      val next = capture.steps.lift(snapshot.get("after_step").asInt)
      val until = next.fold(Double.MaxValue)(_.get("t_begin").asDouble)
      Capture.list(snapshot.get("irqs")).map(of(until, _))
    }
    (steps ++ snapshots).sortBy(_.timeS)
  }

  private def of(timeS: Double, irq: JsonNode): Seen =
    Seen(timeS, irq.get("irq").asInt, read(irq.path("smp_affinity_list").asText),
      Some(irq.path("node").asInt))

  private def changed(timeS: Double, changes: JsonNode): Seq[Seen] =
    if (changes == null) Nil
    else changes.properties.asScala.toSeq.filter(_.getValue.has("smp_affinity_list")).map { e =>
      val after = e.getValue.get("smp_affinity_list").get(1).asText
      Seen(timeS, e.getKey.toInt, read(after), None)
    }

  private def read(list: String): CpuMask = CpuMaskParser.list(list, capture.cpus).mask

  /** Interrupts whose mask the driver writes by itself, together with a hint. */
  val hinted: Set[Int] = capture.snapshots.flatMap(s => Capture.list(s.get("irqs")))
    .filter(_.path("affinity_hint").asText("0").exists(c => c != '0' && c != ','))
    .map(_.get("irq").asInt).toSet

  /** The first mask seen at or after a time. */
  def mask(irq: Int, timeS: Double): CpuMask =
    seen.find(s => s.irq == irq && s.timeS >= timeS)
      .getOrElse(sys.error(s"${capture.name}: no mask of irq $irq after $timeS")).mask

  /** The last mask seen before a time. */
  def maskBefore(irq: Int, timeS: Double): Option[CpuMask] =
    seen.findLast(s => s.irq == irq && s.timeS <= timeS).map(_.mask)

  /** The node of an interrupt; the first one if it was never seen. */
  def node(irq: Int, timeS: Double): Int =
    seen.find(s => s.irq == irq && s.timeS >= timeS && s.node.isDefined).fold(0)(_.node.get)

  // Only the captures with the emulator's own trace have these: writes in order, without times.
  private val untimed: Map[Int, mutable.Queue[CpuMask]] = {
    val Write = "aff (\\S+) (\\S+)".r
    val irqs = Capture.list(capture.snapshots.last.get("irqs"))
    Capture.list(capture.json.get("qemu_trace_ops")).map(_.asText).collect {
      case Write(name, list) =>
        val irq = irqs.find(_.path("actions").asText.split(',').contains(name)).get
        irq.get("irq").asInt -> read(list)
    }.groupMap(_._1)(_._2).map { case (irq, masks) => irq -> mutable.Queue.from(masks) }
  }

  /** The writes to an interrupt's mask that have no time; whoever uses one takes it out. */
  def untimedWrites(irq: Int): mutable.Queue[CpuMask] = untimed.getOrElse(irq, mutable.Queue())
}
