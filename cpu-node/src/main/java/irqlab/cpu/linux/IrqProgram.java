package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Step;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.observe.Mark;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Trigger;

/**
 * One device interrupt on one CPU: the flow handlers {@code edge} (FLW-002: count, acknowledge,
 * handle) and {@code fasteoi} (FLW-008: count, handle, acknowledge), with the deferred move in the
 * acknowledge phase (MOV-004, IOA-004).
 */
final class IrqProgram implements Program {
  static final int KIND = 2;

  private enum At {
    START,
    LOCKED,
    ABSORB_MASK,
    ABSORB_FLUSH,
    ABSORB_MASKED,
    ABSORB_EOI,
    COUNT,
    COMPLETE,
    EDGE_ACK,
    MOVE,
    MOVE_ANSWER,
    WRITE,
    EDGE_EOI,
    HANDLE,
    HANDLING,
    LEVEL_MODE,
    LEVEL_EOI,
    EXPLICIT_EOI,
    LEVEL_SELECT,
    LEVEL_CHECK,
    LEVEL_CHECKED,
    UNLOCK,
    UNLOCKED,
    REPLAY,
    LEAVE
  }

  private static final int REMOTE_IRR = 14;

  private final LinuxCpu linux;
  private final LinuxConfig config;
  private final MessageWriter writer;
  private final HandlerRun run = new HandlerRun();
  private At at = At.START;
  private IrqState state;
  private Handler handler;
  private int vector;
  private long id;
  private long raisedPs;
  // The raise is this program's to close; while the kernel is asked for the lock, it is the call's.
  private boolean open;
  private int action;
  private int write;
  private long address;
  private int data;

  IrqProgram(LinuxCpu linux) {
    this.linux = linux;
    this.config = linux.config();
    this.writer = new MessageWriter(config.topology());
  }

  void begin(IrqState newState, int newVector, long newId, long newRaisedPs) {
    state = newState;
    vector = newVector;
    id = newId;
    raisedPs = newRaisedPs;
    open = id != 0;
    at = At.START;
  }

  @Override
  public Step resume(CoreView core, long firstAnswer) {
    long answer = firstAnswer;
    while (true) {
      Step step = next(core, answer);
      if (step != null) {
        return step;
      }
      answer = 0;
    }
  }

  // One phase; null goes on to the next without a step.
  private Step next(CoreView core, long answer) {
    switch (at) {
      case START:
        if (!state.shared) {
          at = At.COUNT;
          return null;
        }
        at = At.LOCKED;
        open = false;
        return Step.call(KernelCalls.ACQUIRE, id, state.source.irq(), raisedPs, 0);
      case LOCKED:
        return locked(core, (int) answer);
      case ABSORB_MASK:
        at = At.ABSORB_FLUSH;
        return writer.mask(state.source, true);
      case ABSORB_FLUSH:
        at = At.ABSORB_MASKED;
        return writer.flush(state.source);
      case ABSORB_MASKED:
        core.tell(KernelCalls.MASKED, state.source.irq(), 0, 0, 0);
        at = At.ABSORB_EOI;
        return null;
      case ABSORB_EOI:
        at = At.LEAVE;
        return LocalApic.eoi(config.x2Apic());
      case COUNT:
        state.count.increment();
        core.probe().count(Counter.COUNTED);
        at = state.source.trigger() == Trigger.EDGE ? At.EDGE_ACK : At.HANDLE;
        return null;
      case COMPLETE:
        // MOV-012: the first interrupt on the new CPU asks the old one to clean up.
        at = At.COUNT;
        return Step.run(new IpiProgram(config, write, SystemInterrupt.MOVE_CLEANUP.vector()));
      case EDGE_ACK:
        at = state.movePending ? At.MOVE : At.EDGE_EOI;
        return null;
      case EDGE_EOI:
        at = At.HANDLE;
        return LocalApic.eoi(config.x2Apic());
      case HANDLE:
        handle(core);
        return null;
      case HANDLING:
        return handling(core, answer);
      case LEAVE:
        linux.mark(core, Mark.RETURN, id, vector);
        linux.ended(this);
        return Step.IRET;
      default:
        return moveOrLevel(core, answer);
    }
  }

  private Step moveOrLevel(CoreView core, long answer) {
    switch (at) {
      case MOVE:
        at = At.MOVE_ANSWER;
        return Step.call(KernelCalls.MOVE, state.source.irq(), state.ringHead, 0, 0);
      case MOVE_ANSWER:
        moveAnswered(core, (int) answer);
        return null;
      case WRITE:
        Step step = writer.step(state.source, write++, address, data);
        if (write > MessageWriter.STEPS) {
          at = afterMove();
          return null;
        }
        return step;
      case LEVEL_MODE:
        at = At.LEVEL_EOI;
        return LocalApic.read(config.x2Apic(), LocalApic.TMR + 0x10 * (vector >> 5));
      case LEVEL_EOI:
        // MOV-032: what was sent again by an IPI came as edge, so the pin hears of no EOI.
        write = 0;
        at = (answer >>> (vector & 31) & 1) == 0 ? At.EXPLICIT_EOI : afterLevelEoi();
        return LocalApic.eoi(config.x2Apic());
      case EXPLICIT_EOI:
        return explicitEoi(answer);
      case LEVEL_SELECT:
        at = At.LEVEL_CHECK;
        return writer.selectLow(state.source);
      case LEVEL_CHECK:
        at = At.LEVEL_CHECKED;
        return writer.readWindow(state.source);
      case LEVEL_CHECKED:
        // IOA-005: with remote IRR set a new vector would make the pin dead; try at the next one.
        at = (answer >>> REMOTE_IRR & 1) == 0 ? At.MOVE : At.UNLOCK;
        return null;
      case UNLOCK:
        at = state.shared ? At.UNLOCKED : At.LEAVE;
        return state.shared
            ? Step.call(KernelCalls.RELEASE, state.source.irq(), state.ringHead, 0, 0)
            : null;
      case UNLOCKED:
        return unlocked(core, (int) answer);
      case REPLAY:
        at = At.HANDLE;
        return writer.mask(state.source, false);
      default:
        throw new IllegalStateException("at=" + at + " irq=" + state.source.irq());
    }
  }

  private At afterLevelEoi() {
    return state.movePending ? At.LEVEL_SELECT : At.UNLOCK;
  }

  private Step explicitEoi(long answer) {
    if (write == 0) {
      linux.counts().row(CpuCounts.Row.MIS).increment();
    } else if (write == 2) {
      data = (int) answer;
    }
    Step step = writer.explicitEoi(state.source, write++, vector, data);
    if (step == null) {
      at = afterLevelEoi();
    }
    return step;
  }

  private Step locked(CoreView core, int code) {
    if (code != KernelCalls.GRANTED) {
      // FLW-003, FLW-005: absorbed; the CPU in the handler runs it again. Not counted.
      core.probe().count(Counter.ABSORBED);
      if (code == KernelCalls.BUSY_COLLAPSED && id != 0) {
        core.probe().closed(id, Fate.COLLAPSED_DESCRIPTOR);
      }
      at = state.source.trigger() == Trigger.EDGE ? At.ABSORB_MASK : At.ABSORB_EOI;
      return null;
    }
    open = id != 0;
    state.ringHead = core.reply(1);
    state.movePending = (core.reply(2) & KernelCalls.MOVE_PENDING) != 0;
    int cleanUp = (int) (core.reply(2) >>> KernelCalls.CLEAN_UP_SHIFT);
    write = cleanUp > 0 ? config.apicId(cleanUp - 1) : 0;
    at = cleanUp > 0 ? At.COMPLETE : At.COUNT;
    return null;
  }

  private void moveAnswered(CoreView core, int code) {
    state.movePending = code == KernelCalls.MOVE_LATER;
    if (code != KernelCalls.MOVED) {
      at = afterMove();
      return;
    }
    state.shared = true;
    address = core.reply(1);
    data = (int) core.reply(2);
    write = 0;
    at = At.WRITE;
    core.probe().count(Counter.MOVES_DONE);
  }

  private At afterMove() {
    return state.source.trigger() == Trigger.EDGE ? At.EDGE_EOI : At.UNLOCK;
  }

  private void handle(CoreView core) {
    if (id != 0) {
      core.probe().handled(id, core.cpu(), vector, core.nowPs() - raisedPs);
      open = false;
    }
    action = 0;
    startAction();
    at = At.HANDLING;
  }

  // FLW-001: every action runs, in the order of registration.
  private Step handling(CoreView core, long answer) {
    Step step = handler.resume(run, core, answer);
    if (step != null) {
      return step;
    }
    lookForData(core);
    action++;
    if (action < state.source.actions().size()) {
      startAction();
    } else {
      at = state.source.trigger() == Trigger.EDGE ? At.UNLOCK : At.LEVEL_MODE;
    }
    return null;
  }

  // The nth raise of a queue comes with its nth completion, or a later one.
  private void lookForData(CoreView core) {
    if (run.action.driver() == IrqAction.Driver.NVME
        && id != 0
        && InterruptId.sequence(id) > state.ringHead) {
      core.probe().count(Counter.BEFORE_DATA);
    }
  }

  private void startAction() {
    IrqAction next = state.source.actions().get(action);
    run.begin(state, next);
    handler = Handlers.of(next.driver());
  }

  private Step unlocked(CoreView core, int code) {
    if (code == KernelCalls.AGAIN) {
      core.probe().count(Counter.REPLAYS);
      id = core.reply(0);
      raisedPs = core.reply(1);
      open = id != 0;
      at = At.REPLAY;
      return null;
    }
    if (code == KernelCalls.PRIVATE) {
      state.shared = false;
    }
    at = At.LEAVE;
    return null;
  }

  @Override
  public void inspect(Inspector out) {
    if (open) {
      out.pending(id, "handler of irq " + state.source.irq());
    }
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void save(StateWriter out) {
    out.putByte(at.ordinal());
    out.putInt(vector);
    state.save(out);
    out.putLong(id);
    out.putLong(raisedPs);
    out.putBoolean(open);
    out.putInt(action);
    out.putInt(write);
    out.putLong(address);
    out.putInt(data);
    run.save(out);
  }

  static IrqProgram load(LinuxCpu linux, StateReader in) {
    IrqProgram program = new IrqProgram(linux);
    program.at = At.values()[in.getByte()];
    program.vector = in.getInt();
    IrqState saved = IrqState.load(in, linux.config().irqs(), linux.counts());
    // The vector may have been given up meanwhile; then the run keeps its own copy.
    IrqState live = linux.state(program.vector);
    program.state = live != null && live.source.equals(saved.source) ? live : saved;
    program.id = in.getLong();
    program.raisedPs = in.getLong();
    program.open = in.getBoolean();
    program.action = in.getInt();
    program.write = in.getInt();
    program.address = in.getLong();
    program.data = in.getInt();
    if (program.at == At.HANDLING) {
      program.startAction();
    }
    program.run.load(in);
    return program;
  }
}
