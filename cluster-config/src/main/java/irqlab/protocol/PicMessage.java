package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What the pair of 8259A receives. */
public sealed interface PicMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<PicMessage> io);

  /**
   * An input changes [device].
   *
   * @param line 0 to 15; 2 is the cascade and not an input
   * @param asserted the logical level
   * @param source component id of who drives it; the line is the OR of all
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Line(int line, boolean asserted, int source, long id, long raisedPs)
      implements PicMessage {
    @Override
    public int kind() {
      return 100;
    }

    @Override
    public long fold() {
      return Mix.fold(100, line, asserted ? 1 : 0, source, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<PicMessage> io) {
      handler.onLine(this, io);
    }
  }

  /**
   * OUT to 0x20, 0x21, 0xA0, 0xA1, 0x4D0 or 0x4D1 [root complex].
   *
   * @param port I/O address
   * @param value 8 bits
   */
  record PortWrite(int port, int value) implements PicMessage {
    @Override
    public int kind() {
      return 101;
    }

    @Override
    public long fold() {
      return Mix.fold(101, port, value);
    }

    @Override
    public void to(Handler handler, Io<PicMessage> io) {
      handler.onPortWrite(this, io);
    }
  }

  /**
   * IN [root complex]. Answered with {@link RootComplexMessage.ReadDone}.
   *
   * @param cpu who asks
   * @param tag routes the answer
   * @param port I/O address
   */
  record PortRead(int cpu, int tag, int port) implements PicMessage {
    @Override
    public int kind() {
      return 102;
    }

    @Override
    public long fold() {
      return Mix.fold(102, cpu, tag, port);
    }

    @Override
    public void to(Handler handler, Io<PicMessage> io) {
      handler.onPortRead(this, io);
    }
  }

  /**
   * An acknowledge cycle [local APIC]. Answered with {@link LapicMessage.ExtIntVector}.
   *
   * @param cpu whose local APIC asks
   */
  record Inta(int cpu) implements PicMessage {
    @Override
    public int kind() {
      return 103;
    }

    @Override
    public long fold() {
      return Mix.fold(103, cpu);
    }

    @Override
    public void to(Handler handler, Io<PicMessage> io) {
      handler.onInta(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Line}. */
    void onLine(Line message, Io<PicMessage> io);

    /** Answers {@link PortWrite}. */
    void onPortWrite(PortWrite message, Io<PicMessage> io);

    /** Answers {@link PortRead}. */
    void onPortRead(PortRead message, Io<PicMessage> io);

    /** Answers {@link Inta}. */
    void onInta(Inta message, Io<PicMessage> io);
  }
}
