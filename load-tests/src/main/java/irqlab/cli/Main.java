package irqlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The program's entry: prints the version. */
public final class Main {
  private Main() {}

  /**
   * Prints name and version on standard output.
   *
   * @param args not looked at
   * @throws IOException when the version cannot be read from the class path
   */
  public static void main(String[] args) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Main.class.getResourceAsStream("/irqlab/version.properties")) {
      properties.load(in);
    }
    System.out.println("irqlab " + properties.getProperty("version"));
  }
}
