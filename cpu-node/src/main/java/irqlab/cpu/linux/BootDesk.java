package irqlab.cpu.linux;

import irqlab.protocol.KernelMessage;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.List;

/** Brings the devices up: goes through the {@link BootScript} together with CPU 0. */
final class BootDesk {
  private final Descriptors descriptors;
  private final AffinityLog log;
  private final List<BootScript.Op> script;
  private int at;
  private int tag;
  private boolean over;

  BootDesk(Descriptors descriptors, AffinityLog log) {
    this.descriptors = descriptors;
    this.log = log;
    script = BootScript.of(descriptors.config);
  }

  boolean over() {
    return over;
  }

  /** Goes on until CPU 0 has something to do; {@link #over} afterwards says that this was all. */
  void next(KernelMessage.Call call, Io<KernelMessage> io) {
    tag = call.tag();
    while (at < script.size()) {
      BootScript.Op op = script.get(at++);
      switch (op.kind()) {
        case SETUP:
          KernelIrq irq = descriptors.irq(op.a());
          descriptors.domain.setup(irq.source.irq());
          descriptors.domain.activate(irq.source.irq(), irq.affinity.mask(), null, true);
          break;
        case SETUP_MANAGED:
          setupManaged(descriptors.irq(op.a()), (int) op.b(), (int) op.c());
          break;
        case REQUEST:
          if (requestIrq(descriptors.irq(op.a()), io)) {
            return;
          }
          break;
        default:
          descriptors.reply(0, tag, op.action(), op.a(), op.b(), op.c(), io);
          return;
      }
    }
    over = true;
    descriptors.reply(0, tag, BootActions.DONE, io);
  }

  private void setupManaged(KernelIrq irq, int group, int groups) {
    int number = irq.source.irq();
    List<CpuMask> masks = AffinitySpread.flat(descriptors.cpus()).spread(groups);
    irq.affinity = new IrqAffinity(masks.get(group), true);
    Errno errno = descriptors.domain.setupManaged(number, masks.get(group));
    if (errno != null) {
      throw new IllegalStateException("irq=" + number + " " + errno);
    }
    descriptors.domain.activate(number, irq.affinity.mask(), null, true);
  }

  // THR-011: activate, install, then the message. True when CPU 0 has to wait.
  private boolean requestIrq(KernelIrq irq, Io<KernelMessage> io) {
    int number = irq.source.irq();
    Errno errno = descriptors.domain.activate(number, irq.affinity.mask(), null, false);
    if (errno != null) {
      log.add(number, irq.affinity.mask(), errno, io.nowPs());
      return false;
    }
    irq.requested = true;
    if (descriptors.chip(irq).vector() == 0) {
      // VEC-032: managed, and no CPU of its mask is online.
      irq.shutDown = true;
      return false;
    }
    descriptors.install(irq, 0, 0, tag, BootActions.WRITE_MESSAGE, io);
    return true;
  }

  void save(StateWriter out) {
    out.putInt(at);
    out.putInt(tag);
    out.putBoolean(over);
  }

  void load(StateReader in) {
    at = in.getInt();
    tag = in.getInt();
    over = in.getBoolean();
  }
}
