package irqlab

import com.tngtech.archunit.core.domain.{JavaClass, JavaClasses, JavaCodeUnit, JavaModifier}
import com.tngtech.archunit.core.importer.{ClassFileImporter, ImportOption, Location}
import irqlab.planted.{PlantedClock, PlantedOrder, PlantedWorld}
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import scala.jdk.CollectionConverters._

/** What the layers may import, and what a component may not do, read from the compiled classes. */
@RunWith(classOf[JUnitRunner])
class PuritySpec extends AnyFlatSpec with Matchers {
  private object NoTestJars extends ImportOption {
    override def includes(location: Location): Boolean = !location.contains("-tests.jar")
  }

  private lazy val program: Seq[JavaClass] = sorted(
    new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(NoTestJars)
      .importPackages("irqlab"))

  private def sorted(classes: JavaClasses): Seq[JavaClass] = classes.asScala.toSeq.sortBy(_.getName)

  private def in(of: JavaClass, packages: String*): Boolean =
    packages.exists(each => of.getPackageName == each || of.getPackageName.startsWith(s"$each."))

  /** The packages of each node module, by where its classes were found. */
  private lazy val nodeModules: Seq[(String, Seq[String])] =
    Seq("cpu-node", "ioapic-node", "pcie-node").map { module =>
      module -> program
        .filter { each =>
          val place = each.getSource.get.getUri.toString
          place.contains(s"/$module/") || place.contains(s"/irqlab-$module-")
        }
        .map(_.getPackageName)
        .distinct
    }

  private val akkaPackages = Seq("irqlab.live", "irqlab.windowed", "irqlab.wire", "irqlab.cluster")

  /** Chips, what they say to each other, and what runs and counts them in virtual time. */
  private lazy val components: Seq[JavaClass] = program.filter(each =>
    in(each, nodeModules.flatMap(_._2): _*) ||
      in(each, "irqlab.protocol", "irqlab.runtime", "irqlab.observe"))

  private def dependsOn(of: JavaClass, packages: String*): Seq[String] =
    of.getDirectDependenciesFromSelf.asScala.toSeq
      .filter(each => in(each.getTargetClass, packages: _*))
      .map(_.getDescription)

  private case class Call(from: JavaCodeUnit, owner: String, name: String) {
    override def toString: String = s"${from.getFullName} calls $owner.$name"
  }

  private def calls(of: JavaClass): Seq[Call] =
    (of.getCodeUnitCallsFromSelf.asScala ++ of.getCodeUnitReferencesFromSelf.asScala).toSeq
      .map(each => Call(each.getOrigin, each.getTargetOwner.getName, each.getName))

  private val foreign = Seq(
    "akka", "scala", "org.slf4j", "java.util.logging", "java.time", "java.util.concurrent",
    "java.io", "java.nio", "java.net", "java.lang.reflect")

  private val foreignClasses = Set(
    "java.lang.Thread", "java.lang.ThreadLocal", "java.lang.Runtime", "java.lang.ProcessBuilder",
    "java.util.Random", "java.util.SplittableRandom", "java.util.UUID", "java.util.Timer",
    "java.util.IdentityHashMap", "java.util.WeakHashMap", "java.util.Date",
    "java.security.SecureRandom")

  /** Exact or correctly rounded on every CPU; the rest of Math may be an intrinsic. */
  private val exactMath = Set(
    "max", "min", "abs", "floorDiv", "floorMod", "ceilDiv", "addExact", "subtractExact",
    "multiplyExact", "toIntExact", "negateExact", "incrementExact", "multiplyHigh", "signum",
    "round", "floor", "ceil", "rint", "sqrt", "clamp")

  private val exactSystem = Set("arraycopy")

  /** Everything a class does that reaches past Io. */
  private def escapes(of: JavaClass): Seq[String] = {
    val types = of.getDirectDependenciesFromSelf.asScala.toSeq
      .filter(each =>
        in(each.getTargetClass, foreign: _*) || foreignClasses(each.getTargetClass.getName))
      // Serializable belongs to enums, and an order of bytes is a word for one.
      .filterNot(each =>
        Set("java.io.Serializable", "java.nio.ByteOrder")(each.getTargetClass.getName))
      .map(_.getDescription)
    val called = calls(of).filter { call =>
      (call.owner == "java.lang.System" && !exactSystem(call.name)) ||
      (call.owner == "java.lang.Math" && !exactMath(call.name)) ||
      (call.name == "hashCode" && call.from.getName != "hashCode") ||
      (call.owner == "java.util.Objects" && call.name.startsWith("hash"))
    }
    val printed = of.getFieldAccessesFromSelf.asScala.toSeq
      .filter(each => each.getTargetOwner.getName == "java.lang.System")
      .map(_.getDescription)
    val statics = of.getFields.asScala.toSeq
      .filter(field =>
        field.getModifiers.contains(JavaModifier.STATIC) &&
          !field.getModifiers.contains(JavaModifier.FINAL))
      .map(field => s"${field.getFullName} is a static that can change")
    types ++ called.map(_.toString) ++ printed ++ statics
  }

  private val walks =
    Set("keySet", "values", "entrySet", "iterator", "forEach", "stream", "spliterator", "toArray",
      "parallelStream", "toString", "removeIf", "replaceAll")
  private val hashed = Set("HashMap", "HashSet", "Hashtable", "concurrent.ConcurrentHashMap")
    .map("java.util." + _)
  private val unsaid = Set("java.util.Map", "java.util.AbstractMap")
  private val ordered = Set(
    "TreeMap", "LinkedHashMap", "SortedMap", "NavigableMap", "EnumMap").map("java.util." + _)

  /**
   * Walks over tables that have no order, or do not say that they have one. The set of a sorted map
   * is walked through the type Set: so many walks of a Set are granted as such sets were asked for.
   */
  private def unorderedWalks(of: JavaClass): Seq[String] = {
    val byMethod = calls(of).groupBy(_.from.getFullName).toSeq.sortBy(_._1)
    byMethod.flatMap { case (_, calls) =>
      val plain = calls.filter(call => (hashed(call.owner) || unsaid(call.owner)) && walks(call.name))
      val granted = calls.count(call =>
        ordered(call.owner) && Set("keySet", "entrySet", "navigableKeySet")(call.name))
      val sets = calls.filter(call => call.owner == "java.util.Set" && walks(call.name))
      (plain ++ sets.drop(granted)).map(_.toString)
    }
  }

  private def planted(of: Class[_]): JavaClass = new ClassFileImporter().importClass(of)

  "The program" should "be there to be looked at" in {
    program.map(_.getName) should contain allOf ("irqlab.runtime.Board", "irqlab.cli.Main")
    components.size should be > 50
    nodeModules.toMap.apply("cpu-node") should contain("irqlab.cpu.lapic")
    nodeModules.toMap.apply("ioapic-node") should contain("irqlab.ioapic")
    nodeModules.toMap.apply("pcie-node") should contain("irqlab.pcie.root")
  }

  it should "use Akka only where components are hosted" in {
    program.filterNot(each => in(each, akkaPackages: _*)).flatMap(dependsOn(_, "akka")) shouldBe empty
  }

  "A node module" should "not know another node module" in {
    for ((name, own) <- nodeModules; (_, others) <- nodeModules.filterNot(_._1 == name)) {
      withClue(s"$name: ") {
        program.filter(in(_, own: _*)).flatMap(dependsOn(_, others: _*)) shouldBe empty
      }
    }
  }

  "What knows only wires" should "not know chips" in {
    program
      .filterNot(each => in(each, nodeModules.flatMap(_._2): _*))
      .filter(each => in(each, "irqlab.protocol", "irqlab.runtime", "irqlab.observe",
        "irqlab.topology", "irqlab.live", "irqlab.windowed", "irqlab.wire", "irqlab.cluster"))
      .flatMap(dependsOn(_, nodeModules.flatMap(_._2): _*)) shouldBe empty
  }

  "A component" should "see the world through Io alone" in {
    components.flatMap(escapes) shouldBe empty
  }

  it should "never walk a table that has no order" in {
    components.flatMap(unorderedWalks) shouldBe empty
  }

  "A planted breach" should "be caught" in {
    forAll(Table[Class[_]]("class",
      classOf[PlantedClock.Plain], classOf[PlantedClock.Lambda], classOf[PlantedClock.Reference],
      classOf[PlantedOrder.ByIdentity], classOf[PlantedWorld.Threads],
      classOf[PlantedWorld.Draws], classOf[PlantedWorld.Logarithm], classOf[PlantedWorld.Shared],
      classOf[PlantedWorld.Actors], classOf[PlantedWorld.Prints])) { of =>
      escapes(planted(of)) should not be empty
    }
    forAll(Table[Class[_]]("class",
      classOf[PlantedOrder.OverHashMap], classOf[PlantedOrder.OverMap],
      classOf[PlantedOrder.OverSet])) { of =>
      unorderedWalks(planted(of)) should not be empty
    }
  }

  "What a component may do" should "be let through" in {
    escapes(planted(classOf[PlantedOrder.Sorted])) shouldBe empty
    unorderedWalks(planted(classOf[PlantedOrder.Sorted])) shouldBe empty
  }
}
