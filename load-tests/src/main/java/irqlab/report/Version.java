package irqlab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which irqlab this is. */
public final class Version {
  private Version() {}

  /** The release number, {@code 0.1.0}. */
  public static String irqlab() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/irqlab/version.properties")) {
      properties.load(in);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return properties.getProperty("version");
  }

  /** The Java that runs it. */
  public static String java() {
    return System.getProperty("java.version");
  }
}
