package irqlab.cpu.lapic

import irqlab.protocol.ProtocolCodecs
import irqlab.runtime.{StateReader, StateWriter}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import scala.collection.immutable.BitSet
import scala.util.Random

@RunWith(classOf[JUnitRunner])
class VectorBitsSpec extends AnyFlatSpec with Matchers {

  private def agree(bits: VectorBits, model: BitSet): Unit = {
    bits.highest shouldBe model.lastOption.getOrElse(VectorBits.NONE)
    bits.isEmpty shouldBe model.isEmpty
    for (from <- Seq(0, 1, 63, 64, 200, 255, 256)) {
      bits.next(from) shouldBe model.rangeFrom(from).headOption.getOrElse(VectorBits.NONE)
    }
    for (each <- 0 until 16) {
      bits.countOfClass(each) shouldBe model.count(_ / 16 == each)
    }
    for (each <- 0 until 8) {
      bits.register(each) shouldBe model.iterator.filter(_ / 32 == each).map(v => 1 << v).sum
    }
  }

  "The bits" should "answer as a set of vectors does, also after loading" in {
    val random = new Random(3)
    for (round <- 1 to 200) withClue(s"round=$round ") {
      val bits = new VectorBits
      var model = BitSet.empty
      for (_ <- 0 until random.nextInt(30)) {
        val vector = random.nextInt(256)
        if (random.nextInt(3) == 0) { bits.clear(vector); model -= vector }
        else { bits.set(vector); model += vector }
        bits.test(vector) shouldBe model(vector)
        agree(bits, model)
      }
      val out = new StateWriter(ProtocolCodecs.all)
      bits.save(out)
      val loaded = new VectorBits
      loaded.set(255)
      loaded.load(new StateReader(out.toBytes, ProtocolCodecs.all))
      agree(loaded, model)
      loaded.clearAll()
      agree(loaded, BitSet.empty)
    }
  }
}
