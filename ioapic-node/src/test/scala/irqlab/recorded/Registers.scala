package irqlab.recorded

import irqlab.runtime.{Component, Inspector}

import scala.collection.mutable

/** What a chip shows of itself. */
final class Registers extends Inspector {
  private val values = mutable.LinkedHashMap.empty[String, Long]
  val waiting: mutable.Buffer[(Long, String)] = mutable.Buffer.empty

  override def value(name: String, value: Long): Unit = values(name) = value
  override def pending(id: Long, where: String): Unit = waiting += ((id, where))

  def apply(name: String): Long = values(name)
  def all: Map[String, Long] = values.toMap
}

object Registers {
  def of(chip: Component[_]): Registers = {
    val registers = new Registers
    chip.inspect(registers)
    registers
  }
}
