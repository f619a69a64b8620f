package irqlab.cpu.core

import irqlab.protocol._
import irqlab.runtime._

import scala.collection.mutable.ListBuffer

/** A program that takes the steps of a list, and notes the answers. */
final class Script(steps: Seq[Step], note: (CoreView, Long) => Unit = (_, _) => ())
    extends Program {
  private var at = 0

  override def resume(core: CoreView, answer: Long): Step = {
    if (at > 0) note(core, answer)
    at += 1
    if (at <= steps.size) steps(at - 1) else Step.HALT
  }

  override def kind(): Int = 1

  override def save(out: StateWriter): Unit = out.putInt(at)

  def restored(in: StateReader): Script = { at = in.getInt(); this }
}

/** What a step does, for specs of programs in other packages. */
object Steps {
  def op(step: Step): Step.Op = step.op
}

/** Software of scripts: a main program, and a handler for each vector. */
final class ScriptSoftware(
    main: Seq[Step],
    handlers: Map[Int, Seq[Step]] = Map.empty.withDefaultValue(Seq(Step.EOI, Step.IRET)),
    nmiHandler: Seq[Step] = Seq(Step.compute(10), Step.IRET),
    trapGates: Set[Int] = Set.empty,
    absent: Set[Int] = Set.empty,
    exceptions: Map[Int, Seq[Step]] = Map.empty,
    afterReset: Seq[Step] = null)
    extends Software {
  /** What ran, in order: "vector 49", "nmi", "smi", "start 0x9a". */
  val entered: ListBuffer[String] = ListBuffer.empty
  val answers: ListBuffer[Long] = ListBuffer.empty

  /** Whether the step that brought each answer faulted, as the program was told. */
  val faulted: ListBuffer[Boolean] = ListBuffer.empty

  /** What the program saw of the last line and the last reply, at each answer. */
  val lines: ListBuffer[Seq[Long]] = ListBuffer.empty
  val replies: ListBuffer[Seq[Long]] = ListBuffer.empty

  /** Error codes of exceptions. */
  val codes: ListBuffer[Int] = ListBuffer.empty

  /** Name and intended time of each NMI and SMI that ran. */
  val names: ListBuffer[(Long, Long)] = ListBuffer.empty
  var tasks: ListBuffer[CpuMessage.Task] = ListBuffer.empty

  override def start(): Program = if (main == null) null else new Script(main, note)

  private def note(core: CoreView, answer: Long): Unit = {
    answers += answer
    faulted += core.faulted()
    lines += (0 to 7).map(core.line)
    replies += (0 to 2).map(core.reply)
  }

  override def interrupt(
      core: CoreView, vector: Int, spurious: Boolean, id: Long, raisedPs: Long): Program = {
    entered += (if (spurious) "spurious" else s"vector $vector")
    new Script(handlers(vector))
  }

  override def nmi(core: CoreView, id: Long, raisedPs: Long): Program = {
    entered += "nmi"
    names += ((id, raisedPs))
    new Script(nmiHandler)
  }

  override def smi(core: CoreView, id: Long, raisedPs: Long): Program = {
    entered += "smi"
    names += ((id, raisedPs))
    new Script(Seq(Step.compute(10), Step.IRET))
  }

  override def startup(core: CoreView, page: Int): Program = {
    entered += s"start 0x${page.toHexString}"
    new Script(Seq(Step.HALT))
  }

  override val idt: Idt = {
    val traps = trapGates.foldLeft(Idt.interruptGates)(_.`with`(_, Idt.Gate.TRAP))
    absent.foldLeft(traps)(_.`with`(_, Idt.Gate.ABSENT))
  }

  override def exception(core: CoreView, vector: Int, code: Int): Program =
    exceptions.get(vector).map { steps =>
      entered += s"exception $vector"
      codes += code
      new Script(steps)
    }.orNull

  override def reset(core: CoreView): Program =
    if (afterReset == null) null else { entered += "reset"; new Script(afterReset) }

  override def task(core: CoreView, task: CpuMessage.Task): Program = {
    tasks += task
    new Script(Seq(Step.compute(task.a()), Step.RETURN))
  }

  override def request(core: CoreView, request: CpuMessage.Request): Program = null

  override def load(kind: Int, in: StateReader): Program = new Script(main).restored(in)

  override def save(out: StateWriter): Unit = ()

  override def load(in: StateReader): Unit = ()

  override def inspect(out: Inspector): Unit = ()
}

/** One core between hand-made wires. */
final class CoreBench(val software: ScriptSoftware) {
  val io = new RecordingIo[CpuMessage]
  val core = new Core(
    0,
    new CorePorts(
      RecordingIo.port("lapic"),
      RecordingIo.port("root"),
      RecordingIo.port("memory"),
      RecordingIo.port("kernel")),
    software,
    ApicMode.XAPIC)

  core.start(io)

  def give(message: CpuMessage): Unit = core.on(message, io)

  def sent: Seq[Message] = scala.jdk.CollectionConverters.ListHasAsScala(io.messages()).asScala.toSeq

  def acknowledged: Int = sent.count(_.isInstanceOf[LapicMessage.Inta])

  def intr(): Unit = give(new CpuMessage.Intr(true))

  def vector(vector: Int, id: Long = 0): Unit =
    give(new CpuMessage.Vector(id, 0, vector, false))

  /** Lets the computation that is under way end. */
  def finish(): Unit = io.expire(core)

  def shown(name: String): Long = {
    var found = -1L
    core.inspect((n: String, v: Long) => if (n == name) found = v)
    found
  }

  /** What the core says that it holds: by place, in the order in which it says so. */
  def waiting: Seq[(Long, String)] = {
    val found = ListBuffer.empty[(Long, String)]
    core.inspect(new Inspector {
      override def value(n: String, value: Long): Unit = ()
      override def pending(id: Long, where: String): Unit = found += ((id, where))
    })
    found.toSeq
  }

  def mode: String = text("mode")

  def text(name: String): String = {
    var found = ""
    core.inspect(new Inspector {
      override def value(n: String, value: Long): Unit = ()
      override def text(n: String, text: String): Unit = if (n == name) found = text
    })
    found
  }
}
