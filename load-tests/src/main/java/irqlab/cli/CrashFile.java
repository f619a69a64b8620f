package irqlab.cli;

import irqlab.report.Version;
import irqlab.scenario.ScenarioWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a fault of the program leaves for whoever mends it: command line, versions, scenario with
 * its seed, stack trace. Nothing of the environment is in it.
 */
final class CrashFile {
  private CrashFile() {}

  /** Writes it into the run's folder, or else into that for temporary files; returns its name. */
  static String write(Throwable fault, String[] args) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path folder =
        fault instanceof CrashException
            ? ((CrashException) fault).directory().orElse(temporary)
            : temporary;
    byte[] text = text(fault, args).getBytes(StandardCharsets.UTF_8);
    for (Path each : new Path[] {folder, temporary}) {
      for (int number = 1; number < 10_000; number++) {
        Path file = each.resolve("crash-" + number + ".txt");
        try {
          return Files.write(file, text, StandardOpenOption.CREATE_NEW).toString();
        } catch (FileAlreadyExistsException taken) {
          continue;
        } catch (IOException unwritable) {
          break;
        }
      }
    }
    return "(no folder for it can be written; -vv shows the trace)";
  }

  private static String text(Throwable fault, String[] args) {
    StringWriter out = new StringWriter();
    PrintWriter lines = new PrintWriter(out);
    lines.println("irqlab " + Version.irqlab());
    lines.println("java " + Version.java() + " " + System.getProperty("java.vm.name"));
    lines.println("os " + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    lines.println("command irqlab " + String.join(" ", args));
    Throwable shown = fault;
    if (fault instanceof CrashException) {
      CrashException crash = (CrashException) fault;
      lines.println("seed " + crash.scenario().seed());
      lines.println();
      lines.print(ScenarioWriter.write(crash.scenario()));
      shown = fault.getCause();
    }
    lines.println();
    shown.printStackTrace(lines);
    lines.flush();
    return out.toString();
  }
}
