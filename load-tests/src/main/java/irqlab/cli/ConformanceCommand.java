package irqlab.cli;

import irqlab.conformance.ApicConformance;
import irqlab.conformance.ConformanceReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code irqlab conformance}: replays recordings of real emulators and kernels. */
@Command(
    name = "conformance",
    description = "Replay recordings against the model and compare every register.",
    subcommands = ConformanceCommand.Apic.class)
public final class ConformanceCommand implements Callable<Integer> {
  private static final int EXIT_USAGE = 2;

  @Spec private CommandSpec spec;

  /** Without a verb of its own it says how it is used. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return EXIT_USAGE;
  }

  /** {@code irqlab conformance apic DIR}. */
  @Command(
      name = "apic",
      description = "Replay recordings of local APIC, IO-APIC and 8259A.",
      exitCodeListHeading = "Exit codes:%n",
      exitCodeList = {
        "0:all passed, or follow the manual where the recording does not",
        "2:the command line is wrong",
        "3:a vector is malformed; the rest ran",
        "99:a vector failed"
      })
  static final class Apic implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Directory of *.jsonl or *.jsonl.gz files.")
    private Path directory;

    @Option(names = "--area", paramLabel = "AREA", description = "Only this area; repeatable.")
    private List<String> areas = List.of();

    @Option(names = "--id", paramLabel = "ID", description = "Only this vector; repeatable.")
    private List<String> ids = List.of();

    @Option(names = "--all", description = "Show all failures, not only the first 20.")
    private boolean all;

    @Option(names = "--manual", description = "Show what follows the manual, and why.")
    private boolean manual;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
      if (!Files.isDirectory(directory)) {
        throw new ParameterException(spec.commandLine(), directory + " is not a directory");
      }
      if (ApicConformance.recordings(directory).isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), directory + " has no recordings: files *.jsonl or *.jsonl.gz");
      }
      ConformanceReport report =
          new ApicConformance(
                  area -> areas.isEmpty() || areas.contains(area),
                  id -> ids.isEmpty() || ids.contains(id))
              .run(directory);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(report.json());
        out.flush();
      } else {
        report.print(out, all, manual);
      }
      return report.exitCode();
    }
  }
}
