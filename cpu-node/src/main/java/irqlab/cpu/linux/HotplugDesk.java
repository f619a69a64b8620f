package irqlab.cpu.linux;

import irqlab.observe.Counter;
import irqlab.observe.Mark;
import irqlab.protocol.KernelMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayDeque;

/**
 * CPUs that come online and go offline, one at a time.
 *
 * <p>Coming: a started CPU reports itself and waits until CPU 0 lets it go on (BOOT-007); then it
 * starts the managed interrupts that waited for it (BOOT-005). Going: all CPUs are stopped with
 * interrupts off, as Linux's {@code stop_machine} does; then the CPU that leaves moves its
 * interrupts away, waits, and sends again what is pending (MOV-030, MOV-031, VEC-033, VEC-044).
 *
 * <p><b>Not modelled:</b> the threads of hot-plug callbacks; CPU 0 does not leave.
 */
final class HotplugDesk {
  private enum Work {
    NONE,
    COMING,
    STOPPING,
    LEAVING
  }

  private final Descriptors descriptors;
  private final VectorDomain domain;
  // Tag of the call with which a started CPU waits, 0 when it does not.
  private final int[] aliveTags;
  private final int[] stopTags;
  private final ArrayDeque<Integer> orders = new ArrayDeque<>();
  private Work work = Work.NONE;
  private int cpu;
  private int stopped;
  private int cursor;
  private int awaited;
  private int awaitedTag;
  private long refused;
  private int lastErrno;

  HotplugDesk(Descriptors descriptors) {
    this.descriptors = descriptors;
    this.domain = descriptors.domain;
    aliveTags = new int[descriptors.cpus()];
    stopTags = new int[descriptors.cpus()];
  }

  // --- coming ---

  /** A CPU has set up its local APIC. The first one is there at once. */
  void alive(KernelMessage.Call call, Io<KernelMessage> io) {
    aliveTags[call.cpu()] = call.tag();
    if (call.cpu() == 0) {
      bringOnline(0, io);
      legacyLines();
    } else if (awaitedTag != 0 && awaited == call.cpu()) {
      letGo(io);
    }
  }

  /** BOOT-007: CPU 0 brings a CPU online that it has started, and waits until it is. */
  void bringUp(KernelMessage.Call call, Io<KernelMessage> io) {
    awaited = (int) call.a();
    awaitedTag = call.tag();
    if (aliveTags[awaited] != 0) {
      letGo(io);
    }
  }

  private void letGo(Io<KernelMessage> io) {
    bringOnline(awaited, io);
    descriptors.reply(0, awaitedTag, KernelCalls.OK, io);
    awaitedTag = 0;
  }

  private void bringOnline(int which, Io<KernelMessage> io) {
    domain.cpuOnline(which);
    descriptors.reply(which, aliveTags[which], KernelCalls.OK, io);
    aliveTags[which] = 0;
  }

  // VEC-004: on CPU 0 since early boot.
  private void legacyLines() {
    for (int irq = 0; irq < Kernel.LEGACY_IRQS; irq++) {
      if (irq != Kernel.CASCADE_IRQ) {
        domain.matrix().assign(0, KernelProfile.ISA_VECTOR + irq);
      }
    }
    for (int irq = 0; irq < Kernel.LEGACY_IRQS; irq++) {
      if (irq != Kernel.CASCADE_IRQ) {
        domain.setupLegacy(irq, irq == 0);
      }
    }
  }

  /** BOOT-005: the next managed interrupt that waited for this CPU, if there is one. */
  void restore(KernelMessage.Call call, Io<KernelMessage> io) {
    for (KernelIrq irq : descriptors.all()) {
      if (irq.shutDown && irq.affinity.mask().contains(call.cpu())) {
        Errno errno = domain.activate(irq.source.irq(), irq.affinity.mask(), null, false);
        if (errno == null) {
          irq.shutDown = false;
          descriptors.install(irq, 0, call.cpu(), call.tag(), BootActions.WRITE_MESSAGE, io);
          return;
        }
      }
    }
    descriptors.reply(call.cpu(), call.tag(), BootActions.DONE, io);
    if (work == Work.COMING && cpu == call.cpu()) {
      work = Work.NONE;
      next(io);
    }
  }

  // --- orders ---

  /** A write to {@code /sys/devices/system/cpu/cpuN/online}. */
  void order(int which, boolean online, boolean booted, Io<KernelMessage> io) {
    orders.add(online ? which : ~which);
    if (booted) {
      next(io);
    }
  }

  /** Does what was ordered, in that order. */
  void next(Io<KernelMessage> io) {
    while (work == Work.NONE && !orders.isEmpty()) {
      int order = orders.poll();
      boolean online = order >= 0;
      cpu = online ? order : ~order;
      if (cpu == 0) {
        refuse(Errno.EINVAL, io);
      } else if (online != domain.online().contains(cpu)) {
        begin(online, io);
      }
    }
  }

  private void begin(boolean online, Io<KernelMessage> io) {
    if (online) {
      work = Work.COMING;
      descriptors.request(0, KernelCalls.START_CPU, cpu, 0, 0, 0, io);
      return;
    }
    work = Work.STOPPING;
    stopped = 0;
    for (int each = 0; each < stopTags.length; each++) {
      if (domain.online().contains(each)) {
        descriptors.request(each, KernelCalls.STOP, each == cpu ? 1 : 0, 0, 0, 0, io);
      }
    }
  }

  private void refuse(Errno errno, Io<KernelMessage> io) {
    refused++;
    lastErrno = errno.number();
    io.probe().mark(Mark.MOVE_REFUSED, 0, cpu, errno.number());
  }

  // --- going ---

  /** A CPU stands still. When all do, the one that leaves may begin (VEC-044). */
  void stopped(KernelMessage.Call call, Io<KernelMessage> io) {
    stopTags[call.cpu()] = call.tag();
    stopped++;
    if (stopped < domain.online().count()) {
      return;
    }
    Errno errno = domain.mayGoOffline(cpu);
    if (errno != null) {
      refuse(errno, io);
      descriptors.reply(cpu, stopTags[cpu], KernelCalls.REFUSED, io);
      goOn(io);
      return;
    }
    work = Work.LEAVING;
    cursor = -1;
    domain.cpuLeaving(cpu);
    descriptors.reply(cpu, stopTags[cpu], KernelCalls.OK, io);
  }

  /** The next interrupt that has to leave with its CPU, in ascending order of number. */
  void migrate(KernelMessage.Call call, Io<KernelMessage> io) {
    for (KernelIrq irq : descriptors.all()) {
      int number = irq.source.irq();
      if (number > cursor && irq.requested && !irq.shutDown) {
        cursor = number;
        int code = leave(irq, io);
        if (code != KernelCalls.OK) {
          descriptors.reply(call.cpu(), call.tag(), code, number, 0, 0, io);
          return;
        }
      }
    }
    descriptors.reply(call.cpu(), call.tag(), KernelCalls.OK, io);
  }

  private int leave(KernelIrq irq, Io<KernelMessage> io) {
    ChipVector chip = descriptors.chip(irq);
    int oldVector = chip.prevVector();
    int oldCpu = chip.prevCpu();
    int vector = chip.vector();
    IrqAffinity.Migration became = irq.affinity.leave(domain, irq.source.irq(), cpu);
    if (oldVector != 0) {
      // Ended by force: a message that is still on its way to the old pair finds nobody.
      descriptors.request(oldCpu, KernelCalls.UNINSTALL, oldVector, 0, 0, 0, io);
    }
    switch (became) {
      case MOVED:
      case BROKEN:
        io.probe().count(Counter.OFFLINE_MOVES);
        return KernelCalls.NEXT_MOVED;
      case SHUT_DOWN:
        domain.deactivate(irq.source.irq());
        irq.shutDown = true;
        descriptors.request(cpu, KernelCalls.UNINSTALL, vector, 1, 0, 0, io);
        return KernelCalls.NEXT_SHUT_DOWN;
      default:
        return KernelCalls.OK;
    }
  }

  /** The CPU that leaves gives the state of an interrupt away. */
  void handOver(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = descriptors.irq(call.a());
    if (!irq.shared) {
      irq.ringHead = call.b();
    }
    irq.shared = false;
    if (irq.shutDown) {
      descriptors.reply(call.cpu(), call.tag(), KernelCalls.OK, io);
    } else {
      ChipVector chip = descriptors.chip(irq);
      long place = (long) chip.cpu() << 8 | chip.vector();
      io.probe().mark(Mark.MOVE_DONE, 0, irq.source.irq(), place);
      descriptors.install(irq, 0, call.cpu(), call.tag(), KernelCalls.OK, io);
    }
  }

  /** Where an interrupt goes now, for an IPI in its place. */
  void target(KernelMessage.Call call, Io<KernelMessage> io) {
    ChipVector chip = descriptors.chip(descriptors.irq(call.a()));
    boolean lives = chip.vector() != 0 && domain.online().contains(chip.cpu());
    descriptors.reply(
        call.cpu(),
        call.tag(),
        lives ? KernelCalls.OK : KernelCalls.REFUSED,
        chip.cpu(),
        chip.vector(),
        0,
        io);
  }

  /** The CPU has nothing left; the others go on. */
  void gone(KernelMessage.Call call, Io<KernelMessage> io) {
    domain.cpuOffline(cpu);
    descriptors.reply(call.cpu(), call.tag(), KernelCalls.OK, io);
    goOn(io);
  }

  private void goOn(Io<KernelMessage> io) {
    for (int each = 0; each < stopTags.length; each++) {
      if (stopTags[each] != 0 && each != cpu) {
        descriptors.reply(each, stopTags[each], KernelCalls.OK, io);
      }
      stopTags[each] = 0;
    }
    work = Work.NONE;
    next(io);
  }

  // --- state ---

  void inspect(Inspector out) {
    for (int each = 0; each < stopTags.length; each++) {
      out.value("cpu." + each + ".online", domain.online().contains(each) ? 1 : 0);
    }
    out.value("hotplug.refused", refused);
    out.value("hotplug.errno", lastErrno);
  }

  void save(StateWriter out) {
    out.putInts(aliveTags);
    out.putInts(stopTags);
    out.putInt(orders.size());
    for (int order : orders) {
      out.putInt(order);
    }
    out.putByte(work.ordinal());
    out.putInt(cpu);
    out.putInt(stopped);
    out.putInt(cursor);
    out.putInt(awaited);
    out.putInt(awaitedTag);
    out.putLong(refused);
    out.putInt(lastErrno);
  }

  void load(StateReader in) {
    System.arraycopy(in.getInts(), 0, aliveTags, 0, aliveTags.length);
    System.arraycopy(in.getInts(), 0, stopTags, 0, stopTags.length);
    orders.clear();
    for (int left = in.count(4); left > 0; left--) {
      orders.add(in.getInt());
    }
    work = Work.values()[in.getByte()];
    cpu = in.getInt();
    stopped = in.getInt();
    cursor = in.getInt();
    awaited = in.getInt();
    awaitedTag = in.getInt();
    refused = in.getLong();
    lastErrno = in.getInt();
  }
}
