package irqlab.ioapic

import irqlab.runtime.Assembly
import irqlab.topology._
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.util
import java.util.{OptionalInt, OptionalLong, ServiceLoader}
import scala.jdk.CollectionConverters._

@RunWith(classOf[JUnitRunner])
class IoApicModuleSpec extends AnyFlatSpec with Matchers {

  "The module" should "be found on the class path by its role" in {
    ServiceLoader.load(classOf[NodeModule]).asScala.map(_.role).toList should contain(Role.IOAPIC)
  }
}
