package irqlab.cluster

import com.typesafe.config.{Config, ConfigFactory}
import org.scalatest.Assertions.withClue
import org.scalatest.matchers.should.Matchers._

import java.nio.file.{Files, Path}

/** The recipe of the page "Run on a cluster", step by step. */
final class Authority(folder: Path) {
  private val tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString
  private val secret = "changeit"

  def file(name: String): String = folder.resolve(name).toString

  def keytool(words: String*): Unit = {
    val process = new ProcessBuilder((tool +: words) ++ Seq("-storepass", secret): _*)
      .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile).start()
    val code = process.waitFor()
    withClue(words.mkString(" ") + Files.readString(folder.resolve("log"))) { code shouldBe 0 }
  }

  private def pair(store: String, name: String, more: String*): Unit =
    keytool(Seq("-genkeypair", "-keystore", file(store), "-alias", name, "-keyalg", "EC",
      "-groupname", "secp256r1", "-dname", s"CN=$name", "-validity", "30") ++ more: _*)

  pair("authority.p12", "authority", "-ext", "bc:c")
  keytool("-exportcert", "-keystore", file("authority.p12"), "-alias", "authority", "-rfc",
    "-file", file("authority.pem"))
  keytool("-importcert", "-keystore", file("trust.p12"), "-alias", "authority", "-noprompt",
    "-file", file("authority.pem"))

  /** A node whose certificate the authority signed. */
  def signed(name: String): Config = {
    val store = s"$name.p12"
    pair(store, name)
    keytool("-certreq", "-keystore", file(store), "-alias", name, "-file", file("request"))
    keytool("-gencert", "-keystore", file("authority.p12"), "-alias", "authority", "-rfc",
      "-ext", "san=ip:127.0.0.1", "-validity", "30", "-infile", file("request"),
      "-outfile", file("signed.pem"))
    keytool("-importcert", "-keystore", file(store), "-alias", "authority", "-noprompt",
      "-file", file("authority.pem"))
    keytool("-importcert", "-keystore", file(store), "-alias", name, "-file", file("signed.pem"))
    settings(store)
  }

  /** A node that signed for itself. */
  def unsigned(name: String): Config = {
    pair(s"$name.p12", name, "-ext", "san=ip:127.0.0.1")
    settings(s"$name.p12")
  }

  private def settings(store: String): Config = {
    val ssl = "akka.remote.artery.ssl.config-ssl-engine"
    ConfigFactory.parseString(s"""
      $ssl.key-store = "${file(store)}", $ssl.trust-store = "${file("trust.p12")}"
      $ssl.key-store-password = $secret, $ssl.key-password = $secret
      $ssl.trust-store-password = $secret
      akka.loglevel = OFF""").withFallback(ConfigFactory.parseResources("irqlab-cluster-tls.conf"))
  }
}
