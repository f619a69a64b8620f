package irqlab.live

import java.nio.ByteBuffer
import java.nio.file.{Files, Path}

import irqlab.runtime.Rng
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

/** A page is 64 bytes here, and reaches 16 into the next. */
@RunWith(classOf[JUnitRunner])
class MappedFileSpec extends AnyFlatSpec with Matchers {
  private def mapped(bytes: Array[Byte]): MappedFile = {
    val file = Files.createTempFile("irqlab-mapped", ".log")
    try {
      Files.write(file, bytes)
      MappedFile.open(file, 6, 16)
    } finally Files.delete(file)
  }

  private def random(length: Int): Array[Byte] = {
    val rng = new Rng(length, "mapped")
    Array.fill(length)(rng.nextInt(256).toByte)
  }

  "A file in pages" should "have everywhere the bytes of the whole" in {
    for (length <- Seq(8, 63, 64, 65, 79, 80, 81, 128, 1000)) {
      val bytes = random(length)
      val whole = ByteBuffer.wrap(bytes)
      val file = mapped(bytes)
      file.size shouldBe length
      for (at <- 0 until length) withClue(s"length=$length at=$at ") {
        file.get(at) shouldBe bytes(at)
        if (at <= length - 4) file.getInt(at) shouldBe whole.getInt(at)
        if (at <= length - 8) file.getLong(at) shouldBe whole.getLong(at)
        val most = math.min(16, length - at)
        file.copy(at, most) shouldBe bytes.slice(at, at + most)
        val view = file.slice(at, most)
        view.remaining shouldBe most
        view shouldBe ByteBuffer.wrap(bytes, at, most)
      }
    }
  }

  it should "have nothing when it is empty, and nothing behind its end" in {
    mapped(Array.empty).size shouldBe 0
    val file = mapped(random(100))
    an[IndexOutOfBoundsException] should be thrownBy file.get(100)
    an[IndexOutOfBoundsException] should be thrownBy file.copy(96, 5)
  }

  it should "be found where a buffer no longer reaches" in {
    val file = Files.createTempFile("irqlab-mapped", ".log")
    try {
      // Nothing but its end takes room on the disk.
      val at = 5L << 30
      val channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)
      try channel.write(ByteBuffer.allocate(8).putLong(0, 77), at)
      finally channel.close()
      val large = MappedFile.open(file)
      large.size shouldBe at + 8
      large.getLong(at) shouldBe 77
      large.getLong(at - 8) shouldBe 0
      large.copy(at - 4, 12)(11) shouldBe 77
    } finally Files.delete(file)
  }
}
