package irqlab.cli;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** With what the other JVMs of a run or a cluster are started. */
final class NodeJvm {
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");

  /** The verb whose option this is. */
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--node-jvm",
      paramLabel = "OPTIONS",
      defaultValue = "-Xmx256m -XX:+UseSerialGC",
      description =
          "Options of the other JVMs; blanks within one stand in double quotes"
              + " (default: ${DEFAULT-VALUE}).")
  private String text;

  /** The options, each as the JVM gets it. */
  List<String> options() {
    if (text.chars().filter(each -> each == '"').count() % 2 != 0) {
      throw new ParameterException(
          spec.commandLine(), "option --node-jvm has a double quote that is not closed: " + text);
    }
    return WORD.matcher(text)
        .results()
        .map(MatchResult::group)
        .map(word -> word.replace("\"", ""))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
