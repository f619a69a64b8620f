package irqlab.cpu.core;

import irqlab.protocol.CpuMessage;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** What the last answers brought that does not fit into one word. */
final class Answers {
  final long[] line = new long[8];
  final long[] reply = new long[3];
  boolean faulted;

  /** The program that asked has not yet seen the line or the reply. */
  boolean unread;

  void take(CpuMessage.LineCompletion message) {
    unread = true;
    line[0] = message.w0();
    line[1] = message.w1();
    line[2] = message.w2();
    line[3] = message.w3();
    line[4] = message.w4();
    line[5] = message.w5();
    line[6] = message.w6();
    line[7] = message.w7();
  }

  void take(CpuMessage.Reply message) {
    unread = true;
    reply[0] = message.a();
    reply[1] = message.b();
    reply[2] = message.c();
  }

  /** What comes on top of this frame may ask for something itself: the frame keeps it all. */
  void keepFor(Frame frame, long answer) {
    frame.held = true;
    frame.answer = answer;
    frame.faulted = faulted;
    if (unread) {
      frame.kept = new Answers();
      frame.kept.copy(this);
    }
  }

  /** The frame goes on, with the answer of its last step. */
  long giveBack(Frame frame) {
    frame.held = false;
    faulted = frame.faulted;
    if (frame.kept != null) {
      copy(frame.kept);
      frame.kept = null;
    }
    return frame.answer;
  }

  private void copy(Answers from) {
    System.arraycopy(from.line, 0, line, 0, line.length);
    System.arraycopy(from.reply, 0, reply, 0, reply.length);
    faulted = from.faulted;
    unread = from.unread;
  }

  void save(StateWriter out) {
    out.putLongs(line);
    out.putLongs(reply);
    out.putBoolean(faulted);
    out.putBoolean(unread);
  }

  void load(StateReader in) {
    System.arraycopy(in.getLongs(), 0, line, 0, line.length);
    System.arraycopy(in.getLongs(), 0, reply, 0, reply.length);
    faulted = in.getBoolean();
    unread = in.getBoolean();
  }
}
