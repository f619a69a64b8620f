package irqlab.cli;

import irqlab.scenario.CheckSpec;
import irqlab.scenario.Metric;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import irqlab.scenario.Scenarios;
import irqlab.scenario.Stop;
import irqlab.topology.hocon.Nearest;
import irqlab.topology.hocon.Setting;
import irqlab.topology.hocon.TopologyException;
import irqlab.topology.hocon.Units;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be changed of a scenario without editing it. */
final class ScenarioOptions {
  /** The verb whose options these are. */
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Override one setting; PATH as in the file: load.0.arrivals. Repeatable.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of every random stream, instead of the file's.")
  private Long seed;

  @Option(
      names = "--for",
      paramLabel = "DUR",
      description = "End so long after boot, instead of the file's rule: 20ms, 1.5s.")
  private String duration;

  @Option(
      names = {"--raises", "--writes"},
      paramLabel = "N",
      description = "End when devices raised so often, instead of the file's rule: 250k.")
  private String raises;

  @Option(
      names = "--check",
      paramLabel = "EXPR",
      description = "One more check: 'latency.p99 < 50us'. Repeatable.")
  private List<String> checks = new ArrayList<>();

  /**
   * Reads the scenario with everything on top.
   *
   * @param what a file, {@code -} or a built-in name
   * @throws TopologyException with every fault of the text
   * @throws ParameterException when an option is wrong
   */
  Scenario read(String what, InputStream in) {
    return read(what, in, false);
  }

  /**
   * As {@link #read(String, InputStream)}.
   *
   * @param wall as it runs on the wall clock
   */
  Scenario read(String what, InputStream in, boolean wall) {
    List<Setting> parsed = new ArrayList<>();
    for (String setting : settings) {
      parsed.add(
          Setting.parse(setting).orElseThrow(() -> wrong("--set", setting, "machine.cpus=4")));
    }
    List<CheckSpec> more = new ArrayList<>();
    for (String check : checks) {
      more.add(check(check));
    }
    Stop stop = stop();
    Scenario scenario = ScenarioReader.read(known(what), in, parsed);
    scenario = wall ? scenario.forWall() : scenario;
    if (seed != null) {
      scenario = scenario.withSeed(seed);
    }
    if (stop != null) {
      scenario = scenario.withStop(stop);
    }
    return scenario.withChecks(more);
  }

  /** A name that is neither built in nor a file is most often a typing error. */
  private String known(String what) {
    boolean name = what.matches("[A-Za-z0-9_-]+") && !what.equals("-");
    if (name && !Scenarios.names().contains(what) && !isFile(what)) {
      String nearest = Nearest.to(what, Scenarios.names());
      String hint = nearest.isEmpty() ? "" : "; did you mean \"" + nearest + "\"?";
      throw new ReportedException(
          Exit.SCENARIO,
          "there is no file and no built-in scenario \""
              + what
              + "\""
              + hint
              + "\n  built in: "
              + String.join(" ", Scenarios.names()));
    }
    return what;
  }

  private static boolean isFile(String what) {
    try {
      return Files.exists(Path.of(what));
    } catch (InvalidPathException none) {
      return false;
    }
  }

  private Stop stop() {
    if (duration == null && raises == null) {
      return null;
    }
    OptionalLong after = OptionalLong.empty();
    OptionalLong count = OptionalLong.empty();
    if (duration != null) {
      after = Units.timePs(duration);
      if (after.isEmpty() || after.getAsLong() < 1 || after.getAsLong() > Units.TIME_MAX_PS) {
        throw wrong("--for", duration, "20ms");
      }
    }
    if (raises != null) {
      count = Units.count(raises);
      if (count.isEmpty() || count.getAsLong() < 1) {
        throw wrong("--raises", raises, "250k");
      }
    }
    return new Stop(count, after, false);
  }

  private CheckSpec check(String expression) {
    return CheckSpec.parse(expression)
        .orElseThrow(
            () -> {
              String metric = expression.strip().split("[\\s=!<>]", 2)[0];
              if (Metric.of(metric) != null) {
                return wrong("--check", expression, metric + " == 0");
              }
              List<String> forms = Metric.ALL.stream().map(Metric::form).toList();
              String nearest = Nearest.to(metric, forms);
              String hint = nearest.isEmpty() ? "" : "; did you mean \"" + nearest + "\"?";
              return new ParameterException(
                  spec.commandLine(),
                  "--check: no figure is called \""
                      + metric
                      + "\""
                      + hint
                      + "\n  figures: "
                      + String.join(" ", forms));
            });
  }

  private ParameterException wrong(String option, String value, String example) {
    return new ParameterException(
        spec.commandLine(),
        "option " + option + " cannot be \"" + value + "\"\n  write   " + option + " " + example);
  }
}
