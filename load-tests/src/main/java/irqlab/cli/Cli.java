package irqlab.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import irqlab.report.Version;
import irqlab.topology.hocon.Nearest;
import irqlab.topology.hocon.TopologyException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line as a function: arguments and streams in, exit code out. It never ends the
 * process, so that tests run it as users do.
 */
@Command(
    name = "irqlab",
    versionProvider = Cli.Versions.class,
    description = {
      "Every interrupt has a fate: a model of an SMP machine's interrupt hardware.",
      "",
      "Start here",
      "  irqlab run nvme4                 run a built-in scenario and print what became of it",
      "  irqlab scenarios                 list them; \"irqlab scenarios nvme4 --show\" prints one",
      "  irqlab import /proc/interrupts   make a scenario from a real machine",
      ""
    })
public final class Cli implements Runnable {
  private static final int WIDTH = 100;
  private static final Pattern UNKNOWN_OPTION = Pattern.compile("Unknown options?: '(-[^']*)'");

  private final Console console;
  private int verbosity;
  private CommandLine line;

  private Cli(Console console) {
    this.console = console;
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.",
      scope = ScopeType.INHERIT)
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Option(
      names = "-v",
      description = "Say more; -vv also what the libraries say, and traces of faults.",
      scope = ScopeType.INHERIT)
  void verbose(boolean[] each) {
    verbosity = each.length;
    log(verbosity > 1 ? Level.DEBUG : Level.INFO);
  }

  private static void log(Level level) {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(level);
  }

  /** {@code irqlab} alone shows where to start. */
  @Override
  public void run() {
    line.usage(console.out());
  }

  /** Tells which irqlab, and on which Java. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"irqlab " + Version.irqlab()};
    }
  }

  /**
   * Runs a command line with streams that are no terminal.
   *
   * @param args verb and options
   * @return the exit code
   */
  public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return run(args, Console.of(in, out, err));
  }

  static int run(String[] args, Console console) {
    return new Cli(console).execute(args);
  }

  private int execute(String[] args) {
    log(Level.WARN);
    line = new CommandLine(this);
    Verbs.all(console).forEach(line::addSubcommand);
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi()));
    line.setUsageHelpWidth(WIDTH);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUnmatchedOptionsArePositionalParams(false);
    line.setParameterExceptionHandler((wrong, given) -> usage(wrong));
    line.setExecutionExceptionHandler((fault, command, parsed) -> fault(fault, args));
    try {
      return line.execute(helpLast(args));
    } catch (OutOfMemoryError full) {
      console.err().println("irqlab: out of memory; give it more:   java -Xmx2g -jar irqlab.jar");
      return Exit.FAULT;
    } catch (Error broken) {
      return fault(new IllegalStateException(broken.toString(), broken), args);
    }
  }

  /** {@code help VERB} means {@code VERB --help}. */
  private static String[] helpLast(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    String[] turned = Arrays.copyOfRange(args, 1, args.length + 1);
    turned[args.length - 1] = "--help";
    return turned;
  }

  private Ansi ansi() {
    return console.outIsTerminal() && System.getenv("NO_COLOR") == null ? Ansi.ON : Ansi.OFF;
  }

  private int usage(ParameterException wrong) {
    CommandLine where = wrong.getCommandLine();
    PrintStream err = console.err();
    err.println("irqlab: " + message(wrong, where));
    String nearest = nearest(wrong, where.getCommandSpec());
    if (!nearest.isEmpty()) {
      err.println("  did you mean   " + nearest);
    }
    err.println("  " + where.getCommandSpec().qualifiedName() + " --help   shows what there is");
    return Exit.USAGE;
  }

  private static String message(ParameterException wrong, CommandLine where) {
    String message = String.valueOf(wrong.getMessage());
    boolean top = where.getParent() == null && wrong instanceof UnmatchedArgumentException;
    if (top && !message.startsWith("Unknown option")) {
      String verb = ((UnmatchedArgumentException) wrong).getUnmatched().get(0);
      return "there is no verb \"" + verb + "\"";
    }
    Matcher option = UNKNOWN_OPTION.matcher(message);
    return option.find() ? "there is no option " + option.group(1) : message;
  }

  private static String nearest(ParameterException wrong, CommandSpec spec) {
    Matcher option = UNKNOWN_OPTION.matcher(String.valueOf(wrong.getMessage()));
    List<String> names = new ArrayList<>();
    if (option.find()) {
      spec.options().stream().map(OptionSpec::names).forEach(each -> names.addAll(List.of(each)));
      return Nearest.to(option.group(1), names);
    }
    if (wrong instanceof UnmatchedArgumentException) {
      List<String> unmatched = ((UnmatchedArgumentException) wrong).getUnmatched();
      names.addAll(spec.subcommands().keySet());
      return unmatched.isEmpty() ? "" : Nearest.to(unmatched.get(0), names);
    }
    return "";
  }

  private int fault(Exception fault, String[] args) {
    PrintStream err = console.err();
    if (fault instanceof TopologyException) {
      err.print(fault.getMessage());
      trace(fault, err);
      return Exit.SCENARIO;
    }
    if (fault instanceof ReportedException) {
      err.println("irqlab: " + fault.getMessage());
      trace(fault, err);
      return ((ReportedException) fault).code();
    }
    err.println("irqlab: a fault of the program: " + firstLine(fault));
    err.println("  please report it with the file   " + CrashFile.write(fault, args));
    trace(fault, err);
    return Exit.FAULT;
  }

  private static String firstLine(Exception fault) {
    String message = String.valueOf(fault.getMessage());
    String kind = fault.getClass().getSimpleName();
    return kind + ": " + message.lines().findFirst().orElse("");
  }

  private void trace(Exception fault, PrintStream err) {
    if (verbosity > 1) {
      fault.printStackTrace(err);
    }
  }
}
