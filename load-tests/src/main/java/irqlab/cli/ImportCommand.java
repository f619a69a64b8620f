package irqlab.cli;

import irqlab.scenario.Importer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code irqlab import}: makes a scenario from {@code /proc/interrupts} of a machine. */
@Command(
    name = "import",
    description = "Make a scenario from /proc/interrupts of a machine.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:a scenario was made", "1:it could not be written", "3:this is no listing"})
final class ImportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      description = "A copy of /proc/interrupts, x86 or arm64; - for standard input.")
  private String what;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      description = "The scenario's file; without it standard output.")
  private String out;

  @Option(names = "--name", paramLabel = "NAME", description = "The scenario's name.")
  private String name;

  ImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Importer.Import made = Importer.read(what, console.in(), name());
    if (out == null) {
      console.out().print(made.scenario());
      console.out().flush();
    } else {
      try {
        Files.writeString(Path.of(out), made.scenario(), StandardCharsets.UTF_8);
      } catch (IOException | InvalidPathException broken) {
        throw new ReportedException(Exit.FAULT, "cannot write " + out, broken);
      }
      console.err().println("wrote " + out);
    }
    made.summary().forEach(line -> console.err().println("  " + line));
    if (out != null) {
      console.err().println("next:   irqlab run " + out);
    }
    return Exit.OK;
  }

  private String name() {
    if (name != null) {
      return clean(name);
    }
    String source = out != null ? out : what.equals("-") ? "imported" : what;
    String last = source.substring(source.lastIndexOf('/') + 1);
    return clean(last.replaceFirst("\\.(conf|txt)$", ""));
  }

  private static String clean(String text) {
    String clean = text.replaceAll("[^A-Za-z0-9_.+-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    return clean.isEmpty() ? "imported" : clean.substring(0, Math.min(64, clean.length()));
  }
}
