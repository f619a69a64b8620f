package irqlab.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this program is and speaks, from the file beside its classes.
 *
 * @param program version of the program
 * @param wire version of the layout of all records together, 1 to 127; the first byte of each frame
 */
public record WireVersion(String program, int wire) {
  private static final WireVersion OWN = read();

  /** That of the classes that run here. */
  public static WireVersion own() {
    return OWN;
  }

  private static WireVersion read() {
    try (InputStream in = WireVersion.class.getResourceAsStream("/irqlab/version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return new WireVersion(
          properties.getProperty("version"), Integer.parseInt(properties.getProperty("wire")));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** For people: {@code wire 1 (irqlab 0.1.0)}. */
  @Override
  public String toString() {
    return "wire " + wire + " (irqlab " + program + ")";
  }
}
