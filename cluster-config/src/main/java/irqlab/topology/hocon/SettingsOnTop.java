package irqlab.topology.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings of the command line, on top of a file.
 *
 * <p>A path of names is put under the substitutions, so that what the file derives from it follows;
 * a path with a place in a list is put in when the lists are known.
 */
final class SettingsOnTop {
  private record Parsed(Setting setting, List<String> path, ConfigValue value) {}

  private final List<Parsed> named = new ArrayList<>();
  private final List<Parsed> indexed = new ArrayList<>();
  private final Faults faults;

  SettingsOnTop(List<Setting> settings, Map<String, SourceText> sources, Faults faults) {
    this.faults = faults;
    for (Setting setting : settings) {
      String origin = "--set " + setting.path();
      String text = setting.path() + "=" + setting.value();
      sources.put(origin, new SourceText(origin, text, List.of(text)));
      try {
        List<String> path = ConfigUtil.splitPath(setting.path());
        ConfigValue value =
            value(setting).withOrigin(ConfigOriginFactory.newSimple("--set " + setting.path()));
        boolean inList = path.stream().anyMatch(part -> part.matches("\\d{1,6}"));
        (inList ? indexed : named).add(new Parsed(setting, path, value));
      } catch (ConfigException.BadPath broken) {
        refuse(setting, "this is no path of a setting", "write   --set machine.cpus=4");
      }
    }
  }

  private static ConfigValue value(Setting setting) {
    String text = setting.value();
    boolean bounded = SourceText.of("--set", "v = " + text, new Faults("--set")).isPresent();
    if (bounded && !text.isBlank() && !text.contains("${") && !text.contains("include")) {
      try {
        return ConfigFactory.parseString("v = " + text).getValue("v");
      } catch (ConfigException plain) {
        return ConfigValueFactory.fromAnyRef(text);
      }
    }
    return ConfigValueFactory.fromAnyRef(text);
  }

  Config beforeResolve(Config file) {
    Config merged = file;
    for (Parsed next : named) {
      String path = ConfigUtil.joinPath(next.path());
      merged = next.value().atPath(path).withFallback(merged);
    }
    return merged;
  }

  ConfigObject afterResolve(ConfigObject file) {
    ConfigValue changed = file;
    for (Parsed next : indexed) {
      changed = put(changed, next, 0);
    }
    return (ConfigObject) changed;
  }

  private ConfigValue put(ConfigValue into, Parsed next, int depth) {
    if (depth == next.path().size()) {
      return next.value();
    }
    String part = next.path().get(depth);
    if (into instanceof ConfigList) {
      ConfigList list = (ConfigList) into;
      int index = part.matches("\\d{1,6}") ? Integer.parseInt(part) : -1;
      if (index < 0 || index >= list.size()) {
        String places = list.isEmpty() ? "is empty" : "has 0 to " + (list.size() - 1);
        refuse(next.setting(), "\"" + part + "\" is no place in a list that " + places, "");
        return into;
      }
      List<ConfigValue> values = new ArrayList<>(list);
      values.set(index, put(list.get(index), next, depth + 1));
      return ConfigValueFactory.fromIterable(values).withOrigin(list.origin());
    }
    if (into instanceof ConfigObject) {
      ConfigObject object = (ConfigObject) into;
      ConfigValue inner = object.get(part);
      ConfigValue under = inner == null ? ConfigFactory.empty().root() : inner;
      return object.withValue(part, put(under, next, depth + 1));
    }
    refuse(next.setting(), "\"" + part + "\" lies below a value that is no list or object", "");
    return into;
  }

  private void refuse(Setting setting, String why, String mend) {
    String text = setting.path() + "=" + setting.value();
    Spot spot = new Spot("--set", 0, text);
    faults.add(new Fault(FaultCode.E09, spot, setting.path(), 1, why, "", "", mend));
  }
}
