package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What the root complex receives: from cores, devices, IO-APICs and memory. */
public sealed interface RootComplexMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<RootComplexMessage> io);

  /**
   * A posted write of an interrupt message [endpoint, IO-APIC].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param address 0xFEExxxxx, or remappable format
   * @param data 32 bits
   * @param requester bus, device and function of the sender, 16 bits
   * @param attributes see {@link PostedAttributes}
   */
  record MsiWrite(long id, long raisedPs, long address, int data, int requester, int attributes)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 120;
    }

    @Override
    public long fold() {
      return Mix.fold(120, id, raisedPs, address, data, requester, attributes);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onMsiWrite(this, io);
    }
  }

  /**
   * A posted write of one word to host memory [endpoint].
   *
   * @param requester 16 bits
   * @param address byte address, multiple of 8
   * @param word 8 bytes
   * @param attributes see {@link PostedAttributes}
   */
  record DmaWrite(int requester, long address, long word, int attributes)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 121;
    }

    @Override
    public long fold() {
      return Mix.fold(121, requester, address, word, attributes);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onDmaWrite(this, io);
    }
  }

  /**
   * A read of a 64-byte line [endpoint]. Answered with {@link EndpointMessage.LineCompletion}.
   *
   * @param requester 16 bits
   * @param tag routes the answer
   * @param address byte address, multiple of 64
   */
  record DmaRead(int requester, int tag, long address) implements RootComplexMessage {
    @Override
    public int kind() {
      return 122;
    }

    @Override
    public long fold() {
      return Mix.fold(122, requester, tag, address);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onDmaRead(this, io);
    }
  }

  /**
   * A store to device memory, posted [core].
   *
   * @param cpu who writes
   * @param address byte address
   * @param value up to 64 bits
   */
  record CpuWrite(int cpu, long address, long value) implements RootComplexMessage {
    @Override
    public int kind() {
      return 123;
    }

    @Override
    public long fold() {
      return Mix.fold(123, cpu, address, value);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onCpuWrite(this, io);
    }
  }

  /**
   * A load from device memory [core]. Answered with {@link CpuMessage.Completion}.
   *
   * @param cpu who reads
   * @param tag routes the answer
   * @param address byte address
   */
  record CpuRead(int cpu, int tag, long address) implements RootComplexMessage {
    @Override
    public int kind() {
      return 124;
    }

    @Override
    public long fold() {
      return Mix.fold(124, cpu, tag, address);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onCpuRead(this, io);
    }
  }

  /**
   * A write to configuration space [core]. Answered with {@link CpuMessage.Completion}.
   *
   * @param cpu who writes
   * @param tag routes the answer
   * @param bdf target, 16 bits
   * @param offset 0 to 0xFFF
   * @param sizeBytes 1, 2 or 4
   * @param value the low bytes count
   */
  record ConfigWrite(int cpu, int tag, int bdf, int offset, int sizeBytes, int value)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 125;
    }

    @Override
    public long fold() {
      return Mix.fold(125, cpu, tag, bdf, offset, sizeBytes, value);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onConfigWrite(this, io);
    }
  }

  /**
   * A read of configuration space [core]. Answered with {@link CpuMessage.Completion}.
   *
   * @param cpu who reads
   * @param tag routes the answer
   * @param bdf target, 16 bits
   * @param offset 0 to 0xFFF
   * @param sizeBytes 1, 2 or 4
   */
  record ConfigRead(int cpu, int tag, int bdf, int offset, int sizeBytes)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 126;
    }

    @Override
    public long fold() {
      return Mix.fold(126, cpu, tag, bdf, offset, sizeBytes);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onConfigRead(this, io);
    }
  }

  /**
   * OUT [core]. Answered with {@link CpuMessage.Completion}.
   *
   * @param cpu who writes
   * @param tag routes the answer
   * @param port I/O address
   * @param value 8 bits
   */
  record PortWrite(int cpu, int tag, int port, int value) implements RootComplexMessage {
    @Override
    public int kind() {
      return 127;
    }

    @Override
    public long fold() {
      return Mix.fold(127, cpu, tag, port, value);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onPortWrite(this, io);
    }
  }

  /**
   * IN [core]. Answered with {@link CpuMessage.Completion}.
   *
   * @param cpu who reads
   * @param tag routes the answer
   * @param port I/O address
   */
  record PortRead(int cpu, int tag, int port) implements RootComplexMessage {
    @Override
    public int kind() {
      return 128;
    }

    @Override
    public long fold() {
      return Mix.fold(128, cpu, tag, port);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onPortRead(this, io);
    }
  }

  /**
   * The answer to a core's read or configuration write [endpoint, IO-APIC, 8259A].
   *
   * @param cpu who asked
   * @param tag of the request
   * @param value what was read
   */
  record ReadDone(int cpu, int tag, long value) implements RootComplexMessage {
    @Override
    public int kind() {
      return 129;
    }

    @Override
    public long fold() {
      return Mix.fold(129, cpu, tag, value);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onReadDone(this, io);
    }
  }

  /**
   * The answer to a device's read [memory].
   *
   * @param requester who asked, 16 bits
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
  record LineDone(
      int requester,
      int tag,
      long w0,
      long w1,
      long w2,
      long w3,
      long w4,
      long w5,
      long w6,
      long w7)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 130;
    }

    @Override
    public long fold() {
      return Mix.fold(130, requester, tag, w0, w1, w2, w3, w4, w5, w6, w7);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onLineDone(this, io);
    }
  }

  /**
   * Assert_INTx or Deassert_INTx, posted [endpoint] (PCI-001).
   *
   * @param requester 16 bits
   * @param pin 1 to 4: INTA to INTD
   * @param asserted assert or deassert
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Intx(int requester, int pin, boolean asserted, long id, long raisedPs)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 131;
    }

    @Override
    public long fold() {
      return Mix.fold(131, requester, pin, asserted ? 1 : 0, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onIntx(this, io);
    }
  }

  /**
   * A local APIC changed what it answers to [that local APIC].
   *
   * @param cpu whose
   * @param apicId 8 bits in xAPIC mode, 32 in x2APIC mode
   * @param logicalId LDR
   * @param mode which of the modes
   * @param cluster DFR model is cluster
   * @param enabled SVR bit 8
   * @param priority TPR, 0 to 255
   */
  record DirectoryUpdate(
      int cpu,
      int apicId,
      int logicalId,
      ApicMode mode,
      boolean cluster,
      boolean enabled,
      int priority)
      implements RootComplexMessage {
    @Override
    public int kind() {
      return 132;
    }

    @Override
    public long fold() {
      return Mix.fold(
          132, cpu, apicId, logicalId, mode.code(), cluster ? 1 : 0, enabled ? 1 : 0, priority);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onDirectoryUpdate(this, io);
    }
  }

  /**
   * An alarm of the root complex expires [itself].
   *
   * @param what which alarm
   * @param data what the chip put there
   */
  record Alarm(int what, long data) implements RootComplexMessage {
    @Override
    public int kind() {
      return 133;
    }

    @Override
    public long fold() {
      return Mix.fold(133, what, data);
    }

    @Override
    public void to(Handler handler, Io<RootComplexMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link MsiWrite}. */
    void onMsiWrite(MsiWrite message, Io<RootComplexMessage> io);

    /** Answers {@link DmaWrite}. */
    void onDmaWrite(DmaWrite message, Io<RootComplexMessage> io);

    /** Answers {@link DmaRead}. */
    void onDmaRead(DmaRead message, Io<RootComplexMessage> io);

    /** Answers {@link CpuWrite}. */
    void onCpuWrite(CpuWrite message, Io<RootComplexMessage> io);

    /** Answers {@link CpuRead}. */
    void onCpuRead(CpuRead message, Io<RootComplexMessage> io);

    /** Answers {@link ConfigWrite}. */
    void onConfigWrite(ConfigWrite message, Io<RootComplexMessage> io);

    /** Answers {@link ConfigRead}. */
    void onConfigRead(ConfigRead message, Io<RootComplexMessage> io);

    /** Answers {@link PortWrite}. */
    void onPortWrite(PortWrite message, Io<RootComplexMessage> io);

    /** Answers {@link PortRead}. */
    void onPortRead(PortRead message, Io<RootComplexMessage> io);

    /** Answers {@link ReadDone}. */
    void onReadDone(ReadDone message, Io<RootComplexMessage> io);

    /** Answers {@link LineDone}. */
    void onLineDone(LineDone message, Io<RootComplexMessage> io);

    /** Answers {@link Intx}. */
    void onIntx(Intx message, Io<RootComplexMessage> io);

    /** Answers {@link DirectoryUpdate}. */
    void onDirectoryUpdate(DirectoryUpdate message, Io<RootComplexMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<RootComplexMessage> io);
  }
}
