package irqlab.protocol;

import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;

/** What a local APIC receives: from the bus, its core, its pins, and itself. */
public sealed interface LapicMessage extends Message {
  /** Hands this message to the method that answers it. */
  void to(Handler handler, Io<LapicMessage> io);

  /**
   * An interrupt message from the bus: MSI, MSI-X or IO-APIC [root complex].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param vector 0 to 255; 0 to 15 are refused (LAPIC-005)
   * @param mode delivery mode, data bits 10:8
   * @param level true for level triggered, data bit 15
   * @param asserted data bit 14; only INIT looks at it
   */
  record Interrupt(
      long id, long raisedPs, int vector, DeliveryMode mode, boolean level, boolean asserted)
      implements LapicMessage {
    @Override
    public int kind() {
      return 1;
    }

    @Override
    public long fold() {
      return Mix.fold(1, id, raisedPs, vector, mode.code(), level ? 1 : 0, asserted ? 1 : 0);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onInterrupt(this, io);
    }
  }

  /**
   * An inter-processor interrupt [another local APIC, or this one].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param vector 0 to 255; of a STARTUP the page
   * @param mode delivery mode, ICR bits 10:8
   * @param level ICR bit 15
   * @param asserted ICR bit 14
   */
  record Ipi(long id, long raisedPs, int vector, DeliveryMode mode, boolean level, boolean asserted)
      implements LapicMessage {
    @Override
    public int kind() {
      return 2;
    }

    @Override
    public long fold() {
      return Mix.fold(2, id, raisedPs, vector, mode.code(), level ? 1 : 0, asserted ? 1 : 0);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onIpi(this, io);
    }
  }

  /** Interrupt acknowledge [its core]. Answered with {@link CpuMessage.Vector}. */
  record Inta() implements LapicMessage {
    @Override
    public int kind() {
      return 3;
    }

    @Override
    public long fold() {
      return Mix.fold(3, 0);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onInta(this, io);
    }
  }

  /**
   * A write to the register page, posted [its core].
   *
   * @param offset 0x000 to 0xFF0 on 16-byte boundaries
   * @param value 32 bits
   */
  record RegisterWrite(int offset, int value) implements LapicMessage {
    @Override
    public int kind() {
      return 4;
    }

    @Override
    public long fold() {
      return Mix.fold(4, offset, value);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onRegisterWrite(this, io);
    }
  }

  /**
   * A read of the register page [its core]. Answered with {@link CpuMessage.Completion}.
   *
   * @param tag routes the answer
   * @param offset 0x000 to 0xFF0
   */
  record RegisterRead(int tag, int offset) implements LapicMessage {
    @Override
    public int kind() {
      return 5;
    }

    @Override
    public long fold() {
      return Mix.fold(5, tag, offset);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onRegisterRead(this, io);
    }
  }

  /**
   * WRMSR to IA32_APIC_BASE, the x2APIC range or the TSC deadline [its core]. Answered with {@link
   * CpuMessage.Completion} or {@link CpuMessage.Fault}.
   *
   * @param tag routes the answer
   * @param msr 0x01B, 0x6E0, 0x800 to 0x8FF
   * @param value 64 bits
   */
  record MsrWrite(int tag, int msr, long value) implements LapicMessage {
    @Override
    public int kind() {
      return 6;
    }

    @Override
    public long fold() {
      return Mix.fold(6, tag, msr, value);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onMsrWrite(this, io);
    }
  }

  /**
   * RDMSR [its core]. Answered as {@link MsrWrite}.
   *
   * @param tag routes the answer
   * @param msr as of MsrWrite
   */
  record MsrRead(int tag, int msr) implements LapicMessage {
    @Override
    public int kind() {
      return 7;
    }

    @Override
    public long fold() {
      return Mix.fold(7, tag, msr);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onMsrRead(this, io);
    }
  }

  /**
   * MOV to CR8 [its core]. Answered with {@link CpuMessage.PriorityDone}.
   *
   * @param tag routes the answer
   * @param cr8 0 to 15; becomes TPR[7:4]
   */
  record TaskPriority(int tag, int cr8) implements LapicMessage {
    @Override
    public int kind() {
      return 8;
    }

    @Override
    public long fold() {
      return Mix.fold(8, tag, cr8);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onTaskPriority(this, io);
    }
  }

  /**
   * A local interrupt pin changes [8259A, NMI button].
   *
   * @param pin 0 or 1
   * @param asserted the logical level
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   */
  record Lint(int pin, boolean asserted, long id, long raisedPs) implements LapicMessage {
    @Override
    public int kind() {
      return 9;
    }

    @Override
    public long fold() {
      return Mix.fold(9, pin, asserted ? 1 : 0, id, raisedPs);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onLint(this, io);
    }
  }

  /**
   * The vector of an ExtINT acknowledge that this local APIC forwarded [8259A].
   *
   * @param id the interrupt it belongs to; see {@link irqlab.observe.InterruptId}
   * @param raisedPs intended time of the raise
   * @param vector 0 to 255
   */
  record ExtIntVector(long id, long raisedPs, int vector) implements LapicMessage {
    @Override
    public int kind() {
      return 10;
    }

    @Override
    public long fold() {
      return Mix.fold(10, id, raisedPs, vector);
    }

    @Override
    public long interruptId() {
      return id;
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onExtIntVector(this, io);
    }
  }

  /**
   * Another local APIC changed what it answers to [that local APIC].
   *
   * @param cpu whose
   * @param apicId 8 bits in xAPIC mode, 32 in x2APIC mode
   * @param logicalId LDR: bits 31:24 in xAPIC mode, all 32 in x2APIC mode
   * @param mode which of the modes
   * @param cluster DFR model is cluster
   * @param enabled SVR bit 8
   * @param priority TPR, 0 to 255; only kept up to date under the lowest-TPR policy
   */
  record DirectoryUpdate(
      int cpu,
      int apicId,
      int logicalId,
      ApicMode mode,
      boolean cluster,
      boolean enabled,
      int priority)
      implements LapicMessage {
    @Override
    public int kind() {
      return 11;
    }

    @Override
    public long fold() {
      return Mix.fold(
          11, cpu, apicId, logicalId, mode.code(), cluster ? 1 : 0, enabled ? 1 : 0, priority);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onDirectoryUpdate(this, io);
    }
  }

  /**
   * Something inside the CPU that has an LVT entry happened [its core].
   *
   * @param lvt register offset of the LVT entry: 0x2F0 CMCI, 0x330 thermal, 0x340 performance
   */
  record LocalEvent(int lvt) implements LapicMessage {
    @Override
    public int kind() {
      return 12;
    }

    @Override
    public long fold() {
      return Mix.fold(12, lvt);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onLocalEvent(this, io);
    }
  }

  /**
   * The CPU is reset [its core].
   *
   * @param powerUp true at power-up, false for INIT (CPU-015)
   */
  record Reset(boolean powerUp) implements LapicMessage {
    @Override
    public int kind() {
      return 13;
    }

    @Override
    public long fold() {
      return Mix.fold(13, powerUp ? 1 : 0);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onReset(this, io);
    }
  }

  /**
   * An alarm of this local APIC expires [itself].
   *
   * @param what which alarm
   * @param data what the chip put there
   */
  record Alarm(int what, long data) implements LapicMessage {
    @Override
    public int kind() {
      return 14;
    }

    @Override
    public long fold() {
      return Mix.fold(14, what, data);
    }

    @Override
    public void to(Handler handler, Io<LapicMessage> io) {
      handler.onAlarm(this, io);
    }
  }

  /** One method for each message; whoever receives this protocol answers all of them. */
  interface Handler {
    /** Answers {@link Interrupt}. */
    void onInterrupt(Interrupt message, Io<LapicMessage> io);

    /** Answers {@link Ipi}. */
    void onIpi(Ipi message, Io<LapicMessage> io);

    /** Answers {@link Inta}. */
    void onInta(Inta message, Io<LapicMessage> io);

    /** Answers {@link RegisterWrite}. */
    void onRegisterWrite(RegisterWrite message, Io<LapicMessage> io);

    /** Answers {@link RegisterRead}. */
    void onRegisterRead(RegisterRead message, Io<LapicMessage> io);

    /** Answers {@link MsrWrite}. */
    void onMsrWrite(MsrWrite message, Io<LapicMessage> io);

    /** Answers {@link MsrRead}. */
    void onMsrRead(MsrRead message, Io<LapicMessage> io);

    /** Answers {@link TaskPriority}. */
    void onTaskPriority(TaskPriority message, Io<LapicMessage> io);

    /** Answers {@link Lint}. */
    void onLint(Lint message, Io<LapicMessage> io);

    /** Answers {@link ExtIntVector}. */
    void onExtIntVector(ExtIntVector message, Io<LapicMessage> io);

    /** Answers {@link DirectoryUpdate}. */
    void onDirectoryUpdate(DirectoryUpdate message, Io<LapicMessage> io);

    /** Answers {@link LocalEvent}. */
    void onLocalEvent(LocalEvent message, Io<LapicMessage> io);

    /** Answers {@link Reset}. */
    void onReset(Reset message, Io<LapicMessage> io);

    /** Answers {@link Alarm}. */
    void onAlarm(Alarm message, Io<LapicMessage> io);
  }
}
