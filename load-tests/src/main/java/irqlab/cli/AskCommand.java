package irqlab.cli;

import irqlab.answers.Answer;
import irqlab.answers.Answers;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code irqlab ask}: answers what people ask about interrupts, by running it. */
@Command(
    name = "ask",
    description = "Answer common questions about interrupts, each by a run made for it.")
final class AskCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "N",
      arity = "0..1",
      defaultValue = "0",
      description = "Only this question; all of them without a number.")
  private int number;

  @Option(names = "--list", description = "Only print the questions.")
  private boolean listed;

  AskCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (number < 0 || number > Answers.count()) {
      throw new ParameterException(
          spec.commandLine(), "no question " + number + ": there are 1-" + Answers.count());
    }
    int first = number == 0 ? 1 : number;
    int last = number == 0 ? Answers.count() : number;
    for (int each = first; each <= last; each++) {
      if (listed) {
        console.out().printf("%d. %s%n", each, Answers.question(each));
        continue;
      }
      Answer answer = Answers.ask(each);
      console.out().printf("%s%d. %s%n", each > first ? "\n" : "", each, answer.question());
      console.out().print(answer.text());
    }
    console.out().flush();
    return Exit.OK;
  }
}
