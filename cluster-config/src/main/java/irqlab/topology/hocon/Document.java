package irqlab.topology.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed text with its includes and settings, which knows the source line of each of its values.
 *
 * <p>Environment variables are not looked at: a scenario means the same on every machine.
 */
public final class Document {
  private static final String MERGED = "merge of ";

  /** What the parser writes after the name of a text: its lines, and more places. */
  private static final Pattern LINES =
      Pattern.compile("(?:: (\\d+)(?:-\\d+)?)?(?:,.*)?", Pattern.DOTALL);

  private static final int SUBSTITUTIONS_MAX = 500;

  private final ConfigObject root;
  private final Map<String, SourceText> sources;

  private Document(ConfigObject root, Map<String, SourceText> sources) {
    this.root = root;
    this.sources = sources;
  }

  /**
   * Parses a text; every fault is added and answered with empty.
   *
   * @param source the text
   * @param folder where its includes are; empty when it may include nothing
   * @param settings put on top, in order
   * @param faults where faults go
   */
  public static Optional<Document> parse(
      SourceText source, Optional<Path> folder, List<Setting> settings, Faults faults) {
    Map<String, SourceText> sources = new TreeMap<>();
    sources.put(source.name(), source);
    int before = faults.count();
    try {
      checkSubstitutions(source, faults);
      Includes includes = new Includes(source, folder, sources, faults);
      ConfigParseOptions options =
          ConfigParseOptions.defaults()
              .setOriginDescription(source.name())
              .setIncluder(includes)
              .setAllowMissing(false);
      Config parsed = ConfigFactory.parseString(source.text(), options);
      SettingsOnTop top = new SettingsOnTop(settings, sources, faults);
      Config merged = top.beforeResolve(parsed);
      if (faults.count() == before && Growth.bounded(merged.root(), source, faults)) {
        ConfigResolveOptions alone = ConfigResolveOptions.noSystem();
        ConfigObject resolved = top.afterResolve(merged.resolve(alone).root());
        return faults.count() == before
            ? Optional.of(new Document(resolved, sources))
            : Optional.empty();
      }
    } catch (ConfigException broken) {
      addSyntax(broken, source, sources, faults);
    } catch (StackOverflowError tooDeep) {
      faults.addOfFile(
          FaultCode.E02, source.name(), "it is nested too deeply", "write it with fewer levels");
    }
    return Optional.empty();
  }

  private static void checkSubstitutions(SourceText source, Faults faults) {
    int count = 0;
    for (int at = 0; (at = source.text().indexOf("${", at)) >= 0; at += 2) {
      count++;
    }
    if (count > SUBSTITUTIONS_MAX) {
      faults.addOfFile(
          FaultCode.E02,
          source.name(),
          count + " substitutions, and at most " + SUBSTITUTIONS_MAX + " are read",
          "write the values themselves");
    }
  }

  private static void addSyntax(
      ConfigException broken, SourceText source, Map<String, SourceText> sources, Faults faults) {
    boolean unresolved = broken instanceof ConfigException.UnresolvedSubstitution;
    String described = broken.origin() == null ? source.name() : broken.origin().description();
    String message = String.valueOf(broken.getMessage());
    if (unresolved && !message.startsWith(described + ": ")) {
      described = message.split(": Could not resolve", 2)[0];
    }
    Spot spot = spot(described, sources);
    String found =
        message
            .replace(described + ": ", "")
            .replaceAll(" \\(if you .*", "")
            .replaceAll(", you may need.*", "");
    faults.add(
        new Fault(
            unresolved ? FaultCode.E09 : FaultCode.E04,
            spot,
            "",
            Math.max(1, 1 + indent(spot.text())),
            found,
            "",
            "",
            unresolved
                ? "define it in this file, or write the value itself"
                : "check this line and the one before it for a brace, quote or separator"));
  }

  /** The whole text as an object. */
  ConfigObject root() {
    return root;
  }

  /** The place of a value. */
  Spot spot(ConfigOrigin origin) {
    return spot(origin.description(), sources);
  }

  /**
   * The place of a key. A value that came by substitution has the place where it was defined; then
   * the first line that has the key is meant.
   */
  Spot spotOfKey(ConfigOrigin origin, Pattern key) {
    Spot spot = spot(origin);
    if (key.matcher(spot.text()).find()) {
      return spot;
    }
    for (SourceText source : sources.values()) {
      for (int index = 0; index < source.lines().size(); index++) {
        if (key.matcher(source.lines().get(index)).find()) {
          return source.spot(index + 1);
        }
      }
    }
    return spot;
  }

  /** A name may hold what the parser writes between places, so the known names are looked for. */
  private static Spot spot(String described, Map<String, SourceText> sources) {
    String first = described.startsWith(MERGED) ? described.substring(MERGED.length()) : described;
    Spot spot = new Spot(first, 0, "");
    int longest = 0;
    for (SourceText source : sources.values()) {
      String name = source.name();
      if (name.length() > longest && first.startsWith(name)) {
        Matcher lines = LINES.matcher(first.substring(name.length()));
        if (lines.matches()) {
          longest = name.length();
          int line = lines.group(1) == null ? 0 : Integer.parseInt(lines.group(1));
          boolean commandLine = name.startsWith("--set");
          spot = commandLine ? new Spot("--set", 0, source.text()) : source.spot(line);
        }
      }
    }
    return spot;
  }

  /** How many blanks a line starts with. */
  static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }
}
