package irqlab.cpu.core;

import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs of a core, pooled frames, with the deepest nesting of handlers seen and the time
 * spent in them.
 */
final class FrameStack {
  private final List<Frame> frames = new ArrayList<>();
  private int depth;
  private int interrupts;
  private int interruptsMax;
  private long enteredPs;
  private long handlersPs;
  private long lastLeftPs = -1;

  int depth() {
    return depth;
  }

  int interruptsMax() {
    return interruptsMax;
  }

  /** Time spent in handlers that have returned; a nested one is part of the outer one. */
  long handlersPs() {
    return handlersPs;
  }

  /** When the last handler returned, or -1. */
  long lastLeftPs() {
    return lastLeftPs;
  }

  /** A handler was pushed at this time. */
  void entered(long nowPs) {
    if (interrupts == 1) {
      enteredPs = nowPs;
    }
  }

  /** A frame was popped at this time. */
  void left(Frame frame, long nowPs) {
    if (frame.kind != Frame.TASK) {
      lastLeftPs = nowPs;
      handlersPs += interrupts == 0 ? nowPs - enteredPs : 0;
    }
  }

  Frame top() {
    return frames.get(depth - 1);
  }

  boolean inSmm() {
    for (int i = 0; i < depth; i++) {
      if (frames.get(i).kind == Frame.SMM) {
        return true;
      }
    }
    return false;
  }

  void push(Program program, int kind, boolean interruptFlag) {
    if (depth == frames.size()) {
      frames.add(new Frame());
    }
    Frame frame = frames.get(depth++);
    frame.program = program;
    frame.kind = kind;
    frame.interruptFlag = interruptFlag;
    frame.remainingPs = 0;
    frame.held = false;
    frame.answer = 0;
    frame.kept = null;
    if (kind != Frame.TASK) {
      interrupts++;
      interruptsMax = Math.max(interruptsMax, interrupts);
    }
  }

  Frame pop() {
    Frame frame = frames.get(--depth);
    frame.program = null;
    if (frame.kind != Frame.TASK) {
      interrupts--;
    }
    if (depth == 0) {
      throw new IllegalStateException("the first program of a core has ended");
    }
    return frame;
  }

  void clear() {
    depth = 0;
    interrupts = 0;
  }

  void save(StateWriter out) {
    out.putInt(interruptsMax);
    out.putLong(enteredPs);
    out.putLong(handlersPs);
    out.putLong(lastLeftPs);
    out.putInt(depth);
    for (int i = 0; i < depth; i++) {
      Frame frame = frames.get(i);
      out.putByte(frame.kind);
      out.putBoolean(frame.interruptFlag);
      out.putLong(frame.remainingPs);
      out.putBoolean(frame.held);
      out.putLong(frame.answer);
      out.putBoolean(frame.kept != null);
      if (frame.kept != null) {
        frame.kept.save(out);
      }
      out.putByte(frame.program.kind());
      frame.program.save(out);
    }
  }

  void load(StateReader in, Software software) {
    clear();
    int max = in.getInt();
    enteredPs = in.getLong();
    handlersPs = in.getLong();
    lastLeftPs = in.getLong();
    for (int left = in.count(20); left > 0; left--) {
      int kind = in.getByte();
      boolean interruptFlag = in.getBoolean();
      long remainingPs = in.getLong();
      boolean held = in.getBoolean();
      long answer = in.getLong();
      Answers kept = in.getBoolean() ? new Answers() : null;
      if (kept != null) {
        kept.load(in);
      }
      push(software.load(in.getByte(), in), kind, interruptFlag);
      top().remainingPs = remainingPs;
      top().held = held;
      top().answer = answer;
      top().kept = kept;
    }
    interruptsMax = max;
  }
}
