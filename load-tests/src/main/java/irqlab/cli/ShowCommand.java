package irqlab.cli;

import irqlab.cpu.lapic.LapicText;
import irqlab.cpu.lapic.LapicView;
import irqlab.i8259.PicText;
import irqlab.ioapic.IoApicText;
import irqlab.load.BoardRun;
import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import irqlab.report.InterruptsText;
import irqlab.report.VectorsText;
import irqlab.scenario.Scenario;
import irqlab.topology.IoApicSpec;
import irqlab.topology.hocon.Units;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code irqlab show}: runs a scenario to a moment and prints one thing of its machine. */
@Command(
    name = "show",
    description = "Run a scenario to its end, or to a moment, and print registers of its machine.")
final class ShowCommand implements Callable<Integer> {
  /** 256 vectors, 64 to a word. */
  private static final int VECTOR_WORDS = 4;

  private final Console console;

  @Spec private CommandSpec spec;

  ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "show what?   " + String.join("   ", spec.subcommands().keySet()));
  }

  @Command(
      name = "interrupts",
      sortOptions = false,
      description = "/proc/interrupts, as Linux prints it.")
  int interrupts(@Mixin Moment moment) {
    return print(moment, InterruptsText::of);
  }

  @Command(
      name = "lapic",
      sortOptions = false,
      description = "The local APIC of a CPU, in the words of QEMU's \"info lapic\".")
  int lapic(
      @Parameters(paramLabel = "CPU", description = "Its number, from 0.") int cpu,
      @Mixin Moment moment) {
    return print(moment, result -> lapic(result, cpu));
  }

  private String lapic(RunResult result, int cpu) {
    int cpus = result.scenario().topology().cpus();
    if (cpu < 0 || cpu >= cpus) {
      throw new ParameterException(
          spec.commandLine(), "CPU " + cpu + " is not there: this machine has 0-" + (cpus - 1));
    }
    Snapshot shown = result.component("cpu/" + cpu + "/lapic");
    LapicView view = new LapicView();
    shown.values().forEach(view::value);
    for (String bitmap : List.of("irr", "isr", "tmr")) {
      long[] words = new long[VECTOR_WORDS];
      for (int word = 0; word < VECTOR_WORDS; word++) {
        words[word] = shown.valueOrZero(bitmap + "[" + word + "]");
      }
      view.bits(bitmap, words);
    }
    return LapicText.of(cpu, view, result.modelPs());
  }

  @Command(
      name = "pic",
      sortOptions = false,
      description = "The 8259A pair, in the words of QEMU's \"info pic\".")
  int pic(@Mixin Moment moment) {
    return print(moment, result -> PicText.info(result.component("pic")::valueOrZero));
  }

  @Command(
      name = "ioapic",
      sortOptions = false,
      description = "Every pin of every IO-APIC, in the words of QEMU's \"info pic\".")
  int ioapic(@Mixin Moment moment) {
    return print(moment, ShowCommand::ioapics);
  }

  @Command(
      name = "irq",
      sortOptions = false,
      description = "How often each line of a chip rose, in the words of QEMU's \"info irq\".")
  int irq(@Mixin Moment moment) {
    return print(moment, ShowCommand::counts);
  }

  private static String counts(RunResult result) {
    StringBuilder text = new StringBuilder(PicText.counts(result.component("pic")::valueOrZero));
    for (IoApicSpec chip : result.scenario().topology().ioApics()) {
      text.append(IoApicText.counts(result.component("ioapic/" + chip.id())::valueOrZero));
    }
    return text.toString();
  }

  @Command(
      name = "idt",
      sortOptions = false,
      description = "Class, gate type and use of the vectors of each CPU.")
  int idt(@Mixin Moment moment) {
    return print(moment, VectorsText::of);
  }

  private static String ioapics(RunResult result) {
    List<IoApicSpec> chips = result.scenario().topology().ioApics();
    if (chips.isEmpty()) {
      return "this machine has no IO-APIC\n";
    }
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < chips.size(); index++) {
      String path = "ioapic/" + chips.get(index).id();
      text.append(IoApicText.info(index, result.component(path)::valueOrZero));
    }
    return text.toString();
  }

  private int print(Moment moment, Function<RunResult, String> text) {
    RunResult result = moment.run(console);
    console.out().print(text.apply(result));
    console.out().flush();
    return result.partial() ? Exit.INTERRUPTED : Exit.OK;
  }

  /** Which machine, and when. */
  static final class Moment {
    /** The verb whose options these are. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    @Parameters(
        paramLabel = "SCENARIO",
        arity = "0..1",
        defaultValue = "nvme4",
        description = "A .conf file, - for standard input, or a built-in name; default nvme4.")
    private String what;

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "Stop so long after boot, in the middle of whatever goes on: 1.5ms.")
    private String at;

    @Mixin private ScenarioOptions options = new ScenarioOptions();

    RunResult run(Console console) {
      OptionalLong atPs = OptionalLong.empty();
      if (at != null) {
        atPs = Units.timePs(at);
        if (atPs.isEmpty() || atPs.getAsLong() < 0 || atPs.getAsLong() > Units.TIME_MAX_PS) {
          throw new ParameterException(
              verb.commandLine(), "option --at cannot be \"" + at + "\"\n  write   --at 1.5ms");
        }
      }
      Scenario scenario = options.read(what, console.in());
      try (ProgressLine progress =
          new ProgressLine(scenario, console, System.nanoTime()).started()) {
        return atPs.isPresent()
            ? BoardRun.runTo(scenario, progress, atPs.getAsLong())
            : BoardRun.run(scenario, progress);
      }
    }
  }
}
