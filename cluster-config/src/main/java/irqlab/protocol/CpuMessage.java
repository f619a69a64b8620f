package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What a core receives. */
public sealed interface CpuMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<CpuMessage> io);

  /**
   * The level of INTR [its local APIC].
   *
   * @param asserted true while something deliverable is pending
   */
  record Intr(boolean asserted) implements CpuMessage {
    @Override
    public int kind() {
      return 40;
    }

    @Override
    public long fold() {
      return Mix.fold(40, asserted ? 1 : 0);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onIntr(this, io);
    }
  }

  /**
   * The answer to INTA [its local APIC].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param vector 0 to 255
   * @param spurious true for the spurious vector: no ISR bit, no EOI due (LAPIC-012)
   */
  record Vector(long id, long raisedPs, int vector, boolean spurious) implements CpuMessage {
    @Override
    public int kind() {
      return 41;
    }

    @Override
    public long fold() {
      return Mix.fold(41, id, raisedPs, vector, spurious ? 1 : 0);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onVector(this, io);
    }
  }

  /**
   * A non-maskable interrupt [its local APIC].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Nmi(long id, long raisedPs) implements CpuMessage {
    @Override
    public int kind() {
      return 42;
    }

    @Override
    public long fold() {
      return Mix.fold(42, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onNmi(this, io);
    }
  }

  /**
   * A system management interrupt [its local APIC].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Smi(long id, long raisedPs) implements CpuMessage {
    @Override
    public int kind() {
      return 43;
    }

    @Override
    public long fold() {
      return Mix.fold(43, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onSmi(this, io);
    }
  }

  /**
   * INIT [its local APIC].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Init(long id, long raisedPs) implements CpuMessage {
    @Override
    public int kind() {
      return 44;
    }

    @Override
    public long fold() {
      return Mix.fold(44, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onInit(this, io);
    }
  }

  /**
   * STARTUP [its local APIC].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param page 0 to 255; execution begins at page * 4096
   */
  record Startup(long id, long raisedPs, int page) implements CpuMessage {
    @Override
    public int kind() {
      return 45;
    }

    @Override
    public long fold() {
      return Mix.fold(45, id, raisedPs, page);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onStartup(this, io);
    }
  }

  /**
   * The answer to a read, or to a write that is answered [local APIC, root complex, memory].
   *
   * @param tag of the request
   * @param value what was read; 0 for a write
   */
  record Completion(int tag, long value) implements CpuMessage {
    @Override
    public int kind() {
      return 46;
    }

    @Override
    public long fold() {
      return Mix.fold(46, tag, value);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onCompletion(this, io);
    }
  }

  /**
   * The answer to a read of a 64-byte line [memory].
   *
   * @param tag of the request
   * @param w0 bytes 0 to 7
   * @param w1 bytes 8 to 15
   * @param w2 bytes 16 to 23
   * @param w3 bytes 24 to 31
   * @param w4 bytes 32 to 39
   * @param w5 bytes 40 to 47
   * @param w6 bytes 48 to 55
   * @param w7 bytes 56 to 63
   */
  record LineCompletion(
      int tag, long w0, long w1, long w2, long w3, long w4, long w5, long w6, long w7)
      implements CpuMessage {
    @Override
    public int kind() {
      return 47;
    }

    @Override
    public long fold() {
      return Mix.fold(47, tag, w0, w1, w2, w3, w4, w5, w6, w7);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onLineCompletion(this, io);
    }
  }

  /**
   * The access raises #GP [its local APIC].
   *
   * @param tag of the request
   */
  record Fault(int tag) implements CpuMessage {
    @Override
    public int kind() {
      return 48;
    }

    @Override
    public long fold() {
      return Mix.fold(48, tag);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onFault(this, io);
    }
  }

  /**
   * The task priority is in force [its local APIC].
   *
   * @param tag of the request
   * @param intr the level of INTR from now on
   */
  record PriorityDone(int tag, boolean intr) implements CpuMessage {
    @Override
    public int kind() {
      return 49;
    }

    @Override
    public long fold() {
      return Mix.fold(49, tag, intr ? 1 : 0);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onPriorityDone(this, io);
    }
  }

  /**
   * The answer of the kernel to a call [kernel].
   *
   * @param tag of the call
   * @param code 0, or a negative errno, or a number of the call; with {@link KernelMessage#NAMES},
   *     result a is the id of a raise that goes to the caller with it
   * @param a first result
   * @param b second result
   * @param c third result
   */
  record Reply(int tag, int code, long a, long b, long c) implements CpuMessage {
    @Override
    public int kind() {
      return 50;
    }

    @Override
    public long interruptId() {
      return code > 0 && (code & KernelMessage.NAMES) != 0 ? a : 0;
    }

    @Override
    public long fold() {
      return Mix.fold(50, tag, code, a, b, c);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onReply(this, io);
    }
  }

  /**
   * The kernel asks the owner of an irq or vector for something [kernel].
   *
   * @param what which request
   * @param a first operand
   * @param b second operand
   * @param c third operand
   * @param d fourth operand
   */
  record Request(int what, long a, long b, long c, long d) implements CpuMessage {
    @Override
    public int kind() {
      return 51;
    }

    @Override
    public long fold() {
      return Mix.fold(51, what, a, b, c, d);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onRequest(this, io);
    }
  }

  /**
   * Work for task context, such as sending an IPI [load source, test].
   *
   * @param what which task
   * @param a first operand
   * @param b second operand
   */
  record Task(int what, long a, long b) implements CpuMessage {
    @Override
    public int kind() {
      return 52;
    }

    @Override
    public long fold() {
      return Mix.fold(52, what, a, b);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onTask(this, io);
    }
  }

  /**
   * An alarm of this core expires [itself].
   *
   * @param what which alarm
   * @param data what the core put there
   */
  record Alarm(int what, long data) implements CpuMessage {
    @Override
    public int kind() {
      return 53;
    }

    @Override
    public long fold() {
      return Mix.fold(53, what, data);
    }

    @Override
    public void to(Handler handler, Io<CpuMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Intr}. */
    void onIntr(Intr message, Io<CpuMessage> io);

    /** Answers {@link Vector}. */
    void onVector(Vector message, Io<CpuMessage> io);

    /** Answers {@link Nmi}. */
    void onNmi(Nmi message, Io<CpuMessage> io);

    /** Answers {@link Smi}. */
    void onSmi(Smi message, Io<CpuMessage> io);

    /** Answers {@link Init}. */
    void onInit(Init message, Io<CpuMessage> io);

    /** Answers {@link Startup}. */
    void onStartup(Startup message, Io<CpuMessage> io);

    /** Answers {@link Completion}. */
    void onCompletion(Completion message, Io<CpuMessage> io);

    /** Answers {@link LineCompletion}. */
    void onLineCompletion(LineCompletion message, Io<CpuMessage> io);

    /** Answers {@link Fault}. */
    void onFault(Fault message, Io<CpuMessage> io);

    /** Answers {@link PriorityDone}. */
    void onPriorityDone(PriorityDone message, Io<CpuMessage> io);

    /** Answers {@link Reply}. */
    void onReply(Reply message, Io<CpuMessage> io);

    /** Answers {@link Request}. */
    void onRequest(Request message, Io<CpuMessage> io);

    /** Answers {@link Task}. */
    void onTask(Task message, Io<CpuMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<CpuMessage> io);
  }
}
