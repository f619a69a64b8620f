package irqlab.cpu.linux

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class CpuMaskSpec extends AnyFlatSpec with Matchers with TableDrivenPropertyChecks {
  "A mask" should "have a digit per four CPUs in groups of 32, and ranges as a list" in {
    forAll(Table(
      ("mask", "CPUs", "hex", "list"),
      (CpuMask.first(4), 4, "f", "0-3"),
      (CpuMask.first(12), 12, "fff", "0-11"),
      (CpuMask.first(32), 32, "ffffffff", "0-31"),
      (CpuMask.first(40), 40, "ff,ffffffff", "0-39"),
      (CpuMask.of(0, 1, 2, 3, 8), 12, "10f", "0-3,8"),
      (CpuMask.of(1), 12, "002", "1"),
      (CpuMask.of(63, 64), 80, "0001,80000000,00000000", "63-64"),
      (CpuMask.of(1023), 1024, "80000000" + ",00000000" * 31, "1023"),
      (CpuMask.EMPTY, 33, "0,00000000", "")
    )) { (mask, cpus, hex, list) =>
      mask.hex(cpus) shouldBe hex
      mask.list shouldBe list
      CpuMaskParser.hex(hex, cpus).mask shouldBe mask
      CpuMaskParser.list(list, cpus).mask shouldBe mask
    }
  }

  "A list" should "be read as the kernel reads it, with its errors" in {
    forAll(Table(
      ("text", "CPUs", "mask", "errno"),
      ("0-3,8\n", 12, "0-3,8", null),
      (" 1 , 3", 4, "1,3", null),
      ("0-9", 4, null, Errno.ERANGE),
      ("4", 4, null, Errno.ERANGE),
      ("7", 4, null, Errno.ERANGE),
      ("3-1", 4, null, Errno.EINVAL),
      ("abc", 4, null, Errno.EINVAL),
      ("1-", 4, null, Errno.EINVAL),
      ("-1", 4, null, Errno.EINVAL),
      ("1;2", 4, null, Errno.EINVAL),
      ("4294967296", 4, null, Errno.EOVERFLOW),
      ("99999999999999999999999", 4, null, Errno.EOVERFLOW),
      ("all", 4, "0-3", null),
      ("ALL:1/2", 8, "0,2,4,6", null),
      ("1-N", 4, "1-3", null),
      ("0-7:2/4", 8, "0-1,4-5", null),
      ("0-7:2/0", 8, null, Errno.EINVAL),
      ("0-7:5/4", 8, null, Errno.EINVAL),
      ("0-7:2", 8, null, Errno.EINVAL),
      ("", 4, "", null),
      ("1\n2", 4, "1", null)
    )) { (text, cpus, mask, errno) =>
      val parsed = CpuMaskParser.list(text, cpus)
      parsed.errno shouldBe errno
      Option(parsed.mask).map(_.list) shouldBe Option(mask)
    }
  }

  "A hexadecimal mask" should "be read as the kernel reads it, with its errors" in {
    forAll(Table(
      ("text", "CPUs", "mask", "errno"),
      ("f", 4, "0-3", null),
      ("00f\n", 4, "0-3", null),
      ("0000000f", 4, "0-3", null),
      ("30", 4, null, Errno.EOVERFLOW),
      ("ffffffff", 4, null, Errno.EOVERFLOW),
      ("1,00000000", 32, null, Errno.EOVERFLOW),
      ("1,00000000", 33, "32", null),
      ("1,,2", 40, "1,32", null),
      ("100000000", 40, null, Errno.EOVERFLOW),
      ("xyz", 4, null, Errno.EINVAL),
      ("0x3", 4, null, Errno.EINVAL),
      ("-1", 4, null, Errno.EINVAL),
      ("0", 4, "", null),
      ("", 4, "", null)
    )) { (text, cpus, mask, errno) =>
      val parsed = CpuMaskParser.hex(text, cpus)
      parsed.errno shouldBe errno
      Option(parsed.mask).map(_.list) shouldBe Option(mask)
    }
  }

  "Every recorded write" should "be refused or read as the kernel did" in {
    val Affinity = "/proc/irq/(?:\\d+/smp_affinity(_list)?|default_smp_affinity)".r
    val writes = for {
      name <- Capture.x86
      capture = new Capture(name)
      step <- capture.steps
      result <- Capture.list(step.get("results"))
      errno = result.path("errno").asInt
      Affinity(list) <- Affinity.findFirstMatchIn(result.path("path").asText).map(_.matched)
        .filter(path => Affinity.matches(path)).toSeq
      // Refused for reasons other than the text: EPERM, EIO, and -1 for an irq that is not there.
      if Seq(0, 22, 34, 75).contains(errno)
    } yield {
      val value = result.get("value").asText
      val parsed = if (list != null) CpuMaskParser.list(value, capture.cpus)
        else CpuMaskParser.hex(value, capture.cpus)
      val offline = parsed.ok && errno == 22
      withClue(s"$name ${step.get("op")}: ") {
        if (!offline) Option(parsed.errno).fold(0)(_.number) shouldBe errno
      }
      errno
    }
    writes.count(_ == 0) should be > 40
    writes.count(_ != 0) should be > 8
  }

  "Sets" should "be cut, joined and walked across words" in {
    val a = CpuMask.of(0, 63, 64, 200)
    val b = CpuMask.range(64, 255)
    a.and(b) shouldBe CpuMask.of(64, 200)
    a.andNot(b) shouldBe CpuMask.of(0, 63)
    a.or(b).count shouldBe 194
    a.without(200) shouldBe CpuMask.of(64, 63, 0)
    a.`with`(1).toArray shouldBe Array(0, 1, 63, 64, 200)
    a.next(65) shouldBe 200
    a.next(201) shouldBe -1
    a.intersects(CpuMask.of(1)) shouldBe false
    a.without(0).without(63).without(64).without(200) shouldBe CpuMask.EMPTY
  }
}
