package irqlab.protocol

import irqlab.runtime.{MalformedStateException, StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.util.Random

@RunWith(classOf[JUnitRunner])
class ApicDirectorySpec extends AnyFlatSpec with Matchers {
  private def all(directory: ApicDirectory, destination: Int, logical: Boolean, wide: Boolean) = {
    val out = new Array[Int](directory.cpus)
    out.take(directory.`match`(destination, logical, wide, out)).toSeq
  }

  "An x2APIC logical id" should "be cluster and bit of the id" in {
    forAll(
      Table(("id", "LDR"), (0, 0x1), (3, 0x8), (0x10, 0x10001), (0x23, 0x20008), (0xfff, 0xff8000))
    ) { (id, ldr) => ApicDirectory.x2ApicLogicalId(id) shouldBe ldr }
  }

  "A directory of a machine after reset" should "know ids, and nobody as enabled" in {
    val directory = new ApicDirectory(3, 4, ApicMode.XAPIC)
    (0 to 2).map(directory.apicId) shouldBe Seq(4, 5, 6)
    (0 to 2).exists(directory.enabled) shouldBe false
    all(directory, 0x01, logical = true, wide = false) shouldBe empty
    directory.single(5, false, false) shouldBe 1
  }

  "As an operating system leaves it" should "all be enabled, with flat ids for the first eight" in {
    val directory = ApicDirectory.softwareEnabled(10, 0, ApicMode.XAPIC)
    (0 to 9).forall(directory.enabled) shouldBe true
    all(directory, 0x85, logical = true, wide = false) shouldBe Seq(0, 2, 7)
    all(directory, 0xff, logical = true, wide = false) shouldBe (0 to 9)
  }

  "A copy" should "know the same, and keep it when either of the two is told otherwise" in {
    val one = ApicDirectory.softwareEnabled(4, 0, ApicMode.XAPIC)
    val other = one.copy()
    one.update(2, 9, 0x04000000, ApicMode.XAPIC, false, true, 0)
    other.single(2, false, false) shouldBe 2
    one.single(9, false, false) shouldBe 2
    val third = other.copy()
    third.update(1, 1, 0x02000000, ApicMode.XAPIC, false, false, 0)
    other.enabled(1) shouldBe true
  }

  "An update that says nothing new" should "be recognised" in {
    val directory = ApicDirectory.softwareEnabled(2, 0, ApicMode.XAPIC)
    directory.says(1, 1, 0x02000000, ApicMode.XAPIC, false, true, 0) shouldBe true
    directory.says(1, 1, 0x02000000, ApicMode.XAPIC, false, true, 16) shouldBe false
  }

  "A disabled local APIC" should "match nothing" in {
    val directory = ApicDirectory.softwareEnabled(2, 0, ApicMode.XAPIC)
    directory.update(1, 1, 0x02000000, ApicMode.DISABLED, false, false, 0)
    directory.single(1, false, false) shouldBe ApicDirectory.NONE
    all(directory, 0xff, logical = false, wide = false) shouldBe Seq(0)
    directory.present(1) shouldBe false
  }

  "Two of one id" should "be several" in {
    val directory = ApicDirectory.softwareEnabled(3, 0, ApicMode.XAPIC)
    directory.update(2, 1, 0, ApicMode.XAPIC, false, true, 0)
    directory.single(1, false, false) shouldBe ApicDirectory.SEVERAL
    all(directory, 1, logical = false, wide = false) shouldBe Seq(1, 2)
  }

  "The quick answer for one" should "agree with the full match, for any machine and destination" in {
    val random = new Random(11)
    for (round <- 1 to 2000) withClue(s"round=$round ") {
      val cpus = 1 + random.nextInt(40)
      val initial = ApicMode.of(1 + random.nextInt(2))
      val directory = ApicDirectory.softwareEnabled(cpus, random.nextInt(3) * 8, initial)
      for (_ <- 0 until random.nextInt(3)) {
        val mode = ApicMode.of(random.nextInt(3))
        val id = random.nextInt(64)
        val ldr = if (mode == ApicMode.X2APIC) ApicDirectory.x2ApicLogicalId(id)
          else random.nextInt(256) << 24
        directory.update(random.nextInt(cpus), id, ldr, mode, random.nextBoolean(), true, 0)
      }
      val wide = random.nextBoolean()
      val destination = random.nextInt(5) match {
        case 0 => if (wide) -1 else 0xff
        case 1 if wide => random.nextInt(4) << 16 | random.nextInt(0x10000)
        case _ => random.nextInt(64)
      }
      val logical = random.nextBoolean()
      val slow = (0 until cpus).filter(directory.matches(_, destination, logical, wide))
      all(directory, destination, logical, wide).sorted shouldBe slow
      directory.single(destination, logical, wide) shouldBe (slow match {
        case Seq() => ApicDirectory.NONE
        case Seq(one) => one
        case _ => ApicDirectory.SEVERAL
      })
    }
  }

  "What was saved" should "be known after loading, and refused by a machine of another size" in {
    val directory = ApicDirectory.softwareEnabled(3, 0, ApicMode.XAPIC)
    directory.update(1, 7, 0x40000000, ApicMode.XAPIC, true, false, 0x20)
    val out = new StateWriter(ProtocolCodecs.all)
    directory.save(out)
    val fresh = new ApicDirectory(3, 0, ApicMode.X2APIC)
    fresh.load(new StateReader(out.toBytes, ProtocolCodecs.all))
    fresh.says(1, 7, 0x40000000, ApicMode.XAPIC, true, false, 0x20) shouldBe true
    fresh.single(7, false, false) shouldBe 1
    a[MalformedStateException] should be thrownBy
      new ApicDirectory(2, 0, ApicMode.XAPIC)
        .load(new StateReader(out.toBytes, ProtocolCodecs.all))
  }
}
