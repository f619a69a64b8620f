package irqlab.cli;

import irqlab.live.Replay;
import irqlab.load.Machines;
import irqlab.scenario.Scenario;
import irqlab.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code irqlab replay}: executes the components of a wall-clock run again. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Execute each component of a run again from what came to it, and compare what it sends",
      "with what the others got. The run needs: run --time wall --record."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every component that has a log did the same again",
      "2:the command line is wrong",
      "3:the scenario of the run is wrong",
      "5:one did something else, or a log was changed"
    })
final class ReplayCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run, such as runs/last.")
  private Path run;

  ReplayCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path text = run.resolve("scenario.conf");
    Path arrivals = run.resolve(RunCommand.ARRIVALS);
    if (!Files.isRegularFile(text) || !Files.isDirectory(arrivals)) {
      throw new ParameterException(
          spec.commandLine(),
          run
              + " has no "
              + (Files.isRegularFile(text) ? RunCommand.ARRIVALS : "scenario.conf")
              + "\n  make one with   irqlab run SCENARIO --time wall --record");
    }
    Scenario scenario = ScenarioReader.read(text, List.of());
    Replay.Result result = Replay.run(Machines.plan(scenario), scenario.seed(), arrivals);
    if (result.difference().isPresent()) {
      console.out().println("replay diverged: " + result.difference().get());
      lacks(result);
      return Exit.DIVERGED;
    }
    if (result.components() == 0) {
      lacks(result);
      throw new ParameterException(spec.commandLine(), run + " has no log that could be replayed");
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: replayed   %d components, %d events, %d messages compared, no difference%n",
            scenario.name(),
            result.components(),
            result.events(),
            result.sends());
    lacks(result);
    return Exit.OK;
  }

  private void lacks(Replay.Result result) {
    for (String each : result.lacks().sentences()) {
      console.out().println("  incomplete   " + each);
    }
    if (result.uncompared() > 0) {
      console.out().println("  incomplete   " + result.uncompared() + " messages not compared");
    }
  }
}
