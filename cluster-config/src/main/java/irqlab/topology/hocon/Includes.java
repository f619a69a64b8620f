package irqlab.topology.hocon;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Includes of one text: files in its folder and below, no loop, no depth, nothing from elsewhere.
 *
 * <p>The parser includes while it parses, on one thread, so the text on top of the stack is the one
 * that asked.
 */
final class Includes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private static final int DEPTH_MAX = 8;
  private static final int FILES_MAX = 64;

  private record Open(SourceText source, Optional<Path> file) {}

  private final Optional<Path> folder;
  private final Map<String, SourceText> sources;
  private final Faults faults;
  private final Deque<Open> open = new ArrayDeque<>();
  private int files;

  Includes(
      SourceText source, Optional<Path> folder, Map<String, SourceText> sources, Faults faults) {
    this.folder = folder.map(path -> path.toAbsolutePath().normalize());
    this.sources = sources;
    this.faults = faults;
    Optional<Path> file = this.folder.map(path -> path.resolve(fileName(source.name())));
    open.push(new Open(source, file));
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.contains("://")) {
      return refuse(what, "a URL is not read");
    }
    return includeFile(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return includeFile(what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refuse(what.toString(), "a URL is not read");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return refuse(what, "the class path is not read");
  }

  private ConfigObject includeFile(String what) {
    if (folder.isEmpty()) {
      return refuse(what, "this text has no folder to include from");
    }
    Path path;
    try {
      Path base = open.peek().file().map(Path::getParent).orElse(folder.get());
      path = base.resolve(what).normalize();
    } catch (InvalidPathException odd) {
      return refuse(what, "this is no file name");
    }
    if (new File(what).isAbsolute() || !path.startsWith(folder.get()) || leaves(path)) {
      return refuse(what, "it lies outside of the scenario's folder");
    }
    for (Open outer : open) {
      if (outer.file().isPresent() && outer.file().get().equals(path)) {
        return refuse(what, "a loop: " + outer.source().name() + " is being read already");
      }
    }
    if (open.size() > DEPTH_MAX || ++files > FILES_MAX) {
      return refuse(what, "more than " + DEPTH_MAX + " includes deep or " + FILES_MAX + " in all");
    }
    if (!Files.isRegularFile(path)) {
      return refuse(what, "there is no such file beside the scenario");
    }
    return parse(path);
  }

  private ConfigObject parse(Path path) {
    String name = folder.get().relativize(path).toString();
    Optional<SourceText> source = SourceText.ofFile(name, path, faults);
    if (source.isEmpty()) {
      return ConfigFactory.empty().root();
    }
    sources.put(name, source.get());
    open.push(new Open(source.get(), Optional.of(path)));
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults().setOriginDescription(name).setIncluder(this);
      return ConfigFactory.parseString(source.get().text(), options).root();
    } finally {
      open.pop();
    }
  }

  /** Whether links lead out of the folder. */
  private boolean leaves(Path path) {
    try {
      return Files.exists(path) && !path.toRealPath().startsWith(folder.get().toRealPath());
    } catch (IOException unreadable) {
      return true;
    }
  }

  private ConfigObject refuse(String what, String why) {
    SourceText source = open.peek().source();
    int line = 0;
    for (int index = 0; index < source.lines().size() && line == 0; index++) {
      String text = source.lines().get(index);
      line = text.contains("include") && text.contains(what) ? index + 1 : 0;
    }
    Spot spot = source.spot(line);
    faults.add(
        new Fault(
            FaultCode.E06,
            spot,
            "include \"" + what + "\"",
            1 + Document.indent(spot.text()),
            why,
            "",
            "",
            "include files beside the scenario, by name, or paste their text here"));
    return ConfigFactory.empty().root();
  }

  private static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
