package irqlab.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The scenarios that come with the program. */
public final class Scenarios {
  private static final List<String> NAMES =
      List.of(
          "nvme4",
          "nvme4-noaffinity",
          "virtio12",
          "collapse",
          "affinity-move",
          "affinity-storm",
          "eoi-delay");

  private Scenarios() {}

  /** Their names, the one to start with first. */
  public static List<String> names() {
    return NAMES;
  }

  /** Each with its one line, by name. */
  public static Map<String, String> abouts() {
    Map<String, String> abouts = new TreeMap<>();
    for (String name : NAMES) {
      abouts.put(name, builtIn(name).about());
    }
    return abouts;
  }

  /** One of them; throws {@link IllegalArgumentException} when there is none of that name. */
  public static Scenario builtIn(String name) {
    return ScenarioReader.parse(name + ".conf", text(name));
  }

  /** The file of one; throws {@link IllegalArgumentException} when there is none of that name. */
  public static String text(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("no built-in scenario, name=" + name);
    }
    try (InputStream in = Scenarios.class.getResourceAsStream("/scenarios/" + name + ".conf")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
