package irqlab.runtime

import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import Bench._

@RunWith(classOf[JUnitRunner])
class StateBytesSpec extends AnyFlatSpec with Matchers {
  private def reader(bytes: Int*): StateReader =
    new StateReader(bytes.map(_.toByte).toArray, codecs)

  "State bytes" should "be big endian and come back as they went" in {
    val out = new StateWriter(codecs)
    out.putByte(0x1ff)
    out.putBoolean(true)
    out.putInt(0x01020304)
    out.putLong(0x1112131415161718L)
    out.putInts(Array(-1))
    out.putLongs(Array(Long.MinValue, 7))
    out.putText("kö")
    out.putBytes(Array[Byte](9, 8))
    hex(out.toBytes) shouldBe "ff" + "01" + "01020304" + "1112131415161718" +
      "00000001ffffffff" + "0000000280000000000000000000000000000007" + "00000002006b00f6" +
      "000000020908"
    val in = new StateReader(out.toBytes, codecs)
    in.getByte shouldBe 0xff
    in.getBoolean shouldBe true
    in.getInt shouldBe 0x01020304
    in.getLong shouldBe 0x1112131415161718L
    in.getInts shouldBe Array(-1)
    in.getLongs shouldBe Array(Long.MinValue, 7L)
    in.getText shouldBe "kö"
    in.getBytes shouldBe Array[Byte](9, 8)
    in.expectEnd()
  }

  it should "grow past any first size and take late counts" in {
    val out = new StateWriter(codecs)
    out.putInt(0)
    (0 until 1000).foreach(n => out.putLong(n.toLong))
    out.setInt(0, 1000)
    val in = new StateReader(out.toBytes, codecs)
    in.getLongs shouldBe Array.tabulate(1000)(_.toLong)
    out.clear()
    out.length shouldBe 0
  }

  it should "be refused, naming the offset, when they are not what a writer makes" in {
    forAll(Table[String, StateReader => Any, StateReader](
      ("named", "read", "bytes"),
      ("offset=0", _.getInt, reader(1, 2, 3)),
      ("offset=0", _.getLong, reader(1, 2, 3, 4, 5, 6, 7)),
      ("offset=0", _.getByte, reader()),
      ("offset=0 value=2", _.getBoolean, reader(2)),
      ("kind=65535", _.getMessage, reader(0xff, 0xff)),
      ("kind=0", _.getMessage, reader(0, 0)),
      ("leftBytes=1", _.expectEnd(), reader(9)))) { (named, read, in) =>
      (the[MalformedStateException] thrownBy read(in)).getMessage should include(named)
    }
  }

  "A count" should "be refused before anything is allocated when the bytes cannot hold it" in {
    val huge = Seq(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0)
    val negative = Seq(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)
    forAll(Table[StateReader => Any](
      "read", _.getLongs, _.getInts, _.getText, _.getBytes, _.count(1))) { read =>
      // Two thousand million words: an allocation would end in OutOfMemoryError.
      a[MalformedStateException] should be thrownBy read(reader(huge: _*))
      a[MalformedStateException] should be thrownBy read(reader(negative: _*))
    }
  }
}
