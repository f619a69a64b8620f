package irqlab.cpu.linux;

import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** The shared part of an interrupt descriptor: masks, and its lock while a move is under way. */
final class KernelIrq {
  private static final int NOBODY = -1;

  final IrqSource source;
  CpuMask affinity;

  /** What smp_affinity shows until the next interrupt; null when nothing is pending. */
  CpuMask pending;

  boolean requested;

  /** True from the switch of a move until its old vector is given back. */
  boolean shared;

  /** The CPU inside the handlers of a shared irq. */
  private int holder = NOBODY;

  /** FLW-005: a raise that came while another CPU was in the handlers. */
  boolean replay;

  long replayId;
  long replayRaisedPs;
  long ringHead;

  /** Whom to answer when the new vector is installed, and whether it is boot that waits. */
  int waitingCpu = NOBODY;

  int waitingTag;
  boolean waitingBoot;

  KernelIrq(IrqSource source, CpuMask affinity) {
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

  CpuMask shown() {
    return pending == null ? affinity : pending;
  }

  void inspect(Inspector out) {
    if (replay && replayId != 0) {
      out.pending(replayId, "descriptor of irq " + source.irq());
    }
  }

  void save(StateWriter out) {
    affinity.save(out::putLong);
    out.putBoolean(pending != null);
    if (pending != null) {
      pending.save(out::putLong);
    }
    out.putBoolean(requested);
    out.putBoolean(shared);
    out.putInt(holder);
    out.putBoolean(replay);
    out.putLong(replayId);
    out.putLong(replayRaisedPs);
    out.putLong(ringHead);
    out.putInt(waitingCpu);
    out.putInt(waitingTag);
    out.putBoolean(waitingBoot);
  }

  void load(StateReader in) {
    affinity = CpuMask.load(in::getLong);
    pending = in.getBoolean() ? CpuMask.load(in::getLong) : null;
    requested = in.getBoolean();
    shared = in.getBoolean();
    holder = in.getInt();
    replay = in.getBoolean();
    replayId = in.getLong();
    replayRaisedPs = in.getLong();
    ringHead = in.getLong();
    waitingCpu = in.getInt();
    waitingTag = in.getInt();
    waitingBoot = in.getBoolean();
  }
}
