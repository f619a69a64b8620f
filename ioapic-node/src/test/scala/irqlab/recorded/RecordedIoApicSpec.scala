package irqlab.recorded

import com.typesafe.config.Config
import irqlab.ioapic.{IoApic, ResendGuard}
import irqlab.protocol.{DeliveryMode, IoApicMessage, Msi, RootComplexMessage}
import irqlab.runtime.RecordingIo
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class RecordedIoApicSpec extends AnyFlatSpec with Matchers {

  /** SDM: vectors 0 to 15 are refused by the local APIC, which this replay does not have. */
  private val judgedByTheLapic = Set("ioapic-illegal-vector")

  /** One machine for the whole area, as in the recording, whose harness only wrote registers. */
  private def replay(area: String): Seq[String] = {
    val machine = new Machine
    Vectors.of(area).filterNot(v => judgedByTheLapic(v.id)).flatMap { vector =>
      machine.reset()
      machine.differences(vector)
    }
  }

  "The IO-APIC" should "do with edge pins what the emulators were recorded doing" in {
    replay("ioapic_edge") shouldBe empty
  }

  it should "do with level pins what the emulators were recorded doing" in {
    replay("ioapic_level") shouldBe empty
  }

  it should "do with pins that change their trigger mode what was recorded" in {
    replay("ioapic_mixed") shouldBe empty
  }

  private class Machine {
    private val io = new RecordingIo[IoApicMessage]
    private val chip =
      new IoApic(0, 24, 0x20, 0xf0f8, ResendGuard.OFF, RecordingIo.port[RootComplexMessage]("root"))
    private var cpus = Array.fill(4)(new MiniLapic)
    private var routed = 0

    /** Between two vectors all pins were lowered and all entries written to their reset value. */
    def reset(): Unit = {
      (0 until 24).foreach(pin => give(new IoApicMessage.Line(pin, false, 1, 0, 0)))
      (0x10 until 0x40).foreach(index => write(index, if (index % 2 == 0) 0x10000 else 0))
      cpus = Array.fill(4)(new MiniLapic)
    }

    def differences(vector: Vector): Seq[String] = vector.steps.zipWithIndex.flatMap { case (step, n) =>
      val accepted = perform(step)
      compare(step.getConfig("expect"), accepted).map(d => s"${vector.id} step $n: $d")
    }

    private def perform(step: Config): Option[Int] = {
      step.getString("op") match {
        case "ioapic_pin" =>
          give(new IoApicMessage.Line(step.getInt("pin"), step.getBoolean("asserted"), 1, 0, 0))
        case "ioapic_write_rte" =>
          val value = Vectors.number(step.getString("value"))
          write(0x11 + 2 * step.getInt("pin"), (value >>> 32).toInt)
          write(0x10 + 2 * step.getInt("pin"), value.toInt)
        case "ioapic_write_rte_low" =>
          write(0x10 + 2 * step.getInt("pin"), Vectors.number(step.getString("value")).toInt)
        case "ioapic_write_rte_high" =>
          write(0x11 + 2 * step.getInt("pin"), Vectors.number(step.getString("value")).toInt)
        case "ioapic_eoi" =>
          give(new IoApicMessage.RegisterWrite(IoApic.EOI, step.getInt("vector")))
        case "eoi" =>
          cpus(step.getInt("cpu")).eoi().foreach(v => give(new IoApicMessage.Eoi(v)))
        case "lapic_write" if step.getString("reg") == "TPR" =>
          cpus(step.getInt("cpu")).tpr = Vectors.number(step.getString("value")).toInt
        case "accept" => return cpus(step.getInt("cpu")).accept()
        case "lapic_write" => ()
      }
      None
    }

    private def write(index: Int, value: Int): Unit = {
      give(new IoApicMessage.RegisterWrite(IoApic.INDEX, index))
      give(new IoApicMessage.RegisterWrite(IoApic.WINDOW, value))
    }

    private def give(message: IoApicMessage): Unit = {
      chip.on(message, io)
      io.messages.asScala.drop(routed).foreach {
        case m: RootComplexMessage.MsiWrite => route(m)
        case other => fail(other.toString)
      }
      routed = io.messages.size
    }

    private def route(m: RootComplexMessage.MsiWrite): Unit = {
      val targets = cpus.indices.filter { cpu =>
        val dest = Msi.destination(m.address)
        if (Msi.logical(m.address)) (dest >> cpu & 1) == 1 else dest == cpu || dest == 0xff
      }
      val chosen =
        if (Msi.mode(m.data) == DeliveryMode.LOWEST_PRIORITY) targets.sortBy(cpus(_).tpr).take(1)
        else targets
      if (Msi.mode(m.data) != DeliveryMode.NMI) {
        chosen.foreach(cpus(_).request(Msi.vector(m.data), Msi.level(m.data)))
      }
    }

    private def compare(expect: Config, accepted: Option[Int]): Seq[String] = {
      val found = Registers.of(chip)
      val entries = fields(expect, "rte").flatMap { pin =>
        val want = Vectors.number(expect.getString(s"rte.$pin"))
        val got = found(s"rte[$pin]")
        Option.when(want != got)(f"rte[$pin] expected $want%016x actual $got%016x")
      }
      val states = fields(expect, "cpu").flatMap { cpu =>
        val want = expect.getConfig(s"cpu.$cpu")
        Seq("irr", "isr", "tmr").filter(want.hasPath).flatMap { register =>
          val numbers = want.getIntList(register).asScala.map(_.intValue).toSeq
          val got = cpus(cpu.toInt).vectors(register)
          Option.when(numbers != got)(s"cpu $cpu $register expected $numbers actual $got")
        }
      }
      val vectors =
        if (!expect.hasPathOrNull("vector")) Nil
        else {
          val want = if (expect.getIsNull("vector")) None else Some(expect.getInt("vector"))
          Option.when(want != accepted)(s"vector expected $want actual $accepted").toSeq
        }
      entries ++ states ++ vectors
    }

    private def fields(of: Config, name: String): Seq[String] =
      if (of.hasPath(name)) of.getObject(name).keySet.asScala.toSeq.sortBy(_.toInt) else Nil
  }
}
