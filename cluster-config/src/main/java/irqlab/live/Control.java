package irqlab.live;

import irqlab.runtime.Message;
import java.util.function.Consumer;

/**
 * What an actor is told by its machine, beside messages for its component. A class and not an
 * interface: the actor asks of everything it receives whether it is one of these, and that test is
 * cheap for classes only.
 */
abstract class Control {
  private Control() {}

  /** Let the component start, unless it has. */
  static final class Start extends Control {}

  /** An alarm may be due: from the timer, or from the actor to itself. */
  static final class Tick extends Control {
    final boolean fromTimer;

    Tick(boolean fromTimer) {
      this.fromTimer = fromTimer;
    }
  }

  /**
   * A message for the component. Its field is typed, so that the actor casts no message to {@code
   * Message}: a class that is cast to two interfaces in turn writes to memory that all threads
   * share, each time.
   */
  static final class Mail extends Control {
    final Message message;

    Mail(Message message) {
      this.message = message;
    }

    @Override
    public String toString() {
      return message.toString();
    }
  }

  /** A message with where it came from; only in a machine that keeps its arrivals. */
  static final class Traced extends Control {
    final int from;
    final int lane;
    final Message message;

    Traced(int from, int lane, Message message) {
      this.from = from;
      this.lane = lane;
      this.message = message;
    }
  }

  /** React no more. Messages that still come are counted, and their interrupts are pending. */
  static final class Freeze extends Control {}

  /** Tell what the books hold so far. */
  static final class Note extends Control {}

  /** Hand over the books; only when nothing is on its way. */
  static final class Collect extends Control {
    final Consumer<Part> to;

    Collect(Consumer<Part> to) {
      this.to = to;
    }
  }

  /** Show the component as it is now. */
  static final class Show extends Control {
    final Consumer<Inspection> to;

    Show(Consumer<Inspection> to) {
      this.to = to;
    }
  }

  /** What one actor hands over: its meter with its books, closed, and what the component shows. */
  record Part(int id, String path, Meter meter, Inspection shown) {}

  static final Start START = new Start();
  static final Tick FROM_TIMER = new Tick(true);
  static final Tick FROM_SELF = new Tick(false);
  static final Note NOTE = new Note();
  static final Freeze FREEZE = new Freeze();
}
