package irqlab.cpu.core;

import irqlab.observe.Fate;
import irqlab.protocol.CpuMessage;

/**
 * How a core enters and leaves handlers: through the gates of its IDT, onto its stack, with IF.
 *
 * <p>Source: SDM vol. 3, "Interrupt and Exception Handling", "Interrupt 8 - Double Fault".
 *
 * <p><b>Not modelled:</b> task gates, privilege levels, interrupt stack tables, and exceptions
 * other than #NP, #DF, #GP and #PF.
 */
final class Gates {
  static final int NMI = 2;
  static final int DOUBLE_FAULT = 8;
  static final int NOT_PRESENT = 11;
  static final int PROTECTION = 13;
  static final int PAGE_FAULT = 14;

  private final Software software;
  private final RunningView view;
  private final FrameStack frames;
  private final Answers answers;

  /** RFLAGS.IF. */
  boolean interruptFlag;

  Gates(Software software, RunningView view, FrameStack frames, Answers answers) {
    this.software = software;
    this.view = view;
    this.frames = frames;
    this.answers = answers;
  }

  /** The vector that INTA brought. False when the core shuts down. */
  boolean acknowledged(CpuMessage.Vector message) {
    int vector = message.vector();
    long id = message.id();
    if (!software.idt().present(vector)) {
      if (id != 0) {
        view.io.probe().closed(id, Fate.LOST_NO_HANDLER);
      }
      return exception(NOT_PRESENT, vector << 3 | 3);
    }
    // Vector 2 by INTR runs the NMI handler, without NMI's blocking.
    Program handler =
        vector == NMI
            ? software.nmi(view, id, message.raisedPs())
            : software.interrupt(view, vector, message.spurious(), id, message.raisedPs());
    enter(handler, Frame.INTERRUPT, vector);
    return true;
  }

  /** INT n. False when the core shuts down. */
  boolean interrupt(int vector) {
    hold(0);
    if (!software.idt().present(vector)) {
      return exception(NOT_PRESENT, vector << 3 | 2);
    }
    Program handler =
        vector == NMI ? software.nmi(view, 0, 0) : software.interrupt(view, vector, false, 0, 0);
    enter(handler, Frame.EXCEPTION, vector);
    return true;
  }

  /** NMI, or an exception's or SMI's handler; the gate clears IF unless it is a trap gate. */
  void enter(Program program, int frameKind, int vector) {
    frames.push(program, frameKind, vector, interruptFlag);
    frames.entered(view.nowPs());
    if (frameKind == Frame.SMM || software.idt().interruptGate(vector)) {
      interruptFlag = false;
    }
  }

  // One that software must handle; when it cannot, #DF, and when not that either, shutdown.
  private boolean exception(int vector, int code) {
    Program handler = handler(vector, code);
    if (handler != null) {
      enter(handler, Frame.EXCEPTION, vector);
      return true;
    }
    return vector != DOUBLE_FAULT && exception(DOUBLE_FAULT, 0);
  }

  /**
   * The step faulted: its program is told, after the handler of the exception if there is one.
   *
   * @return the answer for the program that is then on top
   */
  long fault(int vector, int code) {
    answers.faulted = true;
    Program handler = handler(vector, code);
    if (handler == null) {
      return Step.FAULT;
    }
    hold(Step.FAULT);
    enter(handler, Frame.EXCEPTION, vector);
    return 0;
  }

  private Program handler(int vector, int code) {
    return software.idt().present(vector) ? software.exception(view, vector, code) : null;
  }

  /** Keeps the answer of the step that just ended for the frame below a handler. */
  void hold(long answer) {
    Frame top = frames.top();
    if (!top.held) {
      answers.keepFor(top, answer);
    }
  }
}
