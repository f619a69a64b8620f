package irqlab.cpu.core;

import irqlab.observe.Fate;
import irqlab.observe.Probe;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Arrays;

/**
 * The programs of a core, pooled frames, with the deepest nesting of handlers seen, in all and for
 * each priority class, and the time spent in them.
 */
final class FrameStack {
  private static final int CLASSES = 16;

  private Frame[] frames = {new Frame(), new Frame()};
  private int depth;
  private int interrupts;
  private int interruptsMax;
  private long enteredPs;
  // Spent in handlers that have returned; a nested one is part of the outer one.
  private long handlersPs;
  // When the last handler returned, or -1.
  private long lastLeftPs = -1;
  // By class of the vector: how many handlers were on the stack, itself included, at the deepest.
  private final byte[] deepest = new byte[CLASSES];

  int depth() {
    return depth;
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
    return frames[depth - 1];
  }

  boolean inSmm() {
    for (int i = 0; i < depth; i++) {
      if (frames[i].kind == Frame.SMM) {
        return true;
      }
    }
    return false;
  }

  /** The handler that the core is in, nearest to the top; null in task context. */
  Frame handler() {
    for (int i = depth - 1; i >= 0; i--) {
      if (frames[i].kind != Frame.TASK) {
        return frames[i];
      }
    }
    return null;
  }

  void push(Program program, int kind, int vector, boolean interruptFlag) {
    if (depth == frames.length) {
      frames = Arrays.copyOf(frames, depth + 1);
      frames[depth] = new Frame();
    }
    Frame frame = frames[depth++];
    frame.program = program;
    frame.kind = kind;
    frame.vector = vector;
    frame.interruptFlag = interruptFlag;
    frame.remainingPs = 0;
    frame.held = false;
    frame.answer = 0;
    frame.faulted = false;
    frame.kept = null;
    if (kind != Frame.TASK) {
      interrupts++;
      interruptsMax = Math.max(interruptsMax, interrupts);
      int rank = vector >>> 4;
      deepest[rank] = (byte) Math.max(deepest[rank], Math.min(interrupts, Byte.MAX_VALUE));
    }
  }

  Frame pop() {
    Frame frame = frames[--depth];
    frame.program = null;
    if (frame.kind != Frame.TASK) {
      interrupts--;
    }
    if (depth == 0) {
      throw new IllegalStateException("the first program of a core has ended");
    }
    return frame;
  }

  /** Every program is gone, and with it the raises that were theirs to close. */
  void reset(Probe probe) {
    Inspector lost =
        new Inspector() {
          @Override
          public void value(String name, long value) {}

          @Override
          public void pending(long id, String where) {
            probe.closed(id, Fate.LOST_RESET);
          }
        };
    inspect(lost);
    clear();
  }

  private void clear() {
    depth = 0;
    interrupts = 0;
  }

  void inspect(Inspector out) {
    out.value("stack.depth", depth);
    out.value("stack.interrupts", interrupts);
    out.value("stack.interrupts.max", interruptsMax);
    out.value("interrupts.ps", handlersPs);
    out.value("interrupts.last_ps", lastLeftPs);
    for (int rank = 0; rank < CLASSES; rank++) {
      if (deepest[rank] > 0) {
        out.value("stack.class." + rank + ".max", deepest[rank]);
      }
    }
    StringBuilder nested = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      Frame frame = frames[i];
      if (frame.kind != Frame.TASK) {
        nested.append(nested.length() == 0 ? "" : " > ").append(frame);
      }
    }
    out.text("stack.nested", nested.toString());
    for (int i = 0; i < depth; i++) {
      frames[i].program.inspect(out);
    }
  }

  void save(StateWriter out) {
    out.putInt(interruptsMax);
    out.putLong(enteredPs);
    out.putLong(handlersPs);
    out.putLong(lastLeftPs);
    for (byte each : deepest) {
      out.putByte(each);
    }
    out.putInt(depth);
    for (int i = 0; i < depth; i++) {
      Frame frame = frames[i];
      out.putByte(frame.kind);
      out.putByte(frame.vector);
      out.putBoolean(frame.interruptFlag);
      out.putLong(frame.remainingPs);
      out.putBoolean(frame.held);
      out.putLong(frame.answer);
      out.putBoolean(frame.faulted);
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
    byte[] deepestSeen = new byte[CLASSES];
    for (int rank = 0; rank < CLASSES; rank++) {
      deepestSeen[rank] = (byte) in.getByte();
    }
    for (int left = in.count(20); left > 0; left--) {
      int kind = in.getByte();
      int vector = in.getByte() & 0xFF;
      boolean interruptFlag = in.getBoolean();
      long remainingPs = in.getLong();
      boolean held = in.getBoolean();
      long answer = in.getLong();
      boolean faulted = in.getBoolean();
      Answers kept = in.getBoolean() ? new Answers() : null;
      if (kept != null) {
        kept.load(in);
      }
      push(software.load(in.getByte(), in), kind, vector, interruptFlag);
      top().remainingPs = remainingPs;
      top().held = held;
      top().answer = answer;
      top().faulted = faulted;
      top().kept = kept;
    }
    interruptsMax = max;
    System.arraycopy(deepestSeen, 0, deepest, 0, CLASSES);
  }
}
