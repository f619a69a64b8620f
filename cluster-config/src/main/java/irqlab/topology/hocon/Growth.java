package irqlab.topology.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says how large a text becomes when its substitutions are filled in, without filling them in.
 *
 * <p>Thirty lines that each name the line before twice would fill the memory of any machine.
 */
final class Growth {
  private static final long SIZE_MAX = 16L << 20;
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]*)\\}");

  private final ConfigObject root;
  private final Map<String, Long> sizes = new TreeMap<>();

  private Growth(ConfigObject root) {
    this.root = root;
  }

  /** Whether the resolved text stays within bounds; adds a fault when it does not. */
  static boolean bounded(ConfigObject root, SourceText source, Faults faults) {
    if (!source.text().contains("${") || new Growth(root).size(root) <= SIZE_MAX) {
      return true;
    }
    faults.addOfFile(
        FaultCode.E02,
        source.name(),
        "its substitutions grow to more than 16 MiB",
        "write out what they stand for");
    return false;
  }

  private long size(ConfigValue value) {
    String text = value.render();
    long size = text.length();
    Matcher references = REFERENCE.matcher(text);
    while (references.find()) {
      size += size(references.group(1).replace("\"", "").strip());
      if (size > SIZE_MAX) {
        return SIZE_MAX + 1;
      }
    }
    return size;
  }

  private long size(String path) {
    Long known = sizes.get(path);
    if (known == null) {
      sizes.put(path, 0L); // a loop adds nothing here; the parser reports it
      known = size(find(path));
      sizes.put(path, known);
    }
    return known;
  }

  /** The value at the longest part of the path that there is. */
  private ConfigValue find(String path) {
    ConfigValue value = root;
    for (String part : path.split("\\.")) {
      try {
        if (!(value instanceof ConfigObject) || ((ConfigObject) value).get(part) == null) {
          return value == root ? ConfigValueFactory.fromAnyRef("") : value;
        }
        value = ((ConfigObject) value).get(part);
      } catch (ConfigException.NotResolved delayed) {
        return value;
      }
    }
    return value;
  }
}
