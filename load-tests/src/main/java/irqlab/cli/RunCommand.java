package irqlab.cli;

import irqlab.cluster.ClusterException;
import irqlab.cluster.ClusterSettings;
import irqlab.live.Recording;
import irqlab.load.BoardRun;
import irqlab.load.LiveRun;
import irqlab.load.RunResult;
import irqlab.load.RunWatch;
import irqlab.report.RunDirectory;
import irqlab.report.RunReport;
import irqlab.report.RunText;
import irqlab.report.SummaryJson;
import irqlab.scenario.Scenario;
import irqlab.topology.Placement;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code irqlab run}: runs a scenario, prints what became of it, and keeps it in a folder. */
@Command(
    name = "run",
    sortOptions = false,
    description = "Run a scenario: checks, ledger, latency, moves, /proc/interrupts.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:it ran, all checks held",
      "1:a fault of the program, or results could not be written",
      "2:the command line is wrong",
      "3:the scenario is wrong; nothing was started",
      "4:the cluster did not form, or a node was lost",
      "99:it ran, a check failed or the books do not balance",
      "130:interrupted; what it had was reported"
    })
final class RunCommand implements Callable<Integer> {
  /** The folder in a run's folder with what came to each component. */
  static final String ARRIVALS = "arrivals";

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SCENARIO",
      description = "A .conf file, - for standard input, or a built-in name.")
  private String what;

  @Mixin private ScenarioOptions options = new ScenarioOptions();

  @Option(
      names = "--time",
      paramLabel = "MODE",
      defaultValue = "virtual",
      description = "virtual: exact, repeatable (default). wall: real races, real load.")
  private TimeMode time;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "JVMs that take part, started here; default the scenario's placement, or 1.")
  private Integer nodesAsked;

  @Option(
      names = "--cluster",
      paramLabel = "HOST:PORT",
      arity = "0..1",
      fallbackValue = "",
      description = "Run on nodes that are there: one of them, or those of   irqlab cluster up.")
  private String cluster;

  @Mixin private NodeOptions nodeOptions = new NodeOptions();

  @Mixin private NodeJvm nodeJvm = new NodeJvm();

  @Option(
      names = "--record",
      description = "Keep what came to each component of a wall-clock run, for   irqlab replay.")
  private boolean record;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Run it N times, a line each, until one does not balance; keeps nothing.")
  private int repeat;

  private int nodes;
  private Optional<Path> arrivals = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the results; default runs/NAME-NNNN, and runs/last names it.")
  private String out;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "What goes to standard output: table (default), json, none.")
  private Format format;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "auto (default), always, never; NO_COLOR is honoured.")
  private When color;

  @Option(names = "-q", description = "Say nothing on standard error but faults.")
  private boolean quiet;

  private enum TimeMode {
    virtual,
    wall
  }

  private enum Format {
    table,
    json,
    none
  }

  private enum When {
    auto,
    always,
    never
  }

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (nodesAsked != null && nodesAsked < 1) {
      throw new ParameterException(spec.commandLine(), "option --nodes must be at least 1");
    }
    if (repeat < 1) {
      throw new ParameterException(spec.commandLine(), "option --repeat must be at least 1");
    }
    Scenario scenario = options.read(what, console.in(), time == TimeMode.wall);
    console.interruption().heed();
    nodes = nodes(scenario.topology().placement());
    Runner runner = runner();
    if (repeat > 1) {
      return repeat(runner, scenario);
    }
    Optional<RunDirectory> directory = directory(scenario);
    arrivals = directory.filter(any -> record).map(each -> each.path().resolve(ARRIVALS));
    hint(
        String.format(
            "%s   seed %d   %s time, %s%s",
            scenario.name(),
            scenario.seed(),
            time,
            cluster != null ? "a cluster" : nodes + (nodes == 1 ? " node" : " nodes"),
            directory.map(each -> "   -> " + each.path()).orElse("")));
    RunReport report = RunReport.of(run(runner, scenario, directory));
    print(report);
    boolean recorded = recorded(report.result());
    boolean kept = directory.isPresent() && keep(directory.get(), report) && recorded;
    int code = code(report);
    return code == Exit.OK && !kept ? Exit.FAULT : code;
  }

  private static int code(RunReport report) {
    if (report.result().partial()) {
      return Exit.INTERRUPTED;
    }
    if (!report.result().losses().isEmpty()) {
      return Exit.CLUSTER;
    }
    return report.passed() ? Exit.OK : Exit.CHECK_FAILED;
  }

  /** The scenario's own number, unless the command line has another that does not contradict. */
  private int nodes(Placement placement) {
    if (cluster != null) {
      return nodesAsked == null ? 0 : nodesAsked;
    }
    if (nodesAsked == null) {
      return time == TimeMode.wall ? placement.nodes() : 1;
    }
    boolean shares =
        !placement.cpuNodes().isEmpty()
            || !placement.pcieNodes().isEmpty()
            || !placement.ioApicNodes().isEmpty();
    if (shares && nodesAsked != 1 && nodesAsked != placement.nodes()) {
      throw new ParameterException(
          spec.commandLine(),
          "option --nodes "
              + nodesAsked
              + ": the scenario's placement names shares of "
              + placement.nodes()
              + " nodes\n  leave --nodes out, or change   machine.placement");
    }
    return nodesAsked;
  }

  // Whether the books close is the question here; whether it is fast enough is not.
  private int repeat(Runner runner, Scenario scenario) {
    for (int number = 1; number <= repeat; number++) {
      RunReport report = RunReport.of(run(runner, scenario, Optional.empty()));
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "run %d of %d   balance: %s   %d raised, %d handled   %.2f s",
                  number,
                  repeat,
                  report.balanced() ? "exact" : "BROKEN",
                  report.devices().raised(),
                  report.devices().handled(),
                  report.result().wallNs() / 1e9));
      console.out().flush();
      boolean lost = !report.result().losses().isEmpty();
      if (!report.balanced() || lost || report.result().partial()) {
        print(report);
        return report.balanced() || lost ? code(report) : Exit.CHECK_FAILED;
      }
    }
    console.out().println(repeat + " runs, all balance: exact");
    console.out().flush();
    return Exit.OK;
  }

  private RunResult run(Runner runner, Scenario scenario, Optional<RunDirectory> directory) {
    ProgressLine progress = new ProgressLine(scenario, console, System.nanoTime());
    try (ProgressLine shown = quiet ? progress : progress.started()) {
      return runner.run(scenario, shown);
    } catch (ClusterException lost) {
      int code = console.interruption().asked() ? Exit.INTERRUPTED : Exit.CLUSTER;
      throw new ReportedException(code, lost.getMessage(), lost);
    } catch (RuntimeException fault) {
      throw new CrashException(fault, scenario, directory.map(RunDirectory::path));
    }
  }

  /** What runs a scenario. */
  private interface Runner {
    RunResult run(Scenario scenario, RunWatch watch);
  }

  private Runner runner() {
    if (record && (time == TimeMode.virtual || repeat > 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "option --record needs --time wall, and one run: "
              + (repeat > 1 ? "--repeat keeps nothing" : "virtual time is repeated by its seed"));
    }
    if (cluster != null) {
      return clusterRunner();
    }
    if (time == TimeMode.virtual && nodes > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "option --nodes " + nodes + " needs --time wall: virtual time runs in one process");
    }
    if (nodes > 1) {
      List<String> jvm = nodeJvm.options();
      return (scenario, watch) -> LiveRun.run(scenario, nodes, jvm, arrivals, watch, this::hint);
    }
    return time == TimeMode.virtual
        ? BoardRun::run
        : (scenario, watch) -> LiveRun.run(scenario, arrivals, watch);
  }

  private Runner clusterRunner() {
    if (time == TimeMode.virtual) {
      throw new ParameterException(
          spec.commandLine(), "option --cluster needs --time wall: virtual time is one process");
    }
    if (!cluster.isEmpty() && !NodeCommand.address(cluster)) {
      throw new ParameterException(
          spec.commandLine(), "option --cluster cannot be \"" + cluster + "\": HOST:PORT");
    }
    List<ClusterFiles.Node> up = cluster.isEmpty() ? ClusterFiles.usual().read() : List.of();
    if (cluster.isEmpty() && up.isEmpty()) {
      throw new ReportedException(Exit.CLUSTER, "no cluster is up   irqlab cluster up");
    }
    String address = cluster.isEmpty() ? up.get(0).address() : cluster;
    // A cluster elsewhere is waited for only as far as the command line says how large it is.
    int expected = nodes > 0 ? nodes : Math.max(1, up.size());
    ClusterSettings settings =
        new ClusterSettings(
            "run-" + ProcessHandle.current().pid(), List.of("run"), nodeOptions.config());
    return (scenario, watch) ->
        LiveRun.runOn(scenario, settings, address, expected, arrivals, watch, this::hint);
  }

  // A folder that cannot be made is told before the run, which then is not for nothing.
  private Optional<RunDirectory> directory(Scenario scenario) {
    Optional<RunDirectory> directory = Optional.empty();
    try {
      directory =
          Optional.of(
              out == null
                  ? RunDirectory.next(RunDirectory.RUNS, scenario.name())
                  : RunDirectory.at(Path.of(out)));
      directory.get().write(scenario);
      Recording.clear(directory.get().path().resolve(ARRIVALS));
      return directory;
    } catch (IOException | InvalidPathException broken) {
      directory.ifPresent(RunDirectory::undo);
      notKept(out == null ? RunDirectory.RUNS.toString() : out, broken);
      return Optional.empty();
    }
  }

  private boolean keep(RunDirectory directory, RunReport report) {
    try {
      directory.write(report);
      return true;
    } catch (IOException broken) {
      notKept(directory.path().toString(), broken);
      return false;
    }
  }

  // What is missing is told as loudly as results that could not be written.
  private boolean recorded(RunResult result) {
    for (String each : result.unrecorded().sentences()) {
      console.err().println("irqlab: the recording is incomplete: " + each);
    }
    return result.unrecorded().nothing();
  }

  private void notKept(String where, Exception broken) {
    String why = String.valueOf(broken.getMessage());
    if (broken instanceof AccessDeniedException) {
      why = "it may not be written: " + ((FileSystemException) broken).getFile();
    } else if (broken instanceof FileAlreadyExistsException) {
      why = "this is a file: " + ((FileSystemException) broken).getFile();
    } else if (broken instanceof FileSystemException) {
      FileSystemException file = (FileSystemException) broken;
      why = (file.getReason() == null ? "cannot be written" : file.getReason());
      why = why + ": " + file.getFile();
    }
    console.err().println("irqlab: results are not kept in " + where + ": " + why);
  }

  private void print(RunReport report) {
    switch (format) {
      case table -> console.out().print(RunText.of(report, colored()));
      case json -> console.out().print(SummaryJson.of(report));
      case none -> {}
    }
    console.out().flush();
  }

  private boolean colored() {
    return switch (color) {
      case always -> true;
      case never -> false;
      case auto -> console.outIsTerminal() && System.getenv("NO_COLOR") == null;
    };
  }

  private void hint(String text) {
    if (!quiet) {
      console.err().println(text);
    }
  }
}
