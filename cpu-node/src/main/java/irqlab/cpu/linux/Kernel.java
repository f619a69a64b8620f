package irqlab.cpu.linux;

import irqlab.protocol.CpuMessage;
import irqlab.protocol.KernelMessage;
import irqlab.protocol.LoadMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * What the CPUs of a Linux machine share under locks: the vector domain, descriptors and affinity
 * masks, the script that brings the devices up, and which CPUs are online.
 *
 * <p>A steady interrupt never comes here. A move does: the holder of the vector asks in the
 * acknowledge phase (MOV-004), the new vector is installed at its CPU before the answer (MOV-005),
 * and until the old one is given back both CPUs take the descriptor's lock here.
 *
 * <p>Each kind of work has a desk; they share the {@link Descriptors}. Rules: {@code linux-irq.md}
 * VEC-020 to VEC-044, AFF-030 to AFF-036, MOV-001 to MOV-015, MOV-030, MOV-031, BOOT-005, BOOT-007.
 * One owner.
 *
 * <p><b>Not modelled:</b> remapping, free_irq and requests after boot.
 */
public final class Kernel implements Component<KernelMessage>, KernelMessage.Handler {
  /** Lines of the 8259A pair, which have a vector since early boot. */
  static final int LEGACY_IRQS = 16;

  static final int CASCADE_IRQ = 2;

  private final Port<LoadMessage> load;
  private final Descriptors descriptors;
  private final AffinityLog log = new AffinityLog();
  private final BootDesk boot;
  private final MoveDesk moves;
  private final HotplugDesk hotplug;

  /**
   * A kernel of this machine.
   *
   * @param cores member n is CPU n
   * @param load is told when boot is over
   */
  public Kernel(LinuxConfig config, Bus<CpuMessage> cores, Port<LoadMessage> load) {
    this.load = load;
    descriptors = new Descriptors(config, cores);
    boot = new BootDesk(descriptors, log);
    moves = new MoveDesk(descriptors, log);
    hotplug = new HotplugDesk(descriptors);
  }

  @Override
  public void on(KernelMessage message, Io<KernelMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onCall(KernelMessage.Call call, Io<KernelMessage> io) {
    switch (call.what()) {
      case KernelCalls.ONLINE -> hotplug.alive(call, io);
      case KernelCalls.BRING_UP -> hotplug.bringUp(call, io);
      case KernelCalls.RESTORE -> hotplug.restore(call, io);
      case KernelCalls.BOOT -> {
        boot.next(call, io);
        if (boot.over()) {
          io.send(load, new LoadMessage.Start(io.nowPs()));
          hotplug.next(io);
        }
      }
      case KernelCalls.INSTALLED -> descriptors.installed(descriptors.irq(call.a()), io);
      case KernelCalls.ACQUIRE -> moves.acquire(call, io);
      case KernelCalls.RELEASE -> moves.release(call, io);
      case KernelCalls.MASKED -> moves.masked(descriptors.irq(call.a()), io);
      case KernelCalls.MOVE -> moves.move(call, io);
      case KernelCalls.CLEAN_UP -> moves.cleanUp(call, io);
      case KernelCalls.STOPPED -> hotplug.stopped(call, io);
      case KernelCalls.MIGRATE -> hotplug.migrate(call, io);
      case KernelCalls.HAND_OVER -> hotplug.handOver(call, io);
      case KernelCalls.TARGET -> hotplug.target(call, io);
      case KernelCalls.GONE -> hotplug.gone(call, io);
      default -> throw new IllegalStateException("call=" + call.what() + " cpu=" + call.cpu());
    }
  }

  @Override
  public void onOrder(KernelMessage.Order order, Io<KernelMessage> io) {
    switch (order.what()) {
      case KernelCalls.MASK_WORD -> moves.maskWord((int) order.a(), order.b());
      case KernelCalls.WRITE_AFFINITY -> moves.writeAffinity((int) order.a(), io);
      case KernelCalls.CPU_ONLINE ->
          hotplug.order((int) order.a(), order.b() != 0, boot.over(), io);
      default -> throw new IllegalStateException("order=" + order.what());
    }
  }

  @Override
  public void onAlarm(KernelMessage.Alarm alarm, Io<KernelMessage> io) {
    moves.cleanUpTimer((int) alarm.data(), io);
  }

  @Override
  public void save(StateWriter out) {
    boot.save(out);
    moves.save(out);
    hotplug.save(out);
    log.save(out);
    descriptors.save(out);
  }

  @Override
  public void load(StateReader in) {
    boot.load(in);
    moves.load(in);
    hotplug.load(in);
    log.load(in);
    descriptors.load(in);
  }

  @Override
  public void inspect(Inspector out) {
    int cpus = descriptors.cpus();
    out.value("booted", boot.over() ? 1 : 0);
    hotplug.inspect(out);
    for (KernelIrq irq : descriptors.all()) {
      String name = "irq." + irq.source.irq();
      ChipVector chip = descriptors.chip(irq);
      out.value(name + ".requested", irq.requested ? 1 : 0);
      out.value(name + ".shut_down", irq.shutDown ? 1 : 0);
      out.text(name + ".smp_affinity", irq.affinity.shown().hex(cpus));
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
