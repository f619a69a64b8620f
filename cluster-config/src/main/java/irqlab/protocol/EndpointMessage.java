package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What a device receives: a PCIe endpoint or a source of a legacy line. */
public sealed interface EndpointMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<EndpointMessage> io);

  /**
   * A write to BAR 0 [root complex].
   *
   * @param offset from the start of BAR 0
   * @param value up to 64 bits
   */
  record MmioWrite(int offset, long value) implements EndpointMessage {
    @Override
    public int kind() {
      return 180;
    }

    @Override
    public long fold() {
      return Mix.fold(180, offset, value);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onMmioWrite(this, io);
    }
  }

  /**
   * A read of BAR 0 [root complex]. Answered with {@link RootComplexMessage.ReadDone}.
   *
   * @param cpu who asks
   * @param tag routes the answer
   * @param offset from the start of BAR 0
   */
  record MmioRead(int cpu, int tag, int offset) implements EndpointMessage {
    @Override
    public int kind() {
      return 181;
    }

    @Override
    public long fold() {
      return Mix.fold(181, cpu, tag, offset);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onMmioRead(this, io);
    }
  }

  /**
   * A write to its configuration space [root complex]. Answered with {@link
   * RootComplexMessage.ReadDone}.
   *
   * @param cpu who asks
   * @param tag routes the answer
   * @param offset 0 to 0xFFF
   * @param sizeBytes 1, 2 or 4
   * @param value the low bytes count
   */
  record ConfigWrite(int cpu, int tag, int offset, int sizeBytes, int value)
      implements EndpointMessage {
    @Override
    public int kind() {
      return 182;
    }

    @Override
    public long fold() {
      return Mix.fold(182, cpu, tag, offset, sizeBytes, value);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onConfigWrite(this, io);
    }
  }

  /**
   * A read of its configuration space [root complex]. Answered with {@link
   * RootComplexMessage.ReadDone}.
   *
   * @param cpu who asks
   * @param tag routes the answer
   * @param offset 0 to 0xFFF
   * @param sizeBytes 1, 2 or 4
   */
  record ConfigRead(int cpu, int tag, int offset, int sizeBytes) implements EndpointMessage {
    @Override
    public int kind() {
      return 183;
    }

    @Override
    public long fold() {
      return Mix.fold(183, cpu, tag, offset, sizeBytes);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onConfigRead(this, io);
    }
  }

  /**
   * The answer to a DMA read [root complex].
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
      implements EndpointMessage {
    @Override
    public int kind() {
      return 184;
    }

    @Override
    public long fold() {
      return Mix.fold(184, tag, w0, w1, w2, w3, w4, w5, w6, w7);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onLineCompletion(this, io);
    }
  }

  /**
   * The outside world acts on the device: a raise now, the start or end of its load [load source,
   * monitor]. See {@link EndpointCommands}.
   *
   * @param what which command
   * @param entry entry of the device, from 0
   * @param a first operand
   * @param b second operand
   * @param c third operand
   */
  record Command(int what, int entry, long a, long b, long c) implements EndpointMessage {
    @Override
    public int kind() {
      return 185;
    }

    @Override
    public long fold() {
      return Mix.fold(185, what, entry, a, b, c);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onCommand(this, io);
    }
  }

  /**
   * An alarm of this device expires [itself].
   *
   * @param what which alarm
   * @param data what the device put there
   */
  record Alarm(int what, long data) implements EndpointMessage {
    @Override
    public int kind() {
      return 186;
    }

    @Override
    public long fold() {
      return Mix.fold(186, what, data);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /**
   * UpdateFC for posted headers: how many posted TLPs this function may have sent since power-up
   * [root complex].
   *
   * <p>A sum and not a difference, as on the link, so that one that is lost is made good by the
   * next. Wraps at 2^32, where the link's field wraps at 2^8.
   *
   * @param limit CREDIT_LIMIT of posted headers
   */
  record UpdateFc(int limit) implements EndpointMessage {
    @Override
    public int kind() {
      return 187;
    }

    @Override
    public long fold() {
      return Mix.fold(187, limit);
    }

    @Override
    public void to(Handler handler, Io<EndpointMessage> io) {
      handler.onUpdateFc(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link MmioWrite}. */
    void onMmioWrite(MmioWrite message, Io<EndpointMessage> io);

    /** Answers {@link MmioRead}. */
    void onMmioRead(MmioRead message, Io<EndpointMessage> io);

    /** Answers {@link ConfigWrite}. */
    void onConfigWrite(ConfigWrite message, Io<EndpointMessage> io);

    /** Answers {@link ConfigRead}. */
    void onConfigRead(ConfigRead message, Io<EndpointMessage> io);

    /** Answers {@link LineCompletion}. */
    void onLineCompletion(LineCompletion message, Io<EndpointMessage> io);

    /** Answers {@link Command}. */
    void onCommand(Command message, Io<EndpointMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<EndpointMessage> io);

    /** Answers {@link UpdateFc}. */
    void onUpdateFc(UpdateFc message, Io<EndpointMessage> io);
  }
}
