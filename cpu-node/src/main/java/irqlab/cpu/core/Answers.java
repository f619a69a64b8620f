package irqlab.cpu.core;

import irqlab.protocol.CpuMessage;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** What the last answers brought that does not fit into one word. */
final class Answers {
  final long[] line = new long[8];
  final long[] reply = new long[3];
  boolean faulted;

  void take(CpuMessage.LineCompletion message) {
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
    reply[0] = message.a();
    reply[1] = message.b();
    reply[2] = message.c();
  }

  void save(StateWriter out) {
    out.putLongs(line);
    out.putLongs(reply);
    out.putBoolean(faulted);
  }

  void load(StateReader in) {
    System.arraycopy(in.getLongs(), 0, line, 0, line.length);
    System.arraycopy(in.getLongs(), 0, reply, 0, reply.length);
    faulted = in.getBoolean();
  }
}
