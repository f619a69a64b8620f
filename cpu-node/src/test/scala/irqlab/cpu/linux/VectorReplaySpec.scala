package irqlab.cpu.linux

import scala.jdk.CollectionConverters._

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

/** Every `irq_matrix_*` and `vector_*` line of the recorded x86 boots, asked of the model again. */
@RunWith(classOf[JUnitRunner])
class VectorReplaySpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  // Lines in the trace of each recording, counted in the recordings themselves.
  private val recordings = Table(
    ("recording", "trace lines"),
    ("k612-q35-4cpu-nvme4", 251),
    ("k612-q35-4cpu-x2apic-ir-nvme4", 263),
    ("pc-12cpu-virtio-mix", 367),
    ("pc-2cpu-intx-nomsi", 176),
    ("pc-2cpu-legacy-ioapic", 164),
    ("pc-2cpu-qemutrace-intx", 175),
    ("pc-4cpu-noapic-xtpic", 95),
    ("pc-4cpu-nolapic", 16),
    ("q35-12cpu-nvme12", 336),
    ("q35-1cpu-nvme4", 185),
    ("q35-2cpu-qemutrace", 202),
    ("q35-2cpu-vector-pressure", 2357),
    ("q35-4cpu-affinity-errors", 248),
    ("q35-4cpu-ahci-e1000e", 213),
    ("q35-4cpu-default-affinity", 292),
    ("q35-4cpu-ir-multimsi", 248),
    ("q35-4cpu-ir-nvme4", 263),
    ("q35-4cpu-noir-multimsi", 217),
    ("q35-4cpu-nvme2-spread", 209),
    ("q35-4cpu-nvme4", 248),
    ("q35-4cpu-rmmod-reuse", 749),
    ("q35-4cpu-virtio-blk-vec2", 191),
    ("q35-4cpu-virtio-blk4", 205),
    ("q35-4cpu-virtio-net-move", 219),
    ("q35-4cpu-virtio-net-mq4", 266))

  "The vector domain" should "repeat every line of the kernel's trace, with all its counters" in {
    forAll(recordings) { (name, lines) =>
      val capture = new Capture(name)
      val replay = new VectorReplay(capture).run()
      info(s"$name: ${replay.linesAgreed} lines, ${replay.statesAgreed} states")
      replay.differences shouldBe empty
      replay.linesAgreed shouldBe lines
    }
  }

  "The system vectors" should "be the ones that the recorded kernels took" in {
    forAll(recordings) { (name, _) =>
      val capture = new Capture(name)
      val replay = new VectorReplay(capture).run()
      replay.systemVectors shouldBe capture.systemVectors.toSet
      val atBoot = SystemVectors.atBoot(capture.profile, true).asScala.map(_.intValue)
      capture.systemVectors.take(atBoot.size) shouldBe atBoot
    }
  }

  "A saved domain" should "be the same after loading" in {
    forAll(recordings) { (name, _) =>
      new VectorReplay(new Capture(name)).run().survivesSaving shouldBe true
    }
  }
}
