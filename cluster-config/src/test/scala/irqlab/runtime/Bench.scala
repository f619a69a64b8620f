package irqlab.runtime

import irqlab.observe.Ledger
import irqlab.protocol.{DeliveryMode, LapicMessage, ProtocolCodecs}

/** A component that does what a spec says and writes down what reached it, and when. */
final class Scripted(
    onStart: Io[LapicMessage] => Unit = _ => (),
    onMessage: (LapicMessage, Io[LapicMessage]) => Unit = (_, _) => ())
    extends Component[LapicMessage] {
  var seen: Vector[(Long, LapicMessage)] = Vector.empty

  override def start(io: Io[LapicMessage]): Unit = onStart(io)

  override def on(message: LapicMessage, io: Io[LapicMessage]): Unit = {
    seen :+= (io.nowPs -> message)
    onMessage(message, io)
  }

  override def save(out: StateWriter): Unit = {
    out.putInt(seen.size)
    seen.foreach { case (time, message) =>
      out.putLong(time)
      out.putMessage(message)
    }
  }

  override def load(in: StateReader): Unit =
    seen = Vector.fill(in.count(10))(in.getLong -> in.getMessage.asInstanceOf[LapicMessage])

  override def inspect(out: Inspector): Unit = out.value("seen", seen.size.toLong)
}

object Bench {
  val codecs: Codecs = ProtocolCodecs.all()

  /** Messages told apart by their number. */
  def numbered(number: Int): LapicMessage = new LapicMessage.LocalEvent(number)

  def numbers(of: Scripted): Vector[Int] =
    of.seen.collect { case (_, local: LapicMessage.LocalEvent) => local.lvt }

  def times(of: Scripted): Vector[Long] = of.seen.map(_._1)

  def interrupt(id: Long): LapicMessage =
    new LapicMessage.Interrupt(id, 0, 0x31, DeliveryMode.FIXED, false, true)

  def board(plan: Plan, seed: Long = 1, policy: TiePolicy = TiePolicy.ID): Board =
    new Board(plan, codecs, seed, policy, new Ledger)

  /** The components of these names, wired by the body; each sends from its start. */
  def wired(parts: (String, Scripted)*)(wire: Assembly => Unit): Plan = {
    val assembly = new Assembly(java.util.List.of(parts.map(_._1): _*))
    parts.foreach { case (path, component) => assembly.add(path, component) }
    wire(assembly)
    assembly.plan()
  }

  def hex(bytes: Array[Byte]): String = bytes.map(each => f"${each & 0xff}%02x").mkString
}
