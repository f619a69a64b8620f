package irqlab.topology.hocon;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One object of a document, read key by key.
 *
 * <p>Every reader answers with a usable value even when it adds a fault, so that reading goes on.
 */
public final class Section {
  private final Document document;
  private final Faults faults;
  private final ConfigObject object;
  private final String path;
  private final String what;

  private Section(Document document, Faults faults, ConfigObject object, String path, String what) {
    this.document = document;
    this.faults = faults;
    this.object = object;
    this.path = path;
    this.what = what;
  }

  /** The whole document. */
  public static Section root(Document document, Faults faults) {
    return new Section(document, faults, document.root(), "", "a scenario");
  }

  /** This section under another name for what it is, for the faults that come. */
  public Section as(String named) {
    return new Section(document, faults, object, path, named);
  }

  /** Adds a fault for each key that is not among these. */
  public Section only(String... allowed) {
    List<String> known = Arrays.asList(allowed);
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      if (!known.contains(entry.getKey()) && !faults.addIfFull()) {
        Spot spot = document.spotOfKey(entry.getValue().origin(), keyPattern(entry.getKey()));
        faults.add(
            new Fault(
                FaultCode.E03,
                spot,
                pathOf(entry.getKey()),
                keyColumn(spot, entry.getKey()),
                "not a setting of " + what,
                Nearest.to(entry.getKey(), known),
                String.join(" ", known),
                ""));
      }
    }
    return this;
  }

  /** The keys, sorted. */
  public List<String> keys() {
    return object.keySet().stream().sorted().toList();
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return object.get(key) != null;
  }

  /** Whether the key is there and is an object. */
  public boolean isObject(String key) {
    return object.get(key) instanceof ConfigObject;
  }

  /** Whether the key is there and is a list. */
  public boolean isList(String key) {
    return object.get(key) instanceof ConfigList;
  }

  /** The path of a key, {@code endpoints[0].affinity}; of this section itself for an empty key. */
  public String pathOf(String key) {
    return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
  }

  /** The place of a key; of this section itself when the key is not there. */
  public Spot spotOf(String key) {
    ConfigValue value = object.get(key);
    return document.spot(value == null ? object.origin() : value.origin());
  }

  /** A whole number. */
  public int integer(String key, int min, int max, int otherwise) {
    return (int) number(key, min, max, otherwise);
  }

  /** A whole number, when there is one. */
  public OptionalInt integer(String key, int min, int max) {
    return has(key) ? OptionalInt.of((int) number(key, min, max, min)) : OptionalInt.empty();
  }

  /** A whole number, that may be written with k, M or G. */
  public long number(String key, long min, long max, long otherwise) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return otherwise;
    }
    OptionalLong number = whole(value);
    String need = "a whole number from " + min + " to " + max;
    long example = Math.max(min, Math.min(max, otherwise));
    return ranged(key, value, number, min, max, need, Long.toString(example), otherwise);
  }

  /** A whole number with k, M or G, when there is one. */
  public OptionalLong number(String key, long min, long max) {
    return has(key) ? OptionalLong.of(number(key, min, max, min)) : OptionalLong.empty();
  }

  /** A time in picoseconds. */
  public long timePs(String key, long minPs, long maxPs, long otherwise) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return otherwise;
    }
    boolean text = value.valueType() == ConfigValueType.STRING;
    OptionalLong time = text ? Units.timePs(string(value)) : OptionalLong.empty();
    String example = Units.timeText(Math.max(minPs, otherwise));
    String need = "a time of at least " + Units.timeText(minPs) + ", such as " + example + ",";
    long found = ranged(key, value, time, minPs, Long.MAX_VALUE, need, example, otherwise);
    if (found > maxPs) {
      need = "a time of at most " + Units.timeText(maxPs);
      add(FaultCode.E08, key, value, string(value) + ", but " + need + " is needed", "");
    }
    return found;
  }

  /** A time in picoseconds, when there is one. */
  public OptionalLong timePs(String key, long minPs, long maxPs) {
    return has(key) ? OptionalLong.of(timePs(key, minPs, maxPs, minPs)) : OptionalLong.empty();
  }

  /** Yes or no. */
  public boolean flag(String key, boolean otherwise) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return otherwise;
    }
    String text = isScalar(value) ? string(value) : "";
    if (List.of("true", "yes", "on").contains(text)) {
      return true;
    }
    if (!List.of("false", "no", "off").contains(text)) {
      wrong(key, value, "on or off", key + " = " + (otherwise ? "on" : "off"));
    }
    return false;
  }

  /** A text; a number counts as the text it is written as. */
  public String text(String key, String otherwise) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return otherwise;
    }
    if (!isScalar(value)) {
      wrong(key, value, "a text", key + " = \"...\"");
      return otherwise;
    }
    return string(value);
  }

  /** A text that has to be there. */
  public String required(String key, String example) {
    if (!has(key)) {
      missing(key, example);
    }
    return text(key, "");
  }

  /** One word of several. */
  public <E> E choice(String key, List<E> all, Function<E, String> word, E otherwise) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return otherwise;
    }
    String text = isScalar(value) ? string(value) : "";
    for (E each : all) {
      if (word.apply(each).equals(text)) {
        return each;
      }
    }
    List<String> words = all.stream().map(word).toList();
    String near = Nearest.to(text, words);
    String found = kind(value) + (text.isEmpty() ? "" : " \"" + text + "\"");
    Spot spot = document.spot(value.origin());
    faults.add(
        new Fault(
            FaultCode.E07,
            spot,
            pathOf(key),
            valueColumn(spot, key, value),
            found + ", but one of a few words is needed",
            near,
            String.join(" ", words),
            ""));
    return otherwise;
  }

  /** A list of texts; one text alone is a list of one. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (ConfigValue value : values(key)) {
      if (isScalar(value)) {
        texts.add(string(value));
      } else {
        wrong(key, value, "a list of texts", key + " = [ a, b ]");
      }
    }
    return texts;
  }

  /** A list of whole numbers; one number alone is a list of one. */
  public List<Long> numbers(String key, long min, long max) {
    List<Long> numbers = new ArrayList<>();
    String need = "a whole number from " + min + " to " + max;
    for (ConfigValue value : values(key)) {
      numbers.add(ranged(key, value, whole(value), min, max, need, "" + min, min));
    }
    return numbers;
  }

  /** The object under a key, when there is one. */
  public Optional<Section> section(String key, String called) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof ConfigObject)) {
      wrong(key, value, called + " in braces", key + " { ... }");
      return Optional.empty();
    }
    return Optional.of(new Section(document, faults, (ConfigObject) value, pathOf(key), called));
  }

  /** The objects of the list under a key; none when it is not there. */
  public List<Section> sections(String key, String called) {
    List<Section> sections = new ArrayList<>();
    ConfigValue value = object.get(key);
    if (value != null && !(value instanceof ConfigList)) {
      wrong(key, value, "a list", key + " = [ { ... } ]");
      return sections;
    }
    int index = 0;
    for (ConfigValue element : values(key)) {
      String at = pathOf(key) + "[" + index++ + "]";
      if (element instanceof ConfigObject) {
        sections.add(new Section(document, faults, (ConfigObject) element, at, called));
      } else {
        wrong(key, element, called + " in braces", key + " = [ { ... } ]");
      }
    }
    return sections;
  }

  /** Adds a fault at a key; at this section itself when the key is not there. */
  public void fault(FaultCode code, String key, String found, String mend) {
    add(code, key, object.get(key), found, mend);
  }

  /** Adds a fault at a key, with the name that was meant and those that there are. */
  public void unknown(FaultCode code, String key, String found, String typed, List<String> names) {
    ConfigValue value = object.get(key);
    Spot spot = spotOf(key);
    String near = Nearest.to(typed, names);
    String all = String.join(" ", names.subList(0, Math.min(12, names.size())));
    int column = value == null ? keyColumn(spot, key) : valueColumn(spot, key, value);
    faults.add(new Fault(code, spot, pathOf(key), column, found, near, all, ""));
  }

  /** Adds the fault of a key that is not there but has to be. */
  public void missing(String key, String example) {
    add(FaultCode.E05, key, null, what + " needs " + key, "write   " + example);
  }

  private void wrong(String key, ConfigValue value, String need, String example) {
    String found = kind(value) + ", but " + need + " is needed";
    add(FaultCode.E07, key, value, found, "write   " + example);
  }

  private long ranged(
      String key,
      ConfigValue value,
      OptionalLong found,
      long min,
      long max,
      String need,
      String example,
      long otherwise) {
    if (found.isEmpty()) {
      wrong(key, value, need, key + " = " + example);
      return otherwise;
    }
    if (found.getAsLong() < min || found.getAsLong() > max) {
      String text = string(value) + ", but " + need + " is needed";
      add(FaultCode.E08, key, value, text, "write   " + key + " = " + example);
      return otherwise;
    }
    return found.getAsLong();
  }

  private void add(FaultCode code, String key, ConfigValue value, String found, String mend) {
    ConfigOrigin origin = value == null ? object.origin() : value.origin();
    Spot spot = document.spot(origin);
    int column = value == null ? keyColumn(spot, key) : valueColumn(spot, key, value);
    faults.add(new Fault(code, spot, pathOf(key), column, found, "", "", mend));
  }

  private List<ConfigValue> values(String key) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return List.of();
    }
    return value instanceof ConfigList ? List.copyOf((ConfigList) value) : List.of(value);
  }

  private static OptionalLong whole(ConfigValue value) {
    if (value.valueType() == ConfigValueType.NUMBER) {
      try {
        return OptionalLong.of(new BigDecimal(string(value)).longValueExact());
      } catch (ArithmeticException | NumberFormatException fraction) {
        return OptionalLong.empty();
      }
    }
    boolean text = value.valueType() == ConfigValueType.STRING;
    boolean unit = text && string(value).matches("-?[0-9.]+[kMG]");
    return unit ? Units.count(string(value)) : OptionalLong.empty();
  }

  private static boolean isScalar(ConfigValue value) {
    ConfigValueType type = value.valueType();
    return type == ConfigValueType.STRING
        || type == ConfigValueType.NUMBER
        || type == ConfigValueType.BOOLEAN;
  }

  /** The value as it was written. */
  private static String string(ConfigValue value) {
    return isScalar(value) ? value.atKey("v").getString("v") : kind(value);
  }

  private static String kind(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case LIST -> "a list";
      case OBJECT -> "an object";
      default -> "null";
    };
  }

  private static int keyColumn(Spot spot, String key) {
    Matcher found = keyPattern(key).matcher(spot.text());
    return 1 + (found.find() ? found.start(1) : Document.indent(spot.text()));
  }

  private static int valueColumn(Spot spot, String key, ConfigValue value) {
    Matcher found = keyPattern(key).matcher(spot.text());
    int from = found.find() ? found.end() : 0;
    int at = isScalar(value) ? spot.text().indexOf(string(value), from) : -1;
    if (at >= 0) {
      return 1 + at;
    }
    return from > 0 ? 1 + Math.min(from, spot.text().length() - 1) : keyColumn(spot, key);
  }

  private static Pattern keyPattern(String key) {
    return Pattern.compile("(?<![\\w-])\"?(" + Pattern.quote(key) + ")\"?\\s*[+]?[=:{\\[]\\s*");
  }
}
