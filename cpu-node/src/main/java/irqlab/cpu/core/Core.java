package irqlab.cpu.core;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.Mark;
import irqlab.observe.Probe;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.KernelMessage;
import irqlab.protocol.LapicMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Rng;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayDeque;

/**
 * A core as far as interrupts see it: it runs {@link Program}s and takes interrupts between their
 * steps and inside their COMPUTE steps.
 *
 * <p>INTR is a level; at an instruction boundary with IF=1 and no shadow the core sends INTA, which
 * clears INTR on both sides, and waits for the vector. While a read or a kernel answer is
 * outstanding the core is inside an instruction: INTR and NMI are latched.
 *
 * <p>Order at a boundary: SMI, INIT, NMI, INTR (CPU-004). One owner.
 *
 * <p><b>Not modelled:</b> instructions themselves, debug traps, machine checks, privilege levels.
 */
public final class Core implements Component<CpuMessage>, CpuMessage.Handler {
  private enum Mode {
    RUN,
    COMPUTE,
    ANSWER,
    VECTOR,
    HALTED,
    WAIT_FOR_SIPI
  }

  private static final int ALARM_COMPUTE = 1;

  private final int cpu;
  private final CorePorts ports;
  private final Accesses accesses;
  private final Software software;
  private final View view = new View();
  private final FrameStack frames = new FrameStack();
  private final Latches latches = new Latches();
  private final Answers answers = new Answers();
  private final ArrayDeque<Program> work = new ArrayDeque<>();
  private Io<CpuMessage> io;
  private Mode mode = Mode.RUN;
  private boolean interruptFlag;
  private boolean shadow;
  private boolean intr;
  private int tag;
  private long alarm;
  private long computeEndPs;

  /** A core that starts its software's first program, or waits for STARTUP when there is none. */
  public Core(int cpu, CorePorts ports, Software software) {
    this.cpu = cpu;
    this.ports = ports;
    this.accesses = new Accesses(cpu, ports);
    this.software = software;
  }

  @Override
  public void start(Io<CpuMessage> at) {
    io = at;
    Program first = software.start();
    if (first == null) {
      mode = Mode.WAIT_FOR_SIPI;
      return;
    }
    frames.push(first, Frame.TASK, false);
    proceed(0);
  }

  @Override
  public void on(CpuMessage message, Io<CpuMessage> at) {
    io = at;
    message.to(this, at);
  }

  @Override
  public void onIntr(CpuMessage.Intr message, Io<CpuMessage> at) {
    intr = message.asserted();
    if (intr) {
      interrupted();
    }
  }

  @Override
  public void onVector(CpuMessage.Vector message, Io<CpuMessage> at) {
    if (mode != Mode.VECTOR) {
      throw new IllegalStateException(
          "vector=0x" + Integer.toHexString(message.vector()) + " not asked for, cpu=" + cpu);
    }
    intr = false; // what it said during the acknowledge belongs to the time before
    int vector = message.vector();
    at.probe().mark(Mark.DISPATCH, message.id(), cpu, vector);
    enter(
        software.interrupt(view, vector, message.spurious(), message.id(), message.raisedPs()),
        Frame.INTERRUPT);
    if (software.interruptGate(vector)) {
      interruptFlag = false;
    }
    proceed(0);
  }

  @Override
  public void onNmi(CpuMessage.Nmi message, Io<CpuMessage> at) {
    latches.nmi(message.id(), message.raisedPs(), at.probe());
    interrupted();
  }

  @Override
  public void onSmi(CpuMessage.Smi message, Io<CpuMessage> at) {
    latches.smi(message.id(), message.raisedPs(), at.probe());
    interrupted();
  }

  @Override
  public void onInit(CpuMessage.Init message, Io<CpuMessage> at) {
    latches.init(message.id(), message.raisedPs(), at.probe());
    interrupted();
  }

  @Override
  public void onStartup(CpuMessage.Startup message, Io<CpuMessage> at) {
    if (mode != Mode.WAIT_FOR_SIPI) {
      // CPU-014: dropped, so that the second STARTUP of a pair does nothing.
      if (message.id() != 0) {
        at.probe().closed(message.id(), Fate.IGNORED);
      }
      return;
    }
    if (message.id() != 0) {
      at.probe().handled(message.id(), cpu, message.page(), at.nowPs() - message.raisedPs());
    }
    mode = Mode.RUN;
    frames.push(software.startup(view, message.page()), Frame.TASK, false);
    proceed(0);
  }

  @Override
  public void onCompletion(CpuMessage.Completion message, Io<CpuMessage> at) {
    answered(message.tag(), message.value());
  }

  @Override
  public void onLineCompletion(CpuMessage.LineCompletion message, Io<CpuMessage> at) {
    answers.take(message);
    answered(message.tag(), message.w0());
  }

  @Override
  public void onFault(CpuMessage.Fault message, Io<CpuMessage> at) {
    answers.faulted = true;
    answered(message.tag(), Step.FAULT);
  }

  @Override
  public void onPriorityDone(CpuMessage.PriorityDone message, Io<CpuMessage> at) {
    intr = message.intr();
    answered(message.tag(), 0);
  }

  @Override
  public void onReply(CpuMessage.Reply message, Io<CpuMessage> at) {
    answers.take(message);
    answered(message.tag(), message.code());
  }

  @Override
  public void onRequest(CpuMessage.Request message, Io<CpuMessage> at) {
    queue(software.request(view, message));
  }

  @Override
  public void onTask(CpuMessage.Task message, Io<CpuMessage> at) {
    queue(software.task(view, message));
  }

  @Override
  public void onAlarm(CpuMessage.Alarm message, Io<CpuMessage> at) {
    mode = Mode.RUN;
    alarm = 0;
    proceed(0);
  }

  // Something that can be taken came: at a boundary it is taken now, else at the next one.
  private void interrupted() {
    if (mode == Mode.WAIT_FOR_SIPI) {
      latches.dropWhileWaiting(io.probe());
      return;
    }
    if (mode == Mode.COMPUTE || mode == Mode.HALTED) {
      take();
    }
  }

  // Work runs in task context, above the first program of the stack.
  private void queue(Program program) {
    if (program == null) {
      return;
    }
    work.add(program);
    if (mode == Mode.HALTED && frames.depth() == 1) {
      mode = Mode.RUN;
      proceed(0);
    }
  }

  // Takes the most urgent event that may be taken. True when the core now does something else.
  private boolean take() {
    if (latches.any() && takeLatched()) {
      return true;
    }
    if (intr && interruptFlag) {
      suspend();
      mode = Mode.VECTOR;
      io.send(ports.lapic(), new LapicMessage.Inta());
      return true;
    }
    return false;
  }

  private boolean takeLatched() {
    if (latches.smiReady()) {
      suspend();
      long id = latches.takeSmi();
      enter(software.smi(view, id, latches.raisedPs()), Frame.SMM);
      interruptFlag = false;
      proceed(0);
      return true;
    }
    if (latches.initReady(frames.inSmm())) {
      reset();
      return true;
    }
    if (latches.nmiReady()) {
      suspend();
      long id = latches.takeNmi();
      enter(software.nmi(view, id, latches.raisedPs()), Frame.NMI);
      interruptFlag = false;
      proceed(0);
      return true;
    }
    return false;
  }

  // Leaves a COMPUTE step with the rest of its time kept in its frame.
  private void suspend() {
    if (mode == Mode.COMPUTE) {
      io.cancel(alarm);
      alarm = 0;
      frames.top().remainingPs = computeEndPs - io.nowPs();
    }
    mode = Mode.RUN;
  }

  private void enter(Program program, int frameKind) {
    frames.push(program, frameKind, interruptFlag);
    frames.entered(io.nowPs());
    mode = Mode.RUN;
  }

  private void reset() {
    long id = latches.takeInit();
    if (id != 0) {
      io.probe().handled(id, cpu, 0, io.nowPs() - latches.raisedPs());
    }
    suspend();
    frames.clear();
    latches.reset(io.probe());
    work.clear();
    interruptFlag = false;
    shadow = false;
    intr = false;
    mode = Mode.WAIT_FOR_SIPI;
    io.send(ports.lapic(), new LapicMessage.Reset(false));
  }

  private void answered(int ofTag, long value) {
    if (mode != Mode.ANSWER || ofTag != tag) {
      throw new IllegalStateException(
          "tag=" + ofTag + " expected=" + tag + " mode=" + mode + " cpu=" + cpu);
    }
    mode = Mode.RUN;
    proceed(value);
  }

  // Runs steps until one takes time. Each turn is an instruction boundary.
  private void proceed(long firstAnswer) {
    long answer = firstAnswer;
    while (mode == Mode.RUN) {
      boolean held = shadow;
      shadow = false;
      if (!held && anythingReady()) {
        hold(answer);
        if (take()) {
          return;
        }
      }
      Frame top = frames.top();
      if (top.remainingPs > 0) {
        compute(top.remainingPs);
        top.remainingPs = 0;
      } else if (frames.depth() == 1 && !work.isEmpty()) {
        hold(answer);
        frames.push(work.poll(), Frame.TASK, interruptFlag);
        answer = 0;
      } else {
        if (top.held) {
          top.held = false;
          answer = top.answer;
          answers.giveBack(top);
        }
        answers.unread = false;
        answer = execute(top.program.resume(view, answer));
      }
    }
    // A shadow ends inside the step that it covered.
    if ((mode == Mode.COMPUTE || mode == Mode.HALTED) && anythingReady()) {
      take();
    }
  }

  private boolean anythingReady() {
    return (intr && interruptFlag) || latches.any();
  }

  // The answer of the step that just ended belongs to the frame below what comes on top.
  private void hold(long answer) {
    Frame top = frames.top();
    if (!top.held) {
      top.held = true;
      top.answer = answer;
      answers.keepFor(top);
    }
  }

  // Begins a step; returns its answer when it has ended already.
  private long execute(Step step) {
    switch (step.op) {
      case COMPUTE:
        if (step.a > 0) {
          compute(step.a);
        }
        return 0;
      case LAPIC_WRITE:
      case MMIO_WRITE:
      case STORE:
        accesses.post(step, io);
        return 0;
      case STI:
        // CPU-002: only a change from 0 to 1 opens the shadow.
        shadow = !interruptFlag;
        interruptFlag = true;
        return 0;
      case CLI:
        interruptFlag = false;
        return 0;
      case MOV_SS:
        shadow = true;
        return 0;
      case HALT:
        if (work.isEmpty() || frames.depth() > 1) {
          mode = Mode.HALTED;
        }
        return 0;
      case RUN:
        frames.push(step.program, Frame.TASK, interruptFlag);
        return 0;
      case IRET:
      case RETURN:
        leave(step.op == Step.Op.IRET);
        return 0;
      default:
        ask(step);
        return 0;
    }
  }

  private void leave(boolean iret) {
    Frame left = frames.pop();
    frames.left(left, io.nowPs());
    if (iret) {
      interruptFlag = left.interruptFlag;
      latches.left(left.kind);
    }
  }

  private void compute(long ps) {
    mode = Mode.COMPUTE;
    computeEndPs = io.nowPs() + ps;
    alarm = io.alarm(ps, new CpuMessage.Alarm(ALARM_COMPUTE, 0));
  }

  private void ask(Step step) {
    mode = Mode.ANSWER;
    answers.faulted = false;
    tag = Math.max(1, tag + 1);
    accesses.request(step, tag, io);
  }

  @Override
  public void save(StateWriter out) {
    out.putByte(mode.ordinal());
    out.putBoolean(interruptFlag);
    out.putBoolean(shadow);
    out.putBoolean(intr);
    out.putInt(tag);
    out.putLong(alarm);
    out.putLong(computeEndPs);
    answers.save(out);
    latches.save(out);
    software.save(out);
    out.putInt(work.size());
    for (Program each : work) {
      out.putByte(each.kind());
      each.save(out);
    }
    frames.save(out);
  }

  @Override
  public void load(StateReader in) {
    mode = Mode.values()[in.getByte()];
    interruptFlag = in.getBoolean();
    shadow = in.getBoolean();
    intr = in.getBoolean();
    tag = in.getInt();
    alarm = in.getLong();
    computeEndPs = in.getLong();
    answers.load(in);
    latches.load(in);
    software.load(in);
    work.clear();
    for (int left = in.count(1); left > 0; left--) {
      work.add(software.load(in.getByte(), in));
    }
    frames.load(in, software);
  }

  @Override
  public void inspect(Inspector out) {
    out.text("mode", mode.name());
    out.value("if", interruptFlag ? 1 : 0);
    out.value("intr", intr ? 1 : 0);
    out.value("stack.depth", frames.depth());
    out.value("stack.interrupts.max", frames.interruptsMax());
    out.value("interrupts.ps", frames.handlersPs());
    out.value("interrupts.last_ps", frames.lastLeftPs());
    latches.inspect(out);
    software.inspect(out);
  }

  private final class View implements CoreView {
    @Override
    public int cpu() {
      return cpu;
    }

    @Override
    public long nowPs() {
      return io.nowPs();
    }

    @Override
    public long line(int index) {
      return answers.line[index];
    }

    @Override
    public long reply(int index) {
      return answers.reply[index];
    }

    @Override
    public boolean faulted() {
      return answers.faulted;
    }

    @Override
    public Rng rng() {
      return io.rng();
    }

    @Override
    public Probe probe() {
      return io.probe();
    }

    @Override
    public void tell(int what, long a, long b, long c, long d) {
      io.send(ports.kernel(), new KernelMessage.Call(cpu, 0, what, a, b, c, d));
      io.probe().count(Counter.KERNEL_CALLS);
    }
  }
}
