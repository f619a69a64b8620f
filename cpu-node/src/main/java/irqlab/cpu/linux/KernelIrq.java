package irqlab.cpu.linux;

import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The shared part of an interrupt descriptor: its affinity, and its lock while a move is under way.
 */
final class KernelIrq {
  static final int NOBODY = -1;

  final IrqSource source;
  IrqAffinity affinity;
  boolean requested;

  /** VEC-033: managed, requested, and no CPU of its mask is online. */
  boolean shutDown;

  /** True from the switch of a move until its old vector is given back. */
  boolean shared;

  /** The CPU inside the handlers of a shared irq. */
  private int holder = NOBODY;

  /** FLW-005: a raise that came while another CPU was in the handlers. */
  boolean replay;

  long replayId;
  long replayRaisedPs;
  long ringHead;

  /** How many CPUs were told BUSY and have not yet masked the entry. */
  int masking;

  /** The holder, when it waits for these to give the lock back. */
  int releasingCpu = NOBODY;

  int releasingTag;

  /** Whom to answer when the new vector is installed, and with which code. */
  int waitingCpu = NOBODY;

  int waitingTag;
  int waitingCode;

  KernelIrq(IrqSource source, IrqAffinity affinity) {
    this.source = source;
    this.affinity = affinity;
  }

  boolean held() {
    return holder != NOBODY;
  }

  void hold(int cpu) {
    holder = cpu;
  }

  void release() {
    holder = NOBODY;
  }

  void inspect(Inspector out) {
    if (replay && replayId != 0) {
      out.pending(replayId, "descriptor of irq " + source.irq());
    }
  }

  void save(StateWriter out) {
    affinity.save(out::putLong);
    out.putBoolean(requested);
    out.putBoolean(shutDown);
    out.putBoolean(shared);
    out.putInt(holder);
    out.putBoolean(replay);
    out.putLong(replayId);
    out.putLong(replayRaisedPs);
    out.putLong(ringHead);
    out.putInt(masking);
    out.putInt(releasingCpu);
    out.putInt(releasingTag);
    out.putInt(waitingCpu);
    out.putInt(waitingTag);
    out.putInt(waitingCode);
  }

  void load(StateReader in) {
    affinity = IrqAffinity.load(in::getLong);
    requested = in.getBoolean();
    shutDown = in.getBoolean();
    shared = in.getBoolean();
    holder = in.getInt();
    replay = in.getBoolean();
    replayId = in.getLong();
    replayRaisedPs = in.getLong();
    ringHead = in.getLong();
    masking = in.getInt();
    releasingCpu = in.getInt();
    releasingTag = in.getInt();
    waitingCpu = in.getInt();
    waitingTag = in.getInt();
    waitingCode = in.getInt();
  }
}
