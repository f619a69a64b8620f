package irqlab.cpu.core;

import irqlab.observe.Fate;
import irqlab.observe.Mark;
import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.LapicMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
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
 * <p><b>Not modelled:</b> instructions themselves, debug traps, machine checks, privilege levels,
 * stack switches.
 */
public final class Core implements Component<CpuMessage>, CpuMessage.Handler {
  private enum Mode {
    RUN,
    COMPUTE,
    ANSWER,
    VECTOR,
    HALTED,
    WAIT_FOR_SIPI,
    SHUTDOWN
  }

  private static final CpuMessage.Alarm COMPUTED = new CpuMessage.Alarm(1, 0);
  private static final LapicMessage.Inta ACKNOWLEDGE = new LapicMessage.Inta();

  private final int cpu;
  private final CorePorts ports;
  private final Accesses accesses;
  private final Software software;
  private final FrameStack frames = new FrameStack();
  private final Latches latches = new Latches();
  private final Answers answers = new Answers();
  private final RunningView view;
  private final Gates gates;
  private final ArrayDeque<Program> work = new ArrayDeque<>();
  private Io<CpuMessage> io;
  private Mode mode = Mode.RUN;
  private boolean shadow;
  // The step that begins stands in a shadow; of no meaning between reactions.
  private boolean inShadow;
  private boolean intr;
  private boolean breakOnMasked;
  private int tag;
  private long alarm;
  private long computeEndPs;

  /**
   * A core that starts its software's first program, or waits for STARTUP when there is none.
   *
   * @param mode that its local APIC starts in
   */
  public Core(int cpu, CorePorts ports, Software software, ApicMode mode) {
    this.cpu = cpu;
    this.ports = ports;
    this.accesses = new Accesses(cpu, ports, mode);
    this.software = software;
    view = new RunningView(cpu, ports, answers);
    gates = new Gates(software, view, frames, answers);
  }

  @Override
  public void start(Io<CpuMessage> at) {
    bind(at);
    Program first = software.start();
    if (first == null) {
      mode = Mode.WAIT_FOR_SIPI;
      return;
    }
    frames.push(first, Frame.TASK, 0, false);
    proceed(0);
  }

  @Override
  public void on(CpuMessage message, Io<CpuMessage> at) {
    if (io != at) {
      bind(at);
    }
    message.to(this, at);
  }

  private void bind(Io<CpuMessage> at) {
    io = at;
    view.io = at;
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
    long where = (long) cpu << 8 | message.vector();
    at.probe().mark(Mark.DISPATCH, message.id(), where, message.raisedPs());
    mode = gates.acknowledged(message) ? Mode.RUN : Mode.SHUTDOWN;
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
    frames.push(software.startup(view, message.page()), Frame.TASK, 0, false);
    proceed(0);
  }

  @Override
  public void onCompletion(CpuMessage.Completion message, Io<CpuMessage> at) {
    accesses.page.done();
    answered(message.tag(), message.value());
  }

  @Override
  public void onLineCompletion(CpuMessage.LineCompletion message, Io<CpuMessage> at) {
    answers.take(message);
    answered(message.tag(), message.w0());
  }

  @Override
  public void onFault(CpuMessage.Fault message, Io<CpuMessage> at) {
    expect(message.tag());
    proceed(gates.fault(Gates.PROTECTION, 0));
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
      if (!take() && breaks()) {
        mode = Mode.RUN;
        proceed(0);
      }
    } else if (mode == Mode.SHUTDOWN && latches.any()) {
      takeLatched();
    }
  }

  // CPU-009: MWAIT with the option is left by an INTR that IF holds back.
  private boolean breaks() {
    return mode == Mode.HALTED && breakOnMasked && intr;
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
    if (intr && gates.interruptFlag) {
      suspend();
      mode = Mode.VECTOR;
      io.send(ports.lapic(), ACKNOWLEDGE);
      return true;
    }
    return false;
  }

  private boolean takeLatched() {
    if (latches.smiReady()) {
      suspend();
      long id = latches.takeSmi();
      gates.enter(software.smi(view, id, latches.raisedPs()), Frame.SMM, 0);
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
      gates.enter(software.nmi(view, id, latches.raisedPs()), Frame.NMI, Gates.NMI);
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

  private void reset() {
    long id = latches.takeInit();
    if (id != 0) {
      io.probe().handled(id, cpu, 0, io.nowPs() - latches.raisedPs());
    }
    suspend();
    frames.reset(io.probe());
    latches.reset(io.probe());
    breakOnMasked = false;
    work.clear();
    gates.interruptFlag = false;
    shadow = false;
    intr = false;
    mode = Mode.WAIT_FOR_SIPI;
    io.send(ports.lapic(), new LapicMessage.Reset(false));
    Program first = software.reset(view);
    if (first != null) {
      // CPU-011: the boot CPU goes on at the reset vector.
      mode = Mode.RUN;
      frames.push(first, Frame.TASK, 0, false);
      proceed(0);
    }
  }

  private void answered(int ofTag, long value) {
    expect(ofTag);
    proceed(value);
  }

  private void expect(int ofTag) {
    if (mode != Mode.ANSWER || ofTag != tag) {
      throw new IllegalStateException(
          "tag=" + ofTag + " expected=" + tag + " mode=" + mode + " cpu=" + cpu);
    }
    mode = Mode.RUN;
  }

  // Runs steps until one takes time. Each turn is an instruction boundary.
  private void proceed(long firstAnswer) {
    long answer = firstAnswer;
    while (mode == Mode.RUN) {
      inShadow = shadow;
      shadow = false;
      if (!inShadow && anythingReady()) {
        gates.hold(answer);
        if (take()) {
          return;
        }
      }
      Frame top = frames.top();
      if (top.remainingPs > 0) {
        compute(top.remainingPs);
        top.remainingPs = 0;
      } else if (frames.depth() == 1 && !work.isEmpty()) {
        gates.hold(answer);
        frames.push(work.poll(), Frame.TASK, 0, gates.interruptFlag);
        answer = 0;
      } else {
        if (top.held) {
          answer = answers.giveBack(top);
        }
        answers.unread = false;
        answer = execute(top.program.resume(view, answer));
      }
    }
    // A shadow ends inside the step that it covered.
    if ((mode == Mode.COMPUTE || mode == Mode.HALTED) && anythingReady()) {
      take();
    } else if (mode == Mode.SHUTDOWN && latches.any()) {
      takeLatched();
    }
  }

  private boolean anythingReady() {
    return (intr && gates.interruptFlag) || latches.any();
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
        shadow = !gates.interruptFlag;
        gates.interruptFlag = true;
        return 0;
      case CLI:
        gates.interruptFlag = false;
        return 0;
      case MOV_SS:
        // CPU-002: one directly after another does not extend the shadow.
        shadow = !inShadow;
        return 0;
      case POPF:
        gates.interruptFlag = step.a != 0;
        return 0;
      case SAVED_FLAG:
        frames.handler().interruptFlag = step.a != 0;
        return 0;
      case INT:
        mode = gates.interrupt((int) step.a) ? Mode.RUN : Mode.SHUTDOWN;
        return 0;
      case HALT:
      case MWAIT:
        breakOnMasked = step.a != 0;
        if ((work.isEmpty() || frames.depth() > 1) && !(breakOnMasked && intr)) {
          mode = Mode.HALTED;
        }
        return 0;
      case RUN:
        frames.push(step.program, Frame.TASK, 0, gates.interruptFlag);
        return 0;
      case IRET:
      case RETURN:
        leave(step.op == Step.Op.IRET);
        return 0;
      case IRET_FAULTING:
        latches.left(Frame.EXCEPTION);
        return gates.fault(Gates.PAGE_FAULT, 0);
      case TASK_PRIORITY:
        if (step.a >>> 4 != 0) {
          return gates.fault(Gates.PROTECTION, 0); // LAPIC-019
        }
        ask(step);
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
      gates.interruptFlag = left.interruptFlag;
      latches.left(left.kind);
    }
  }

  private void compute(long ps) {
    mode = Mode.COMPUTE;
    computeEndPs = io.nowPs() + ps;
    alarm = io.alarm(ps, COMPUTED);
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
    out.putBoolean(gates.interruptFlag);
    out.putBoolean(shadow);
    out.putBoolean(intr);
    out.putBoolean(breakOnMasked);
    out.putInt(tag);
    out.putLong(alarm);
    out.putLong(computeEndPs);
    accesses.page.save(out);
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
    gates.interruptFlag = in.getBoolean();
    shadow = in.getBoolean();
    intr = in.getBoolean();
    breakOnMasked = in.getBoolean();
    tag = in.getInt();
    alarm = in.getLong();
    computeEndPs = in.getLong();
    accesses.page.load(in);
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
    out.value("if", gates.interruptFlag ? 1 : 0);
    out.value("intr", intr ? 1 : 0);
    frames.inspect(out);
    latches.inspect(out);
    software.idt().inspect(out);
    software.inspect(out);
  }
}
