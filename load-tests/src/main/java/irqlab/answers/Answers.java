package irqlab.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The questions, each answered by a run of its own at the moment it is asked. */
public final class Answers {
  private record Question(String text, Supplier<String> run) {}

  private static final List<Question> QUESTIONS =
      List.of(
          new Question("What if nobody writes EOI?", PriorityAnswers::nobodyWritesEoi),
          new Question("Which of 0x31 and 0xe1 runs first?", PriorityAnswers::whichRunsFirst),
          new Question("Is an interrupt queued?", PriorityAnswers::isItQueued),
          new Question("Do interrupts nest?", NestingAnswers::doTheyNest),
          new Question("What do ten NMIs inside an NMI give?", NestingAnswers::tenNmis),
          new Question(
              "One register page, many local APICs: whose register is it?",
              PageAnswers::onePageManyApics),
          new Question(
              "Is a write to 0xFEE00000 a message or a register access?",
              PageAnswers::messageOrRegister));

  private Answers() {}

  /** How many questions there are; they count from 1. */
  public static int count() {
    return QUESTIONS.size();
  }

  /** What is asked. Errors: {@link IndexOutOfBoundsException} when there is no such number. */
  public static String question(int number) {
    return QUESTIONS.get(number - 1).text();
  }

  /** Asks one. Errors: {@link IndexOutOfBoundsException} when there is no such number. */
  public static Answer ask(int number) {
    Question question = QUESTIONS.get(number - 1);
    return new Answer(number, question.text(), question.run().get());
  }

  /** Asks all of them. */
  public static List<Answer> all() {
    List<Answer> answers = new ArrayList<>();
    for (int number = 1; number <= count(); number++) {
      answers.add(ask(number));
    }
    return answers;
  }
}
