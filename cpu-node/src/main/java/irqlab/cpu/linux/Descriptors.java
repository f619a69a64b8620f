package irqlab.cpu.linux;

import irqlab.protocol.CpuMessage;
import irqlab.protocol.KernelMessage;
import irqlab.protocol.Msi;
import irqlab.runtime.Bus;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Collection;
import java.util.TreeMap;

/**
 * What every part of the kernel works on: the descriptors of the interrupts, the vector domain, and
 * the way to the CPUs.
 */
final class Descriptors {
  final LinuxConfig config;
  final VectorDomain domain;
  private final Bus<CpuMessage> cores;
  private final TreeMap<Integer, KernelIrq> irqs = new TreeMap<>();

  Descriptors(LinuxConfig config, Bus<CpuMessage> cores) {
    this.config = config;
    this.cores = cores;
    domain = newDomain(config);
    for (IrqSource source : config.irqs().all()) {
      irqs.put(source.irq(), new KernelIrq(source, initialAffinity(source, cpus())));
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
  private static IrqAffinity initialAffinity(IrqSource source, int cpus) {
    IrqAffinity affinity = new IrqAffinity(CpuMask.first(cpus), source.managed());
    if (source.cpu().isPresent()) {
      affinity.store(CpuMask.of(source.cpu().getAsInt()));
    }
    return affinity;
  }

  int cpus() {
    return config.topology().cpus();
  }

  /** All, in ascending order of number. */
  Collection<KernelIrq> all() {
    return irqs.values();
  }

  /** The descriptor of this number, or null. */
  KernelIrq find(int number) {
    return irqs.get(number);
  }

  /** The descriptor of a number that a CPU of this machine named. */
  KernelIrq irq(long number) {
    KernelIrq irq = irqs.get((int) number);
    if (irq == null) {
      throw new IllegalStateException("irq=" + number + " is not of this machine");
    }
    return irq;
  }

  ChipVector chip(KernelIrq irq) {
    return domain.chip(irq.source.irq());
  }

  /**
   * Installs the vector that an interrupt has now at its CPU; whoever waits is answered when that
   * is done, with irq, message address and message data.
   *
   * @param flags of the request
   * @param cpu who waits
   * @param tag of its call
   * @param code of the answer
   */
  void install(KernelIrq irq, int flags, int cpu, int tag, int code, Io<KernelMessage> io) {
    irq.waitingCpu = cpu;
    irq.waitingTag = tag;
    irq.waitingCode = code;
    ChipVector chip = chip(irq);
    request(
        chip.cpu(), KernelCalls.INSTALL, chip.vector(), irq.source.irq(), flags, irq.ringHead, io);
  }

  void installed(KernelIrq irq, Io<KernelMessage> io) {
    ChipVector chip = chip(irq);
    reply(
        irq.waitingCpu,
        irq.waitingTag,
        irq.waitingCode,
        irq.source.irq(),
        messageAddress(chip.cpu()),
        chip.vector(),
        io);
  }

  // MSI-001; above 255 the destination's bits 14:8 go to address bits 11:5 (MSG-003).
  private long messageAddress(int cpu) {
    KernelProfile.MsiDestination mode = config.profile().msiDestination(cpus(), config.x2Apic());
    if (mode == KernelProfile.MsiDestination.LOGICAL_FLAT) {
      return Msi.address(1 << cpu, true, false);
    }
    int id = config.apicId(cpu);
    return Msi.address(id, false, false) | (long) (id >>> 8 & 0x7F) << 5;
  }

  void reply(int cpu, int tag, int code, Io<KernelMessage> io) {
    reply(cpu, tag, code, 0, 0, 0, io);
  }

  void reply(int cpu, int tag, int code, long a, long b, long c, Io<KernelMessage> io) {
    io.send(cores, cpu, new CpuMessage.Reply(tag, code, a, b, c));
  }

  void request(int cpu, int what, long a, long b, long c, long d, Io<KernelMessage> io) {
    io.send(cores, cpu, new CpuMessage.Request(what, a, b, c, d));
  }

  void save(StateWriter out) {
    for (KernelIrq irq : irqs.values()) {
      irq.save(out);
    }
    domain.save(out::putLong);
  }

  void load(StateReader in) {
    for (KernelIrq irq : irqs.values()) {
      irq.load(in);
    }
    domain.load(in::getLong);
  }
}
