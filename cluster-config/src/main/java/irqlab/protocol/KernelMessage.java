package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What the kernel component receives: what Linux does under locks that CPUs share. */
public sealed interface KernelMessage extends Message {
  /** In the number of a call or in the code of its answer: the first operand is a raise's id. */
  int NAMES = 0x100;

  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<KernelMessage> io);

  /**
   * A CPU enters the kernel's shared part and waits for {@link CpuMessage.Reply} [core].
   *
   * @param cpu who calls
   * @param tag routes the answer; 0 for no answer
   * @param what which call; with {@link #NAMES}, operand a is the id of a raise that the call has
   *     until it is answered
   * @param a first operand
   * @param b second operand
   * @param c third operand
   * @param d fourth operand
   */
  record Call(int cpu, int tag, int what, long a, long b, long c, long d) implements KernelMessage {
    @Override
    public int kind() {
      return 220;
    }

    @Override
    public long interruptId() {
      return (what & NAMES) == 0 ? 0 : a;
    }

    @Override
    public long fold() {
      return Mix.fold(220, cpu, tag, what, a, b, c, d);
    }

    @Override
    public void to(Handler handler, Io<KernelMessage> io) {
      handler.onCall(this, io);
    }
  }

  /**
   * The outside world uses an interface of the kernel, such as a write to smp_affinity [load
   * source, monitor].
   *
   * @param what which interface
   * @param a first operand, such as the irq
   * @param b second operand
   */
  record Order(int what, long a, long b) implements KernelMessage {
    @Override
    public int kind() {
      return 221;
    }

    @Override
    public long fold() {
      return Mix.fold(221, what, a, b);
    }

    @Override
    public void to(Handler handler, Io<KernelMessage> io) {
      handler.onOrder(this, io);
    }
  }

  /**
   * An alarm of the kernel expires [itself].
   *
   * @param what which alarm
   * @param data what the kernel put there
   */
  record Alarm(int what, long data) implements KernelMessage {
    @Override
    public int kind() {
      return 222;
    }

    @Override
    public long fold() {
      return Mix.fold(222, what, data);
    }

    @Override
    public void to(Handler handler, Io<KernelMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Call}. */
    void onCall(Call message, Io<KernelMessage> io);

    /** Answers {@link Order}. */
    void onOrder(Order message, Io<KernelMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<KernelMessage> io);
  }
}
