package irqlab.cpu.linux

import java.util.zip.GZIPInputStream

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** One recorded boot of a Linux kernel; its fields are explained beside the recordings. */
final class Capture(val name: String) {
  val json: JsonNode = Capture.read(name)

  val cpus: Int = json.at("/machine/cpus").asInt
  val arguments: String = json.at("/provenance/guest_cmdline").asText
  val profile: KernelProfile = KernelProfile.of(kernel).orElseThrow()
  val remapping: Boolean = Capture.list(json.at("/machine/device_arguments"))
    .exists(_.asText.contains("intremap=on"))
  val x2apic: Boolean = name.contains("x2apic")

  def kernel: String = {
    val Version = """(?s).*Linux version (\d+\.\d+)\..*""".r
    val Version(found) = json.at("/provenance/guest_version").asText
    found
  }

  def systemVectors: Seq[Int] = Capture.list(json.get("system_vectors")).map(_.asInt)
  def snapshots: Seq[JsonNode] = Capture.list(json.get("snapshots"))
  def steps: Seq[JsonNode] = Capture.list(json.get("steps"))
  def procInterrupts: Seq[String] = snapshots.map(_.get("proc_interrupts").asText)

  /** Every trace line of the boot, sorted by time as the kernel's ring buffer was. */
  def trace: Seq[TraceEvent] =
    (Capture.list(json.get("boot_trace")) ++ steps.flatMap(s => Capture.list(s.get("trace"))) ++
      Capture.list(json.get("trace_between_steps"))).flatMap(l => TraceEvent.of(l.asText))
      .zipWithIndex.sortBy { case (event, index) => (event.timeS, index) }.map(_._1)
}

object Capture {
  private val mapper = new ObjectMapper

  /** The recordings of x86 machines. */
  val x86: Seq[String] = Seq(
    "k612-q35-4cpu-nvme4", "k612-q35-4cpu-x2apic-ir-nvme4", "pc-12cpu-virtio-mix",
    "pc-2cpu-intx-nomsi", "pc-2cpu-legacy-ioapic", "pc-2cpu-qemutrace-intx",
    "pc-4cpu-noapic-xtpic", "pc-4cpu-nolapic", "q35-12cpu-nvme12", "q35-1cpu-nvme4",
    "q35-2cpu-qemutrace", "q35-2cpu-vector-pressure", "q35-4cpu-affinity-errors",
    "q35-4cpu-ahci-e1000e", "q35-4cpu-default-affinity", "q35-4cpu-ir-multimsi",
    "q35-4cpu-ir-nvme4", "q35-4cpu-noir-multimsi", "q35-4cpu-nvme2-spread", "q35-4cpu-nvme4",
    "q35-4cpu-rmmod-reuse", "q35-4cpu-virtio-blk-vec2", "q35-4cpu-virtio-blk4",
    "q35-4cpu-virtio-net-move", "q35-4cpu-virtio-net-mq4")

  /** The recordings of Arm machines. */
  val arm64: Seq[String] = Seq("arm64-2cpu-gicv2m", "arm64-4cpu-gicv3-its-virtio")

  def list(node: JsonNode): Seq[JsonNode] =
    if (node == null) Nil else node.elements.asScala.toSeq

  private def read(name: String): JsonNode = {
    val in = new GZIPInputStream(getClass.getResourceAsStream(s"/golden/linux/$name.json.gz"))
    try mapper.readTree(in)
    finally in.close()
  }
}

/** One line of ftrace: `time cpuN flags task-pid event: fields`. */
final case class TraceEvent(timeS: Double, cpu: Int, flags: String, task: String, text: String) {
  def event: String = text.takeWhile(_ != ':')
  def field(key: String): Int = s"\\b$key=(\\d+)".r.findFirstMatchIn(text).get.group(1).toInt
  def inInterrupt: Boolean = flags.exists("hHs".contains(_))
}

object TraceEvent {
  private val Line = """\s*([\d.]+) cpu(\d+) (\S+) (.+?-\d+) ((?:irq_matrix|vector)_\w+: .*)""".r

  def of(line: String): Option[TraceEvent] = line match {
    case Line(time, cpu, flags, task, text) =>
      Some(TraceEvent(time.toDouble, cpu.toInt, flags, task, text))
    case _ => None
  }
}
