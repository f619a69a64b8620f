package irqlab.recorded

/** Just enough of a local APIC to replay what recordings of the other chips show of it. */
final class MiniLapic {
  private val irr = new Array[Boolean](256)
  private val isr = new Array[Boolean](256)
  private val tmr = new Array[Boolean](256)
  var tpr = 0
  var lint0 = 0x10000

  def vectors(of: String): Seq[Int] = (of match {
    case "irr" => irr
    case "isr" => isr
    case "tmr" => tmr
  }).zipWithIndex.collect { case (true, v) => v }.toList

  def ppr: Int = {
    val serving = isr.lastIndexOf(true) max 0
    if ((tpr >> 4) >= (serving >> 4)) tpr else serving & 0xf0
  }

  def request(vector: Int, level: Boolean): Unit = {
    irr(vector) = true
    tmr(vector) = level
  }

  /** Acknowledges the highest request above PPR, if there is one. */
  def accept(): Option[Int] = {
    val vector = irr.lastIndexOf(true)
    if (vector < 0 || (vector >> 4) <= (ppr >> 4)) None
    else {
      irr(vector) = false
      isr(vector) = true
      Some(vector)
    }
  }

  /** Ends the highest vector in service; its vector when the EOI goes to the IO-APICs. */
  def eoi(): Option[Int] = {
    val vector = isr.lastIndexOf(true)
    if (vector < 0) None
    else {
      isr(vector) = false
      Some(vector).filter(tmr(_))
    }
  }
}
