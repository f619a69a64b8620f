package irqlab.recorded

import com.typesafe.config.{Config, ConfigFactory}

import java.io.{BufferedReader, InputStreamReader}
import java.nio.charset.StandardCharsets.UTF_8
import java.util.zip.GZIPInputStream
import scala.jdk.CollectionConverters._

/** One recorded vector: what emulators did with an operation script. */
final case class Vector(json: Config) {
  val id: String = json.getString("id")
  val confidence: String = json.getString("confidence")
  val steps: Seq[Config] = json.getConfigList("steps").asScala.toSeq
}

/** The recorded vectors among the test resources. */
object Vectors {
  def of(area: String): Seq[Vector] = {
    val stream = getClass.getResourceAsStream(s"/golden/apic/$area.jsonl.gz")
    val reader = new BufferedReader(new InputStreamReader(new GZIPInputStream(stream), UTF_8))
    try reader.lines().iterator().asScala.map(l => Vector(ConfigFactory.parseString(l))).toList
    finally reader.close()
  }

  /** A number that the recording writes in hex or plain. */
  def number(text: String): Long =
    if (text.startsWith("0x")) java.lang.Long.parseUnsignedLong(text.drop(2), 16)
    else text.toLong
}
