package irqlab.cpu.linux;

import irqlab.observe.Counter;
import irqlab.observe.Mark;
import irqlab.observe.Probe;
import irqlab.protocol.KernelMessage;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Trigger;
import java.util.Arrays;

/**
 * Affinity writes, the moves that follow them, and the lock of a descriptor while a move is under
 * way. Rules: AFF-030 to AFF-036, MOV-001 to MOV-015.
 */
final class MoveDesk {
  static final int CLEAN_UP_TIMER = 1;
  private static final long PS_PER_S = 1_000_000_000_000L;

  private final Descriptors descriptors;
  private final VectorDomain domain;
  private final AffinityLog log;
  private final boolean byTimer;
  private final boolean[] cleanUpArmed;
  private CpuMask scratch = CpuMask.EMPTY;

  MoveDesk(Descriptors descriptors, AffinityLog log) {
    this.descriptors = descriptors;
    this.domain = descriptors.domain;
    this.log = log;
    byTimer = descriptors.config.profile().cleanup() == KernelProfile.Cleanup.TIMER;
    cleanUpArmed = new boolean[descriptors.cpus()];
  }

  /** A word of the mask of the next write. */
  void maskWord(int index, long value) {
    long[] words = new long[Math.max(scratch.wordCount(), index + 1)];
    for (int i = 0; i < words.length; i++) {
      words[i] = i == index ? value : scratch.word(i);
    }
    scratch = CpuMask.ofWords(words);
  }

  /** AFF-032, AFF-035, MOV-001: the mask is stored; the move comes with the next interrupt. */
  void writeAffinity(int number, Io<KernelMessage> io) {
    CpuMask mask = scratch;
    scratch = CpuMask.EMPTY;
    KernelIrq irq = descriptors.find(number);
    Errno errno = refusal(irq, mask);
    log.add(number, mask, errno, io.nowPs());
    if (errno != null) {
      io.probe().mark(Mark.MOVE_REFUSED, 0, number, errno.number());
      return;
    }
    io.probe().count(Counter.MOVES_REQUESTED);
    io.probe().mark(Mark.MOVE_ASKED, 0, number, mask.first());
    if (!irq.requested) {
      irq.affinity.store(mask);
      return;
    }
    irq.affinity.defer(mask);
    int cpu = descriptors.chip(irq).cpu();
    if (!irq.shared && domain.online().contains(cpu)) {
      descriptors.request(cpu, KernelCalls.SET_MOVE, number, 0, 0, 0, io);
    }
  }

  private Errno refusal(KernelIrq irq, CpuMask mask) {
    KernelProfile profile = descriptors.config.profile();
    return irq == null
        ? profile.managedWrite()
        : irq.affinity.check(mask, domain.online(), profile, irq.source.irq() != 0);
  }

  void acquire(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = descriptors.irq(call.b());
    if (irq.held()) {
      int code = irq.replay ? KernelCalls.BUSY_COLLAPSED : KernelCalls.BUSY;
      if (!irq.replay) {
        irq.replay = true;
        irq.replayId = call.a();
        irq.replayRaisedPs = call.c();
      }
      irq.masking += irq.source.trigger() == Trigger.EDGE ? 1 : 0;
      descriptors.reply(call.cpu(), call.tag(), code, call.a(), 0, 0, io);
      return;
    }
    irq.hold(call.cpu());
    int toClean = domain.completeMove(irq.source.irq(), call.cpu());
    if (toClean >= 0 && byTimer) {
      armCleanUp(toClean, io);
    }
    if (descriptors.chip(irq).cpu() != call.cpu()) {
      io.probe().count(Counter.MOVES_OLD_CPU);
    }
    long flags = irq.affinity.pending() ? KernelCalls.MOVE_PENDING : 0;
    long byVector = byTimer ? 0 : toClean + 1;
    long follows = flags | byVector << KernelCalls.CLEAN_UP_SHIFT;
    descriptors.reply(
        call.cpu(), call.tag(), KernelCalls.GRANTED, call.a(), irq.ringHead, follows, io);
  }

  /**
   * FLW-005: a CPU that finds the irq in progress masks its entry inside the lock of the
   * descriptor, so the one in the handlers comes to the lock, and to unmask, after that.
   */
  void release(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = descriptors.irq(call.a());
    irq.ringHead = call.b();
    if (irq.masking != 0) {
      irq.releasingCpu = call.cpu();
      irq.releasingTag = call.tag();
    } else {
      released(irq, call.cpu(), call.tag(), io);
    }
  }

  /** A CPU that was told BUSY has masked the entry. */
  void masked(KernelIrq irq, Io<KernelMessage> io) {
    irq.masking--;
    if (irq.masking == 0 && irq.releasingCpu != KernelIrq.NOBODY) {
      int cpu = irq.releasingCpu;
      irq.releasingCpu = KernelIrq.NOBODY;
      released(irq, cpu, irq.releasingTag, io);
    }
  }

  private void released(KernelIrq irq, int cpu, int tag, Io<KernelMessage> io) {
    if (irq.replay) {
      irq.replay = false;
      descriptors.reply(cpu, tag, KernelCalls.AGAIN, irq.replayId, irq.replayRaisedPs, 0, io);
      return;
    }
    irq.release();
    ChipVector chip = descriptors.chip(irq);
    boolean settled = chip.prevVector() == 0 && chip.cpu() == cpu;
    if (settled) {
      irq.shared = false;
      if (irq.affinity.pending()) {
        descriptors.request(cpu, KernelCalls.SET_MOVE, irq.source.irq(), 0, 0, 0, io);
      }
    }
    descriptors.reply(cpu, tag, settled ? KernelCalls.PRIVATE : KernelCalls.OK, io);
  }

  /** MOV-004 to MOV-007. */
  void move(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = descriptors.irq(call.a());
    int number = irq.source.irq();
    CpuMask wanted = irq.affinity.shown();
    boolean asked = irq.affinity.pending();
    boolean moved = irq.affinity.moveInInterrupt(domain, number);
    if (!moved) {
      boolean later = irq.affinity.pending();
      dropped(asked && !later && !irq.affinity.mask().equals(wanted), io.probe());
      int code = later ? KernelCalls.MOVE_LATER : KernelCalls.OK;
      descriptors.reply(call.cpu(), call.tag(), code, io);
      return;
    }
    ChipVector chip = descriptors.chip(irq);
    io.probe().mark(Mark.MOVE_DONE, 0, number, (long) chip.cpu() << 8 | chip.vector());
    irq.shared = true;
    irq.hold(call.cpu());
    irq.ringHead = call.b();
    descriptors.install(irq, KernelCalls.SHARED, call.cpu(), call.tag(), KernelCalls.MOVED, io);
  }

  private static void dropped(boolean was, Probe probe) {
    if (was) {
      probe.count(Counter.MOVES_DROPPED);
    }
  }

  void cleanUp(KernelMessage.Call call, Io<KernelMessage> io) {
    long[] irr = {call.a(), call.b(), call.c(), call.d()};
    int cpu = call.cpu();
    int[] before = new int[0];
    for (KernelIrq irq : descriptors.all()) {
      ChipVector chip = descriptors.chip(irq);
      if (chip != null && chip.cleanupPending() && chip.prevCpu() == cpu) {
        before = Arrays.copyOf(before, before.length + 2);
        before[before.length - 2] = irq.source.irq();
        before[before.length - 1] = chip.prevVector();
      }
    }
    boolean stays = domain.cleanUp(cpu, vector -> (irr[vector >> 6] >>> (vector & 63) & 1) != 0);
    for (int i = 0; i < before.length; i += 2) {
      if (domain.chip(before[i]).prevVector() == 0) {
        descriptors.request(cpu, KernelCalls.UNINSTALL, before[i + 1], 0, 0, 0, io);
        io.probe().mark(Mark.MOVE_CLEANED, 0, before[i], (long) cpu << 8 | before[i + 1]);
      }
    }
    if (stays && byTimer) {
      armCleanUp(cpu, io);
    }
    descriptors.reply(cpu, call.tag(), stays ? KernelCalls.STAYS : KernelCalls.OK, io);
  }

  // MOV-011: at the next jiffy, unless the timer is armed already.
  private void armCleanUp(int cpu, Io<KernelMessage> io) {
    if (!cleanUpArmed[cpu]) {
      cleanUpArmed[cpu] = true;
      long jiffyPs = PS_PER_S / descriptors.config.topology().hz();
      io.alarm(jiffyPs - io.nowPs() % jiffyPs, new KernelMessage.Alarm(CLEAN_UP_TIMER, cpu));
    }
  }

  /** The clean-up timer of a CPU expires; one that has left had its list emptied. */
  void cleanUpTimer(int cpu, Io<KernelMessage> io) {
    cleanUpArmed[cpu] = false;
    if (domain.online().contains(cpu)) {
      descriptors.request(cpu, KernelCalls.CLEAN_UP_TIMER, 0, 0, 0, 0, io);
    }
  }

  void save(StateWriter out) {
    scratch.save(out::putLong);
    for (boolean armed : cleanUpArmed) {
      out.putBoolean(armed);
    }
  }

  void load(StateReader in) {
    scratch = CpuMask.load(in::getLong);
    for (int cpu = 0; cpu < cleanUpArmed.length; cpu++) {
      cleanUpArmed[cpu] = in.getBoolean();
    }
  }
}
