package irqlab.cpu.linux;

import irqlab.observe.Counter;
import irqlab.observe.Mark;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.KernelMessage;
import irqlab.protocol.LoadMessage;
import irqlab.protocol.Msi;
import irqlab.runtime.Bus;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the CPUs of a Linux machine share under locks: the vector domain, descriptors and affinity
 * masks, and the script that brings the devices up.
 *
 * <p>A steady interrupt never comes here. A move does: the holder of the vector asks in the
 * acknowledge phase (MOV-004), the new vector is installed at its CPU before the answer (MOV-005),
 * and until the old one is given back both CPUs take the descriptor's lock here.
 *
 * <p>Rules: {@code linux-irq.md} VEC-020 to VEC-043, AFF-030 to AFF-036, MOV-001 to MOV-015. One
 * owner.
 *
 * <p><b>Not modelled:</b> CPU hot-plug, remapping, free_irq and requests after boot.
 */
public final class Kernel implements Component<KernelMessage>, KernelMessage.Handler {
  /** Lines of the 8259A pair, which have a vector since early boot. */
  static final int LEGACY_IRQS = 16;

  static final int CASCADE_IRQ = 2;
  private static final int CLEAN_UP_TIMER = 1;
  private static final long PS_PER_S = 1_000_000_000_000L;

  private final LinuxConfig config;
  private final Bus<CpuMessage> cores;
  private final Port<LoadMessage> load;
  private final List<BootScript.Op> script;
  private final TreeMap<Integer, KernelIrq> irqs = new TreeMap<>();
  private final VectorDomain domain;
  private final CpuMask[] scratch = {CpuMask.EMPTY};
  private final boolean[] cleanUpArmed;
  private int online;
  private int scriptAt;
  private int bootTag;
  private boolean booted;
  private final AffinityLog log = new AffinityLog();

  /**
   * A kernel of this machine.
   *
   * @param cores member n is CPU n
   * @param load is told when boot is over
   */
  public Kernel(LinuxConfig config, Bus<CpuMessage> cores, Port<LoadMessage> load) {
    this.config = config;
    this.cores = cores;
    this.load = load;
    this.script = BootScript.of(config);
    int cpus = config.topology().cpus();
    cleanUpArmed = new boolean[cpus];
    domain = newDomain(config);
    for (IrqSource source : config.irqs().all()) {
      irqs.put(source.irq(), new KernelIrq(source, initialAffinity(source, cpus)));
    }
  }

  private static VectorDomain newDomain(LinuxConfig config) {
    int cpus = config.topology().cpus();
    VectorMatrix matrix = new VectorMatrix(cpus, config.profile(), VectorTrace.NONE);
    for (int vector : SystemVectors.atBoot(config.profile(), true)) {
      matrix.assignSystem(vector, false, 0);
    }
    int[] destinations = new int[cpus];
    KernelProfile.MsiDestination mode = config.profile().msiDestination(cpus, config.x2Apic());
    for (int cpu = 0; cpu < cpus; cpu++) {
      destinations[cpu] = mode.of(cpu, config.apicId(cpu));
    }
    return new VectorDomain(matrix, destinations, VectorTrace.NONE);
  }

  // AFF-035: a mask that is set before the first request is honoured by it.
  private static CpuMask initialAffinity(IrqSource source, int cpus) {
    return source.cpu().isPresent() ? CpuMask.of(source.cpu().getAsInt()) : CpuMask.first(cpus);
  }

  @Override
  public void on(KernelMessage message, Io<KernelMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onCall(KernelMessage.Call call, Io<KernelMessage> io) {
    switch (call.what()) {
      case KernelCalls.ONLINE -> online(io);
      case KernelCalls.BOOT -> {
        bootTag = call.tag();
        boot(io);
      }
      case KernelCalls.INSTALLED -> installed(irq(call.a()), io);
      case KernelCalls.ACQUIRE -> acquire(call, io);
      case KernelCalls.RELEASE -> release(call, io);
      case KernelCalls.MOVE -> move(call, io);
      case KernelCalls.CLEAN_UP -> cleanUp(call, io);
      default -> throw new IllegalStateException("call=" + call.what() + " cpu=" + call.cpu());
    }
  }

  @Override
  public void onOrder(KernelMessage.Order order, Io<KernelMessage> io) {
    if (order.what() == KernelCalls.MASK_WORD) {
      long[] words = new long[Math.max(scratch[0].wordCount(), (int) order.a() + 1)];
      for (int i = 0; i < words.length; i++) {
        words[i] = i == order.a() ? order.b() : scratch[0].word(i);
      }
      scratch[0] = CpuMask.ofWords(words);
    } else if (order.what() == KernelCalls.WRITE_AFFINITY) {
      writeAffinity((int) order.a(), scratch[0], io);
      scratch[0] = CpuMask.EMPTY;
    } else {
      throw new IllegalStateException("order=" + order.what());
    }
  }

  @Override
  public void onAlarm(KernelMessage.Alarm alarm, Io<KernelMessage> io) {
    int cpu = (int) alarm.data();
    cleanUpArmed[cpu] = false;
    request(cpu, KernelCalls.CLEAN_UP_TIMER, 0, 0, 0, 0, io);
  }

  // BOOT-007: CPUs may start in any order; their rows come online in ascending order.
  private void online(Io<KernelMessage> io) {
    online++;
    if (online < config.topology().cpus()) {
      return;
    }
    domain.cpuOnline(0);
    for (int irq = 0; irq < LEGACY_IRQS; irq++) {
      if (irq != CASCADE_IRQ) {
        domain.matrix().assign(0, KernelProfile.ISA_VECTOR + irq);
      }
    }
    for (int irq = 0; irq < LEGACY_IRQS; irq++) {
      if (irq != CASCADE_IRQ) {
        domain.setupLegacy(irq, irq == 0);
      }
    }
    for (int cpu = 1; cpu < config.topology().cpus(); cpu++) {
      domain.cpuOnline(cpu);
    }
    if (bootTag != 0) {
      boot(io);
    }
  }

  // Goes on with the script until CPU 0 has something to do.
  private void boot(Io<KernelMessage> io) {
    if (online < config.topology().cpus()) {
      return;
    }
    while (scriptAt < script.size()) {
      BootScript.Op op = script.get(scriptAt++);
      switch (op.kind()) {
        case SETUP:
          domain.setup((int) op.a());
          domain.activate((int) op.a(), irq(op.a()).affinity, null, true);
          break;
        case SETUP_MANAGED:
          setupManaged(irq(op.a()), (int) op.b(), (int) op.c());
          break;
        case REQUEST:
          if (requestIrq(irq(op.a()), io)) {
            return;
          }
          break;
        default:
          reply(0, bootTag, op.action(), op.a(), op.b(), op.c(), io);
          return;
      }
    }
    booted = true;
    reply(0, bootTag, BootActions.DONE, 0, 0, 0, io);
    io.send(load, new LoadMessage.Start(io.nowPs()));
  }

  private void setupManaged(KernelIrq irq, int group, int groups) {
    List<CpuMask> masks = AffinitySpread.flat(config.topology().cpus()).spread(groups);
    irq.affinity = masks.get(group);
    Errno errno = domain.setupManaged(irq.source.irq(), masks.get(group));
    if (errno != null) {
      throw new IllegalStateException("irq=" + irq.source.irq() + " " + errno);
    }
    domain.activate(irq.source.irq(), irq.affinity, null, true);
  }

  // THR-011: activate, install, then the message. True when CPU 0 has to wait.
  private boolean requestIrq(KernelIrq irq, Io<KernelMessage> io) {
    int number = irq.source.irq();
    Errno errno = domain.activate(number, irq.affinity, null, false);
    if (errno != null) {
      log.add(number, irq.affinity, errno, io.nowPs());
      return false;
    }
    irq.requested = true;
    irq.waitingCpu = 0;
    irq.waitingTag = bootTag;
    irq.waitingBoot = true;
    install(irq, 0, io);
    return true;
  }

  private void install(KernelIrq irq, int flags, Io<KernelMessage> io) {
    ChipVector chip = domain.chip(irq.source.irq());
    request(
        chip.cpu(), KernelCalls.INSTALL, chip.vector(), irq.source.irq(), flags, irq.ringHead, io);
  }

  private void installed(KernelIrq irq, Io<KernelMessage> io) {
    ChipVector chip = domain.chip(irq.source.irq());
    long address = messageAddress(chip.cpu());
    if (irq.waitingBoot) {
      irq.waitingBoot = false;
      reply(
          0,
          irq.waitingTag,
          BootActions.WRITE_MESSAGE,
          irq.source.irq(),
          address,
          chip.vector(),
          io);
    } else {
      reply(irq.waitingCpu, irq.waitingTag, KernelCalls.MOVED, address, chip.vector(), 0, io);
    }
  }

  // MSI-001; above 255 the destination's bits 14:8 go to address bits 11:5 (MSG-003).
  private long messageAddress(int cpu) {
    KernelProfile.MsiDestination mode =
        config.profile().msiDestination(config.topology().cpus(), config.x2Apic());
    if (mode == KernelProfile.MsiDestination.LOGICAL_FLAT) {
      return Msi.address(1 << cpu, true, false);
    }
    int id = config.apicId(cpu);
    return Msi.address(id, false, false) | (long) (id >>> 8 & 0x7F) << 5;
  }

  /** AFF-032, AFF-035, MOV-001: the mask is stored; the move comes with the next interrupt. */
  private void writeAffinity(int number, CpuMask mask, Io<KernelMessage> io) {
    KernelIrq irq = irqs.get(number);
    Errno errno = refusal(irq, mask);
    log.add(number, mask, errno, io.nowPs());
    if (errno != null) {
      io.probe().mark(Mark.MOVE_REFUSED, 0, number, errno.number());
      return;
    }
    io.probe().count(Counter.MOVES_REQUESTED);
    io.probe().mark(Mark.MOVE_ASKED, 0, number, mask.first());
    if (!irq.requested) {
      irq.affinity = mask;
      return;
    }
    irq.pending = mask;
    if (!irq.shared) {
      request(domain.chip(number).cpu(), KernelCalls.SET_MOVE, number, 0, 0, 0, io);
    }
  }

  private Errno refusal(KernelIrq irq, CpuMask mask) {
    if (irq == null || irq.source.managed() || irq.source.irq() == 0) {
      return config.profile().managedWrite();
    }
    return mask.intersects(domain.online()) ? null : Errno.EINVAL;
  }

  private void acquire(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = irq(call.a());
    if (irq.held()) {
      int code = irq.replay ? KernelCalls.BUSY_COLLAPSED : KernelCalls.BUSY;
      if (!irq.replay) {
        irq.replay = true;
        irq.replayId = call.b();
        irq.replayRaisedPs = call.c();
      }
      reply(call.cpu(), call.tag(), code, 0, 0, 0, io);
      return;
    }
    irq.hold(call.cpu());
    int toClean = domain.completeMove(irq.source.irq(), call.cpu());
    boolean byTimer = config.profile().cleanup() == KernelProfile.Cleanup.TIMER;
    if (toClean >= 0 && byTimer) {
      armCleanUp(toClean, io);
    }
    if (domain.chip(irq.source.irq()).cpu() != call.cpu()) {
      io.probe().count(Counter.MOVES_OLD_CPU);
    }
    long flags = irq.pending == null ? 0 : KernelCalls.MOVE_PENDING;
    long byVector = byTimer ? 0 : toClean + 1;
    reply(call.cpu(), call.tag(), KernelCalls.OK, irq.ringHead, flags, byVector, io);
  }

  private void release(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = irq(call.a());
    irq.ringHead = call.b();
    if (irq.replay) {
      irq.replay = false;
      reply(call.cpu(), call.tag(), KernelCalls.AGAIN, irq.replayId, irq.replayRaisedPs, 0, io);
      return;
    }
    irq.release();
    ChipVector chip = domain.chip(irq.source.irq());
    boolean settled = chip.prevVector() == 0 && chip.cpu() == call.cpu();
    if (settled) {
      irq.shared = false;
      if (irq.pending != null) {
        request(call.cpu(), KernelCalls.SET_MOVE, irq.source.irq(), 0, 0, 0, io);
      }
    }
    int code = settled ? KernelCalls.PRIVATE : KernelCalls.OK;
    reply(call.cpu(), call.tag(), code, 0, 0, 0, io);
  }

  /** MOV-004 to MOV-007. */
  private void move(KernelMessage.Call call, Io<KernelMessage> io) {
    KernelIrq irq = irq(call.a());
    int number = irq.source.irq();
    if (irq.pending == null) {
      reply(call.cpu(), call.tag(), KernelCalls.OK, 0, 0, 0, io);
      return;
    }
    ChipVector chip = domain.chip(number);
    int oldCpu = chip.cpu();
    int oldVector = chip.vector();
    Errno errno = domain.setAffinity(number, irq.pending);
    if (errno == Errno.EBUSY) {
      reply(call.cpu(), call.tag(), KernelCalls.MOVE_LATER, 0, 0, 0, io);
      return;
    }
    if (errno == null) {
      irq.affinity = irq.pending;
    } else {
      io.probe().count(Counter.MOVES_DROPPED);
    }
    irq.pending = null;
    if (errno != null || (chip.cpu() == oldCpu && chip.vector() == oldVector)) {
      reply(call.cpu(), call.tag(), KernelCalls.OK, 0, 0, 0, io);
      return;
    }
    io.probe().mark(Mark.MOVE_DONE, 0, number, (long) chip.cpu() << 8 | chip.vector());
    irq.shared = true;
    irq.hold(call.cpu());
    irq.ringHead = call.b();
    irq.waitingCpu = call.cpu();
    irq.waitingTag = call.tag();
    install(irq, KernelCalls.SHARED, io);
  }

  private void cleanUp(KernelMessage.Call call, Io<KernelMessage> io) {
    long[] irr = {call.a(), call.b(), call.c(), call.d()};
    int cpu = call.cpu();
    int[] before = new int[0];
    for (KernelIrq irq : irqs.values()) {
      ChipVector chip = domain.chip(irq.source.irq());
      if (chip != null && chip.cleanupPending() && chip.prevCpu() == cpu) {
        before = java.util.Arrays.copyOf(before, before.length + 2);
        before[before.length - 2] = irq.source.irq();
        before[before.length - 1] = chip.prevVector();
      }
    }
    boolean stays = domain.cleanUp(cpu, vector -> (irr[vector >> 6] >>> (vector & 63) & 1) != 0);
    for (int i = 0; i < before.length; i += 2) {
      if (domain.chip(before[i]).prevVector() == 0) {
        request(cpu, KernelCalls.UNINSTALL, before[i + 1], 0, 0, 0, io);
        io.probe().mark(Mark.MOVE_CLEANED, 0, before[i], (long) cpu << 8 | before[i + 1]);
      }
    }
    boolean byTimer = config.profile().cleanup() == KernelProfile.Cleanup.TIMER;
    if (stays && byTimer) {
      armCleanUp(cpu, io);
    }
    reply(cpu, call.tag(), stays ? KernelCalls.STAYS : KernelCalls.OK, 0, 0, 0, io);
  }

  // MOV-011: at the next jiffy, unless the timer is armed already.
  private void armCleanUp(int cpu, Io<KernelMessage> io) {
    if (!cleanUpArmed[cpu]) {
      cleanUpArmed[cpu] = true;
      long jiffyPs = PS_PER_S / config.topology().hz();
      io.alarm(jiffyPs - io.nowPs() % jiffyPs, new KernelMessage.Alarm(CLEAN_UP_TIMER, cpu));
    }
  }

  private KernelIrq irq(long number) {
    KernelIrq irq = irqs.get((int) number);
    if (irq == null) {
      throw new IllegalStateException("irq=" + number + " is not of this machine");
    }
    return irq;
  }

  private void reply(int cpu, int tag, int code, long a, long b, long c, Io<KernelMessage> io) {
    io.send(cores, cpu, new CpuMessage.Reply(tag, code, a, b, c));
  }

  private void request(int cpu, int what, long a, long b, long c, long d, Io<KernelMessage> io) {
    io.send(cores, cpu, new CpuMessage.Request(what, a, b, c, d));
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(online);
    out.putInt(scriptAt);
    out.putInt(bootTag);
    out.putBoolean(booted);
    scratch[0].save(out::putLong);
    for (boolean armed : cleanUpArmed) {
      out.putBoolean(armed);
    }
    for (KernelIrq irq : irqs.values()) {
      irq.save(out);
    }
    log.save(out);
    domain.save(out::putLong);
  }

  @Override
  public void load(StateReader in) {
    online = in.getInt();
    scriptAt = in.getInt();
    bootTag = in.getInt();
    booted = in.getBoolean();
    scratch[0] = CpuMask.load(in::getLong);
    for (int cpu = 0; cpu < cleanUpArmed.length; cpu++) {
      cleanUpArmed[cpu] = in.getBoolean();
    }
    for (KernelIrq irq : irqs.values()) {
      irq.load(in);
    }
    log.load(in);
    domain.load(in::getLong);
  }

  @Override
  public void inspect(Inspector out) {
    int cpus = config.topology().cpus();
    out.value("booted", booted ? 1 : 0);
    for (Map.Entry<Integer, KernelIrq> each : irqs.entrySet()) {
      String name = "irq." + each.getKey();
      KernelIrq irq = each.getValue();
      ChipVector chip = domain.chip(each.getKey());
      out.value(name + ".requested", irq.requested ? 1 : 0);
      out.text(name + ".smp_affinity", irq.shown().hex(cpus));
      if (chip != null && irq.requested) {
        out.value(name + ".cpu", chip.cpu());
        out.value(name + ".vector", chip.vector());
        out.text(name + ".effective_affinity", CpuMask.of(chip.effectiveCpu()).hex(cpus));
      }
      irq.inspect(out);
    }
    log.inspect(out, cpus);
  }
}
