package irqlab.cpu.core;

import irqlab.protocol.LapicMessage;

/**
 * One thing that a {@link Program} lets its core do next. Immutable; the common ones are constants.
 *
 * <p>Steps that take no time in the model are posted and the program goes on at once; the others
 * end when their answer comes or their time is over.
 */
public final class Step {
  /** What a step does. */
  public enum Op {
    /** Executes for a picoseconds; interrupts are taken meanwhile if IF is 1. */
    COMPUTE,
    /** Writes b to local APIC register a in the page. Posted. */
    LAPIC_WRITE,
    /** Reads local APIC register a; the answer is its value. */
    LAPIC_READ,
    /** WRMSR a with b; the answer is 0, or {@link #FAULT}. */
    MSR_WRITE,
    /** RDMSR a; the answer is its value; {@link CoreView#faulted} tells of #GP. */
    MSR_READ,
    /** MOV to CR8 of a; the answer is 0 once it is in force. */
    TASK_PRIORITY,
    /** Stores b at device address a. Posted. */
    MMIO_WRITE,
    /** Loads from device address a. */
    MMIO_READ,
    /** Stores b at host address a. Posted. */
    STORE,
    /** Loads the 64-byte line at host address a; see {@link CoreView#line}. */
    LOAD_LINE,
    /** Writes c to configuration space: function a, offset and size in b (size in bits 15:12). */
    CONFIG_WRITE,
    /** Reads configuration space: function a, offset and size in b as above. */
    CONFIG_READ,
    /** OUT of b to port a. */
    PORT_WRITE,
    /** IN from port a. */
    PORT_READ,
    /** Calls the kernel: a is which call, b to e operands; see {@link CoreView#reply}. */
    CALL,
    /** IF := 1; interrupts are taken after the next step (CPU-002). */
    STI,
    /** IF := 0. */
    CLI,
    /** Loads SS: nothing is taken before the next step has ended (CPU-002). */
    MOV_SS,
    /** IF := a, without a shadow. */
    POPF,
    /** INT a: enters the gate of vector a; IF and NMI blocking are as for any gate (CPU-003). */
    INT,
    /** IF := a in the frame that the IRET of this handler will restore. */
    SAVED_FLAG,
    /** Sleeps until an interrupt, a task or a kernel request comes (CPU-009). */
    HALT,
    /** As HALT; with a = 1 INTR ends it also while IF is 0, and stays pending (CPU-009). */
    MWAIT,
    /** Runs another program on top of this one; the answer is 0 when it has ended. */
    RUN,
    /** Ends an interrupt handler: the frame is left and IF and NMI blocking are restored. */
    IRET,
    /** An IRET whose frame is not readable: NMI blocking ends, and #PF is raised (CPU-007). */
    IRET_FAULTING,
    /** Ends a program that was started by {@link #RUN} or as a task. */
    RETURN
  }

  /** The answer of a step that raised #GP or #PF. */
  public static final long FAULT = Long.MIN_VALUE;

  /** Ends an interrupt handler. */
  public static final Step IRET = new Step(Op.IRET, 0, 0, 0, 0, 0, null);

  /** Ends a program. */
  public static final Step RETURN = new Step(Op.RETURN, 0, 0, 0, 0, 0, null);

  /** IF := 1. */
  public static final Step STI = new Step(Op.STI, 0, 0, 0, 0, 0, null);

  /** IF := 0. */
  public static final Step CLI = new Step(Op.CLI, 0, 0, 0, 0, 0, null);

  /** Loads SS. */
  public static final Step MOV_SS = new Step(Op.MOV_SS, 0, 0, 0, 0, 0, null);

  /** Sleeps. */
  public static final Step HALT = new Step(Op.HALT, 0, 0, 0, 0, 0, null);

  /** An IRET that faults, the frame of its handler being unreadable. */
  public static final Step IRET_FAULTING = new Step(Op.IRET_FAULTING, 0, 0, 0, 0, 0, null);

  /** Writes EOI in the page. */
  public static final Step EOI = new Step(Op.LAPIC_WRITE, 0x0B0, 0, 0, 0, 0, null);

  final Op op;
  final long a;
  final long b;
  final long c;
  final long d;
  final long e;
  final Program program;

  /** What a LAPIC_WRITE sends; messages are immutable, so one serves every time. */
  final LapicMessage.RegisterWrite write;

  private Step(Op op, long a, long b, long c, long d, long e, Program program) {
    this.op = op;
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    this.e = e;
    this.program = program;
    write = op == Op.LAPIC_WRITE ? new LapicMessage.RegisterWrite((int) a, (int) b) : null;
  }

  /** Executes for this long; 0 takes no time. */
  public static Step compute(long ps) {
    return new Step(Op.COMPUTE, ps, 0, 0, 0, 0, null);
  }

  /** A step with up to two operands. */
  public static Step of(Op op, long a, long b) {
    return new Step(op, a, b, 0, 0, 0, null);
  }

  /** INT n. */
  public static Step interrupt(int vector) {
    return new Step(Op.INT, vector & 0xFF, 0, 0, 0, 0, null);
  }

  /** POPF. */
  public static Step popf(boolean interruptFlag) {
    return new Step(Op.POPF, interruptFlag ? 1 : 0, 0, 0, 0, 0, null);
  }

  /** Changes the IF that IRET will restore. */
  public static Step savedFlag(boolean interruptFlag) {
    return new Step(Op.SAVED_FLAG, interruptFlag ? 1 : 0, 0, 0, 0, 0, null);
  }

  /** MWAIT, with or without the break-on-masked option. */
  public static Step mwait(boolean breakOnMasked) {
    return new Step(Op.MWAIT, breakOnMasked ? 1 : 0, 0, 0, 0, 0, null);
  }

  /** A call of the kernel. */
  public static Step call(int what, long a, long b, long c, long d) {
    return new Step(Op.CALL, what, a, b, c, d, null);
  }

  /** A write to configuration space. */
  public static Step configWrite(int bdf, int offset, int sizeBytes, int value) {
    return new Step(Op.CONFIG_WRITE, bdf, (long) sizeBytes << 12 | offset, value, 0, 0, null);
  }

  /** A read of configuration space. */
  public static Step configRead(int bdf, int offset, int sizeBytes) {
    return new Step(Op.CONFIG_READ, bdf, (long) sizeBytes << 12 | offset, 0, 0, 0, null);
  }

  /** Runs another program on top. */
  public static Step run(Program program) {
    return new Step(Op.RUN, 0, 0, 0, 0, 0, program);
  }

  @Override
  public String toString() {
    return op + "(0x" + Long.toHexString(a) + ", 0x" + Long.toHexString(b) + ")";
  }
}
