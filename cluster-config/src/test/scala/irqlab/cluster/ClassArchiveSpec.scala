package irqlab.cluster

import org.junit.runner.RunWith
import org.scalatest.LoneElement
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.nio.file.attribute.FileTime
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class ClassArchiveSpec extends AnyFlatSpec with Matchers with LoneElement {
  private final class Bench {
    val root: Path = Files.createTempDirectory("irqlab-archive")
    val cache: Path = root.resolve("cache/irqlab")
    val jar: Path = Files.writeString(root.resolve("irqlab.jar"), "classes")

    def archive: ClassArchive = ClassArchive.in(cache, jar.toString)

    def options(first: Boolean, own: String*): Seq[String] =
      archive.options(own.asJava, first).asScala.toSeq

    /** Does what a node does that was told to write an archive, and returns where. */
    def write(): Path = {
      val asked = options(first = true).head
      asked should startWith("-XX:ArchiveClassesAtExit=")
      Files.writeString(Path.of(asked.split("=", 2)(1)), "archive")
    }

    def files: Seq[String] =
      Files.list(cache).iterator.asScala.map(_.getFileName.toString).toSeq.sorted
  }

  "The first node of a first run" should "write the archive, and those of later runs use it" in {
    val bench = new Bench
    bench.options(first = false, "-Xmx1g") shouldBe Seq("-Xmx1g")
    val written = bench.write()
    bench.archive.ended(true)
    Files.exists(written) shouldBe false
    val file = bench.cache.resolve(bench.files.loneElement)
    Seq(true, false).foreach { first =>
      bench.options(first, "-Xmx1g") shouldBe
        Seq(s"-XX:SharedArchiveFile=$file", "-Xlog:disable", "-Xmx1g")
    }
  }

  "A node that did not end in order" should "leave no archive, and not be asked again" in {
    val bench = new Bench
    bench.write()
    bench.archive.ended(false)
    bench.files.loneElement should endWith(".jsa.failed")
    bench.options(first = true, "-Xmx1g") shouldBe Seq("-Xmx1g")
  }

  "Another jar at the same place" should "have another archive" in {
    val bench = new Bench
    bench.write()
    bench.archive.ended(true)
    Files.writeString(bench.jar, "other classes")
    bench.write()
    bench.archive.ended(true)
    bench.files should have size 2
  }

  "Old archives" should "go when there are more than four" in {
    val bench = new Bench
    Files.createDirectories(bench.cache)
    (1 to 6).foreach { n =>
      val old = Files.writeString(bench.cache.resolve(s"node-00$n.jsa"), "")
      Files.setLastModifiedTime(old, FileTime.fromMillis(n * 1000L))
    }
    bench.write()
    bench.archive.ended(true)
    bench.files should have size 4
    bench.files should contain allOf ("node-004.jsa", "node-005.jsa", "node-006.jsa")
  }

  "A class path of folders, and somebody's own options," should "be left as they are" in {
    val bench = new Bench
    val folders = ClassArchive.in(bench.cache, s"${bench.root}:${bench.jar}")
    folders.options(List("-Xmx1g").asJava, true).asScala shouldBe Seq("-Xmx1g")
    bench.options(first = true, "-Xshare:off") shouldBe Seq("-Xshare:off")
  }

  "A cache that cannot be written" should "be no matter" in {
    val bench = new Bench
    Files.writeString(bench.root.resolve("cache"), "a file")
    bench.options(first = true, "-Xmx1g") shouldBe Seq("-Xmx1g")
    bench.archive.ended(true)
    bench.archive.ended(false)
  }
}
