package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What an IO-APIC receives. */
public sealed interface IoApicMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<IoApicMessage> io);

  /**
   * An input changes [device, root complex, 8259A].
   *
   * @param pin 0 to 239
   * @param asserted the logical level, after polarity
   * @param source component id of who drives it; the pin is the OR of all (IOA-018)
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Line(int pin, boolean asserted, int source, long id, long raisedPs)
      implements IoApicMessage {
    @Override
    public int kind() {
      return 80;
    }

    @Override
    public long fold() {
      return Mix.fold(80, pin, asserted ? 1 : 0, source, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<IoApicMessage> io) {
      handler.onLine(this, io);
    }
  }

  /**
   * End of interrupt of a level vector, broadcast [local APIC] (IOA-008).
   *
   * @param vector 16 to 255
   */
  record Eoi(int vector) implements IoApicMessage {
    @Override
    public int kind() {
      return 81;
    }

    @Override
    public long fold() {
      return Mix.fold(81, vector);
    }

    @Override
    public void to(Handler handler, Io<IoApicMessage> io) {
      handler.onEoi(this, io);
    }
  }

  /**
   * A write to its page [root complex].
   *
   * @param offset 0x00 index, 0x10 window, 0x40 EOI
   * @param value 32 bits
   */
  record RegisterWrite(int offset, int value) implements IoApicMessage {
    @Override
    public int kind() {
      return 82;
    }

    @Override
    public long fold() {
      return Mix.fold(82, offset, value);
    }

    @Override
    public void to(Handler handler, Io<IoApicMessage> io) {
      handler.onRegisterWrite(this, io);
    }
  }

  /**
   * A read of its page [root complex]. Answered with {@link RootComplexMessage.ReadDone}.
   *
   * @param cpu who asks
   * @param tag routes the answer
   * @param offset as of RegisterWrite
   */
  record RegisterRead(int cpu, int tag, int offset) implements IoApicMessage {
    @Override
    public int kind() {
      return 83;
    }

    @Override
    public long fold() {
      return Mix.fold(83, cpu, tag, offset);
    }

    @Override
    public void to(Handler handler, Io<IoApicMessage> io) {
      handler.onRegisterRead(this, io);
    }
  }

  /**
   * An alarm of this IO-APIC expires [itself].
   *
   * @param what which alarm
   * @param data what the chip put there
   */
  record Alarm(int what, long data) implements IoApicMessage {
    @Override
    public int kind() {
      return 84;
    }

    @Override
    public long fold() {
      return Mix.fold(84, what, data);
    }

    @Override
    public void to(Handler handler, Io<IoApicMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Line}. */
    void onLine(Line message, Io<IoApicMessage> io);

    /** Answers {@link Eoi}. */
    void onEoi(Eoi message, Io<IoApicMessage> io);

    /** Answers {@link RegisterWrite}. */
    void onRegisterWrite(RegisterWrite message, Io<IoApicMessage> io);

    /** Answers {@link RegisterRead}. */
    void onRegisterRead(RegisterRead message, Io<IoApicMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<IoApicMessage> io);
  }
}
