package irqlab.topology;

import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Section;
import java.util.List;
import java.util.regex.Pattern;

/** Names that people give to devices. */
final class Names {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}");

  private Names() {}

  /** A name that becomes part of a component's path. */
  static String id(Section in, String key, String name) {
    if (!in.has(key) && name.isEmpty()) {
      return "unnamed"; // missed already
    }
    if (!ID.matcher(name).matches()) {
      in.fault(
          FaultCode.E08,
          key,
          "a name is letters, digits and _ . : @ + - (at most 64), as it is part of a path",
          "");
      return "unnamed";
    }
    return name;
  }

  /** The names of actions, separated by a comma and a blank as {@code /proc/interrupts} prints. */
  static List<String> actions(Section in, String key, String text) {
    boolean printable = text.chars().allMatch(next -> next >= ' ' && next != 0x7f);
    if (text.isBlank() || text.length() > 200 || !printable) {
      in.fault(FaultCode.E08, key, "a name of an interrupt is 1 to 200 printable characters", "");
      return List.of("unnamed");
    }
    return List.of(text.split(", "));
  }
}
