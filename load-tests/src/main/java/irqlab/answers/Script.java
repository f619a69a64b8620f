package irqlab.answers;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.runtime.StateWriter;
import java.util.List;

/** A program that makes the moves of a list; after the last it sleeps for ever. */
final class Script implements Program {
  static final int KIND = 1;

  private final int number;
  private final List<Move> moves;
  private final List<Long> answers;
  private int at;

  /**
   * A script from some place on.
   *
   * @param number of the list in its software
   * @param answers takes what each step answered; null when nobody wants to know
   */
  Script(int number, List<Move> moves, List<Long> answers, int at) {
    this.number = number;
    this.moves = moves;
    this.answers = answers;
    this.at = at;
  }

  @Override
  public Step resume(CoreView core, long answer) {
    if (answers != null && at > 0 && at <= moves.size()) {
      answers.add(answer);
    }
    if (at >= moves.size()) {
      at = moves.size() + 1;
      return Step.HALT;
    }
    return moves.get(at++).next(core, answer);
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(number);
    out.putInt(at);
  }
}
