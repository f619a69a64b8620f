package irqlab.scenario;

import irqlab.live.LiveOptions;
import irqlab.runtime.TiePolicy;
import irqlab.topology.Topology;
import irqlab.topology.TopologyReader;
import irqlab.topology.hocon.Document;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Faults;
import irqlab.topology.hocon.Section;
import irqlab.topology.hocon.Setting;
import irqlab.topology.hocon.SourceText;
import irqlab.topology.hocon.TopologyException;
import irqlab.topology.hocon.Units;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns a text into a {@link Scenario}, or into every fault that it has. */
public final class ScenarioReader {
  private static final long CHECK_MIN_PS = 1_000_000;

  private ScenarioReader() {}

  /**
   * Reads what a person named on the command line.
   *
   * @param what a built-in name, {@code -} for standard input, or a file
   * @param settings put on top, in order
   * @throws TopologyException with every fault; nothing was started
   */
  public static Scenario read(String what, List<Setting> settings) {
    return read(what, System.in, settings);
  }

  /**
   * Reads what a person named on the command line.
   *
   * @param what a built-in name, {@code -} for the input, or a file
   * @param input read when it is {@code -}
   * @param settings put on top, in order
   * @throws TopologyException with every fault; nothing was started
   */
  public static Scenario read(String what, InputStream input, List<Setting> settings) {
    if (what.equals("-")) {
      return ofStream("standard input", input, settings);
    }
    if (Scenarios.names().contains(what)) {
      return parse(what + ".conf", Scenarios.text(what), Optional.empty(), settings);
    }
    Faults faults = new Faults(what);
    try {
      Path file = Path.of(what);
      Optional<SourceText> source = SourceText.ofFile(what, file, faults);
      faults.throwIfAny();
      Path folder = file.toAbsolutePath().getParent();
      return read(source.orElseThrow(), Optional.of(folder), settings);
    } catch (InvalidPathException odd) {
      faults.addOfFile(FaultCode.E01, what, "this is no file name", "name a .conf file");
      faults.throwIfAny();
      throw new IllegalStateException("faults were collected, none was thrown");
    }
  }

  /**
   * Reads a file.
   *
   * @throws TopologyException with every fault
   */
  public static Scenario read(Path file, List<Setting> settings) {
    String name = file.toString();
    Faults faults = new Faults(name);
    Optional<SourceText> source = SourceText.ofFile(name, file, faults);
    faults.throwIfAny();
    return read(source.orElseThrow(), Optional.of(file.toAbsolutePath().getParent()), settings);
  }

  /**
   * Reads a text that includes nothing.
   *
   * @param name for the messages
   * @throws TopologyException with every fault
   */
  public static Scenario parse(String name, String text) {
    return parse(name, text, Optional.empty(), List.of());
  }

  private static Scenario ofStream(String name, InputStream input, List<Setting> settings) {
    Faults faults = new Faults(name);
    Optional<SourceText> source = Optional.empty();
    try {
      source = SourceText.ofStream(name, input, faults);
    } catch (IOException broken) {
      faults.addOfFile(FaultCode.E01, name, "it broke off while it was read", "");
    }
    faults.throwIfAny();
    return read(source.orElseThrow(), Optional.empty(), settings);
  }

  private static Scenario parse(
      String name, String text, Optional<Path> folder, List<Setting> settings) {
    Faults faults = new Faults(name);
    Optional<SourceText> source = SourceText.of(name, text, faults);
    faults.throwIfAny();
    return read(source.orElseThrow(), folder, settings);
  }

  private static Scenario read(SourceText source, Optional<Path> folder, List<Setting> settings) {
    Faults faults = new Faults(source.name());
    Optional<Document> document = Document.parse(source, folder, settings, faults);
    faults.throwIfAny();
    Section root = Section.root(document.orElseThrow(), faults);
    Scenario scenario = new ScenarioReader.Reading(root, source.name()).scenario();
    faults.throwIfAny();
    return scenario;
  }

  /** One reading of one text. */
  private static final class Reading {
    private final Section root;
    private final String file;

    Reading(Section root, String file) {
      this.root = root;
      this.file = file;
    }

    Scenario scenario() {
      root.only(
          "irqlab",
          "scenario",
          "machine",
          "legacy",
          "endpoints",
          "load",
          "affinity-moves",
          "cpu-moves",
          "checks",
          "wall");
      TopologyReader.checkFormat(root);
      Section head = root.section("scenario", "the scenario").orElse(root);
      boolean headed = root.isObject("scenario");
      if (headed) {
        head.only("name", "about", "seed", "stop", "ties", "check-every");
      }
      long seed =
          headed
              ? head.number("seed", 0, Long.MAX_VALUE, TopologyReader.SEED)
              : TopologyReader.SEED;
      Topology topology = TopologyReader.read(root, seed);
      List<LoadSpec> loads = new LoadReader(topology).read(root);
      MoveReader affinity = new MoveReader(topology);
      List<MoveSpec> moves = affinity.read(root);
      List<CpuMoveSpec> cpuMoves = MoveReader.cpuMoves(root, topology);
      List<CheckSpec> checks = new CheckReader(topology).read(root);
      List<TiePolicy> ties = List.of(TiePolicy.values());
      return new Scenario(
          headed ? name(head) : stem(),
          headed ? head.text("about", "") : "",
          stop(headed ? Optional.of(head) : Optional.empty(), loads),
          topology,
          loads,
          moves,
          affinity.storms(),
          cpuMoves,
          checks,
          headed ? head.choice("ties", ties, Reading::word, TiePolicy.ID) : TiePolicy.ID,
          headed
              ? head.timePs(
                  "check-every", CHECK_MIN_PS, 1000 * CHECK_MIN_PS * 1000, Scenario.CHECK_EVERY_PS)
              : Scenario.CHECK_EVERY_PS,
          wall(topology, loads));
    }

    private WallSpec wall(Topology topology, List<LoadSpec> loads) {
      Optional<Section> given = root.section("wall", "the wall clock");
      if (given.isEmpty()) {
        return WallSpec.SAME;
      }
      Section wall = given.get();
      wall.only("slow-down", "handler", "load", "stop", "checks");
      List<LoadSpec> others = new LoadReader(topology).read(wall);
      return new WallSpec(
          wall.integer("slow-down", 1, LiveOptions.SLOW_DOWN_MAX, 1),
          wall.choice(
              "handler",
              List.of(WallSpec.HandlerCost.values()),
              WallSpec.HandlerCost::text,
              WallSpec.HandlerCost.TIMED),
          others,
          wall.has("stop")
              ? Optional.of(stop(Optional.of(wall), others.isEmpty() ? loads : others))
              : Optional.empty(),
          new CheckReader(topology).read(wall));
    }

    private static String word(TiePolicy policy) {
      return policy.name().toLowerCase(Locale.ROOT);
    }

    private String name(Section head) {
      String name = head.text("name", stem());
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")) {
        head.fault(
            FaultCode.E08,
            "name",
            "a name is letters, digits and _ . + - (at most 64), as it names the run's folder",
            "write   name = " + stem());
      }
      return name;
    }

    private String stem() {
      String last = file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.conf$", "");
      String clean = last.replaceAll("[^A-Za-z0-9_.+-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
      return clean.isEmpty() ? "scenario" : clean.substring(0, Math.min(64, clean.length()));
    }

    private Stop stop(Optional<Section> head, List<LoadSpec> loads) {
      boolean anyEnds = loads.stream().anyMatch(LoadSpec::finite);
      boolean devicesEnd =
          anyEnds && loads.stream().allMatch(load -> load.finite() || load instanceof LoadSpec.Ipi);
      Optional<Section> given = head.flatMap(section -> section.section("stop", "the end"));
      if (given.isEmpty()) {
        if (!devicesEnd) {
          head.orElse(root).missing("stop", "stop { after = 1s }   or give each load a count");
        }
        return new Stop(OptionalLong.empty(), OptionalLong.empty(), true);
      }
      Section stop = given.get();
      stop.only("after-raises", "after-writes", "after", "or-after", "when-drained");
      String raises = stop.has("after-raises") ? "after-raises" : "after-writes";
      String after = stop.has("after") ? "after" : "or-after";
      OptionalLong afterRaises = stop.number(raises, 1, Long.MAX_VALUE);
      OptionalLong afterPs = stop.timePs(after, 1, Units.TIME_MAX_PS);
      boolean drained =
          stop.flag("when-drained", afterRaises.isEmpty() && afterPs.isEmpty() && devicesEnd);
      if (drained && !anyEnds) {
        stop.fault(
            FaultCode.E09,
            "when-drained",
            "no load has a count, so it would never be drained",
            "give a load a count, or write   after = 1s");
      } else if (!drained && afterRaises.isEmpty() && afterPs.isEmpty()) {
        stop.missing("after", "after = 1s");
      }
      return new Stop(afterRaises, afterPs, drained);
    }
  }
}
