package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What host memory receives. */
public sealed interface MemoryMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<MemoryMessage> io);

  /**
   * A store of one word [root complex, core].
   *
   * @param address byte address, multiple of 8
   * @param word 8 bytes
   */
  record Write(long address, long word) implements MemoryMessage {
    @Override
    public int kind() {
      return 160;
    }

    @Override
    public long fold() {
      return Mix.fold(160, address, word);
    }

    @Override
    public void to(Handler handler, Io<MemoryMessage> io) {
      handler.onWrite(this, io);
    }
  }

  /**
   * A load of a 64-byte line [core]. Answered with {@link CpuMessage.LineCompletion}.
   *
   * @param cpu who reads
   * @param tag routes the answer
   * @param address byte address, multiple of 64
   */
  record CpuLine(int cpu, int tag, long address) implements MemoryMessage {
    @Override
    public int kind() {
      return 161;
    }

    @Override
    public long fold() {
      return Mix.fold(161, cpu, tag, address);
    }

    @Override
    public void to(Handler handler, Io<MemoryMessage> io) {
      handler.onCpuLine(this, io);
    }
  }

  /**
   * A device's load of a 64-byte line [root complex]. Answered with {@link
   * RootComplexMessage.LineDone}.
   *
   * @param requester 16 bits
   * @param tag routes the answer
   * @param address byte address, multiple of 64
   */
  record DmaLine(int requester, int tag, long address) implements MemoryMessage {
    @Override
    public int kind() {
      return 162;
    }

    @Override
    public long fold() {
      return Mix.fold(162, requester, tag, address);
    }

    @Override
    public void to(Handler handler, Io<MemoryMessage> io) {
      handler.onDmaLine(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Write}. */
    void onWrite(Write message, Io<MemoryMessage> io);

    /** Answers {@link CpuLine}. */
    void onCpuLine(CpuLine message, Io<MemoryMessage> io);

    /** Answers {@link DmaLine}. */
    void onDmaLine(DmaLine message, Io<MemoryMessage> io);
  }
}
