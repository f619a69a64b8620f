package irqlab.cpu.linux

import scala.collection.mutable
import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.JsonNode

/**
 * Drives a [[VectorDomain]] with the requests of a recorded boot and compares what it does with
 * the kernel's own trace.
 *
 * A request is what the kernel was asked to do: which interrupt was set up, requested, freed or
 * moved, which mask was written, which CPU came or went. All that the kernel ''chose'', the CPU,
 * the vector and every counter, comes from the model and is compared with the line of the trace.
 */
final class VectorReplay(capture: Capture) {
  private val cpus = capture.cpus
  private val produced = mutable.Queue.empty[String]
  private val sink = new VectorTraceText(line => produced.enqueue(line))
  private val matrix = new VectorMatrix(cpus, capture.profile, sink)
  private val domain = {
    val mode = capture.profile.msiDestination(cpus, capture.x2apic)
    new VectorDomain(matrix, Array.tabulate(cpus)(cpu => mode.of(cpu, cpu)), sink)
  }
  private val observed = new Observations(capture)
  private val events = capture.trace.toIndexedSeq
  // What the model did and the trace has not yet shown, by the task that asked for it.
  private val waiting = mutable.LinkedHashMap.empty[String, mutable.Queue[String]]
  // What writes with remapping did, until the trace shows it.
  private val moved = mutable.Queue.empty[String]

  private val affinity = mutable.Map.empty[Int, IrqAffinity]
  private val started = mutable.SortedSet.empty[Int]
  private var defaultMask = CpuMask.first(cpus)

  /** Lines of the trace that the model repeated. */
  var linesAgreed = 0

  /** Masks and targets read after the steps that the model shows as well. */
  var statesAgreed = 0
  val differences: mutable.Buffer[String] = mutable.Buffer.empty

  def run(): this.type = {
    SystemVectors.atBoot(capture.profile, true).forEach(v => matrix.assignSystem(v, false, 0))
    var at = 0
    var before: Option[JsonNode] = None
    capture.steps.foreach { step =>
      // The state after a step was read between its end and the begin of the next.
      at = replay(at, step.get("t_begin").asDouble)
      before.foreach(compare)
      Capture.list(step.get("results")).foreach(write(_, step.get("t_begin").asDouble))
      before = Some(step)
    }
    replay(at, Double.MaxValue)
    before.foreach(compare)
    moved.foreach(line => differences += s"model also did '$line'")
    for ((task, lines) <- waiting; line <- lines) differences += s"$task: model also did '$line'"
    this
  }

  /** The vectors that the system holds when the replay is over. */
  def systemVectors: Set[Int] = (0 to 255).filter(v => matrix.system(v)).toSet

  /** Whether the matrix and the domain come back from what they save. */
  def survivesSaving: Boolean = {
    def saved(domain: VectorDomain): Seq[Long] = {
      val out = mutable.Buffer.empty[Long]
      domain.save(word => out += word)
      out.toSeq
    }
    val before = saved(domain)
    val copy = new VectorDomain(
      new VectorMatrix(cpus, capture.profile, VectorTrace.NONE), new Array[Int](cpus),
      VectorTrace.NONE)
    val in = before.iterator
    copy.load(() => in.next())
    in.isEmpty && saved(copy) == before
  }

  private def replay(from: Int, untilS: Double): Int = {
    var at = from
    while (at < events.size && events(at).timeS < untilS) {
      val event = events(at)
      val queue = waiting.getOrElseUpdate(key(event), mutable.Queue.empty)
      if (queue.isEmpty) {
        produced.clear()
        if (moved.nonEmpty) produced ++= moved.removeAll()
        else try request(event, at)
        catch { case e: IllegalStateException => differences += s"$event: ${e.getMessage}" }
        queue ++= produced
      }
      if (queue.isEmpty) differences += s"${event.timeS}: model did not do '${event.text}'"
      else {
        val line = queue.dequeue()
        if (line == event.text) linesAgreed += 1
        else differences += s"${event.timeS} ${event.task}\n  kernel $event\n  model  $line"
      }
      at += 1
    }
    at
  }

  // An interrupt borrows the task that it interrupts, and each CPU has an idle task.
  private def key(event: TraceEvent): String =
    if (event.inInterrupt) s"interrupt on ${event.cpu}"
    else if (event.task.startsWith("<idle>")) s"idle on ${event.cpu}"
    else event.task

  private def nextIrq(at: Int, name: String): Int =
    events.drop(at).find(e => e.event == name && key(e) == key(events(at))).get.field("irq")

  private def request(event: TraceEvent, at: Int): Unit = event.event match {
    case "irq_matrix_online" => domain.cpuOnline(event.cpu)
    case "irq_matrix_assign" => assignLegacy()
    case "vector_clear" => takeOver(event.field("irq"), active = false)
    case "vector_setup" => takeOver(event.field("irq"), active = true)
    case "irq_matrix_reserve" => setup(nextIrq(at, "vector_reserve"), event.timeS)
    case "irq_matrix_reserve_managed" =>
      val irq = nextIrq(at, "vector_reserve_managed")
      affinity(irq) = new IrqAffinity(observed.mask(irq, event.timeS), true)
      domain.setupManaged(irq, affinity(irq).mask)
    case "vector_activate" => activate(event)
    case "vector_deactivate" =>
      started -= event.field("irq")
      domain.deactivate(event.field("irq"))
    case "vector_teardown" => teardown(event.field("irq"))
    case "irq_matrix_alloc" => move(nextIrq(at, "vector_alloc"), event.timeS)
    case "vector_free_moved" =>
      // The interrupt that arrived on the new CPU, and the clean-up that it started.
      val irq = event.field("irq")
      domain.completeMove(irq, domain.chip(irq).cpu)
      domain.cleanUp(event.cpu, _ => false)
    case _ =>
  }

  private def assignLegacy(): Unit = {
    val lines = (0 to 15).filter(_ != 2)
    lines.foreach(line => matrix.assign(0, KernelProfile.ISA_VECTOR + line))
    val shown = produced.toSeq
    if (capture.arguments.split(' ').contains("noapic")) {
      lines.foreach(line => matrix.assignSystem(KernelProfile.ISA_VECTOR + line, true, 0))
    }
    produced.clear()
    produced ++= shown
  }

  private def takeOver(irq: Int, active: Boolean): Unit = {
    affinity(irq) = new IrqAffinity(defaultMask, false)
    if (active) started += irq
    domain.setupLegacy(irq, active)
  }

  private def setup(irq: Int, timeS: Double): Unit = {
    affinity(irq) = new IrqAffinity(defaultMask, false)
    domain.setup(irq)
  }

  private def activate(event: TraceEvent): Unit = {
    val irq = event.field("irq")
    val early = event.field("reserve") == 1
    // The boot CPU joins its node only after the IO-APIC is set up.
    val node = if (matrix.onlineMaps == 1 && event.timeS < firstTaskS) CpuMask.EMPTY
      else domain.online
    val known = if (observed.node(irq, event.timeS) >= 0) node else null
    domain.activate(irq, affinity(irq).mask, known, early)
    if (!early) {
      started += irq
      // The timer was started before, by the 8259A; the IO-APIC only takes it over.
      if (matrix.onlineMaps > 1) affinity(irq).start(domain, irq, defaultMask, known)
    }
  }

  private lazy val firstTaskS =
    events.find(!_.task.startsWith("<idle>")).fold(Double.MaxValue)(_.timeS)

  private def teardown(irq: Int): Unit = {
    domain.teardown(irq)
    affinity -= irq
    started -= irq
  }

  // MOV-004: an interrupt found a mask waiting. Nothing moves if its CPU is in that mask.
  private def move(irq: Int, timeS: Double): Unit = {
    val untimed = observed.untimedWrites(irq)
    do {
      untimed.removeHeadOption().foreach(affinity(irq).defer)
      if (!affinity(irq).pending) affinity(irq).defer(observed.mask(irq, timeS))
      affinity(irq).moveInInterrupt(domain, irq)
    } while (produced.isEmpty && untimed.nonEmpty)
  }

  private def write(result: JsonNode, timeS: Double): Unit = {
    val Affinity = "/proc/irq/(\\d+)/smp_affinity(_list)?".r
    val Online = "/sys/devices/system/cpu/cpu(\\d+)/online".r
    val value = result.path("value").asText
    val failed = result.path("errno").asInt
    result.path("path").asText match {
      case Affinity(irq, list) => written(irq.toInt, mask(value, list != null), failed)
      case "/proc/irq/default_smp_affinity" if failed == 0 => defaultMask = mask(value, false).mask
      case Online(cpu) if value == "0" && failed != NoSuchFile => offline(cpu.toInt, failed, timeS)
      case _ =>
    }
  }

  private val NoSuchFile = 2

  private def mask(text: String, list: Boolean): CpuMaskParser.Parsed =
    if (list) CpuMaskParser.list(text, cpus) else CpuMaskParser.hex(text, cpus)

  private def written(irq: Int, mask: CpuMaskParser.Parsed, recorded: Int): Unit = {
    // The timer's line, and those of the 8259A, cannot be moved.
    val movable = irq != 0 && domain.chip(irq) != null
    val errno =
      if (!affinity.contains(irq)) recorded
      else Option(affinity(irq).check(CpuMask.first(cpus), domain.online, capture.profile, movable))
        .orElse(Option(mask.errno))
        .orElse(Option(affinity(irq).check(mask.mask, domain.online, capture.profile, movable)))
        .fold(0)(_.number)
    if (errno != recorded) differences += s"a write to irq $irq gave $recorded, not $errno"
    else if (affinity.contains(irq)) statesAgreed += 1
    if (errno == 0) {
      if (capture.remapping) moveNow(irq, mask.mask) else affinity(irq).defer(mask.mask)
    }
  }

  // MOV-020: with remapping the write itself moves, and nobody waits for an interrupt.
  private def moveNow(irq: Int, mask: CpuMask): Unit = {
    produced.clear()
    affinity(irq).moveNow(domain, irq, mask)
    domain.queueCleanUp(irq)
    moved ++= produced
  }

  private def offline(cpu: Int, recordedErrno: Int, timeS: Double): Unit = {
    // Masks that a driver wrote leave no trace; what smp_affinity shows is one until it is used.
    started.filter(observed.hinted).foreach { irq =>
      observed.maskBefore(irq, timeS).filter(_ != affinity(irq).mask).foreach(affinity(irq).defer)
    }
    val errno = domain.mayGoOffline(cpu)
    val number = if (errno == null) 0 else errno.number
    if (number != recordedErrno) differences += s"cpu $cpu offline: $number, not $recordedErrno"
    if (errno == null) {
      domain.cpuLeaving(cpu)
      started.toSeq.foreach { irq =>
        if (affinity(irq).leave(domain, irq, cpu) == IrqAffinity.Migration.SHUT_DOWN) {
          started -= irq
          domain.deactivate(irq)
        }
      }
      domain.cpuOffline(cpu)
    }
  }

  private def compare(step: JsonNode): Unit = {
    val changes = step.get("irq_changes")
    if (changes != null) changes.properties.asScala.foreach { entry =>
      val irq = entry.getKey.toInt
      // A line of the 8259A has no vector of its own.
      val modelled = domain.chip(irq) != null
      def check(field: String, model: => String): Unit = if (modelled && entry.getValue.has(field)) {
        val kernel = entry.getValue.get(field).get(1).asText
        if (kernel == model) statesAgreed += 1
        else differences += s"after ${step.get("op").asText}: irq $irq $field $kernel, not $model"
      }
      check("effective_affinity_list", domain.chip(irq).effectiveCpu.toString)
      if (!observed.hinted(irq)) {
        check("smp_affinity_list", affinity(irq).shown.list)
      }
    }
  }
}

