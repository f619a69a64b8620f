package irqlab.cpu.core;

import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.KernelMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.MemoryMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Io;

/** How the steps of programs leave a core: posted writes, and requests that are answered. */
final class Accesses {
  private final int cpu;
  private final CorePorts ports;
  final ApicPage page;

  Accesses(int cpu, CorePorts ports, ApicMode mode) {
    this.cpu = cpu;
    this.ports = ports;
    page = new ApicPage(mode);
  }

  /** Sends a write that nobody answers. */
  void post(Step step, Io<CpuMessage> io) {
    switch (step.op) {
      case LAPIC_WRITE -> io.send(ports.lapic(), step.write);
      case MMIO_WRITE -> {
        if (page.has(step.a)) {
          io.send(ports.lapic(), new LapicMessage.RegisterWrite(offset(step), (int) step.b));
        } else {
          io.send(ports.root(), new RootComplexMessage.CpuWrite(cpu, step.a, step.b));
        }
      }
      default -> io.send(ports.memory(), new MemoryMessage.Write(step.a, step.b));
    }
  }

  /** Sends a request; its answer carries the tag. */
  void request(Step step, int tag, Io<CpuMessage> io) {
    int a = (int) step.a;
    int offset = (int) step.b & 0xFFF;
    int sizeBytes = (int) (step.b >>> 12);
    page.asked(step);
    switch (step.op) {
      case LAPIC_READ -> io.send(ports.lapic(), new LapicMessage.RegisterRead(tag, a));
      case MSR_WRITE -> io.send(ports.lapic(), new LapicMessage.MsrWrite(tag, a, step.b));
      case MSR_READ -> io.send(ports.lapic(), new LapicMessage.MsrRead(tag, a));
      case TASK_PRIORITY -> io.send(ports.lapic(), new LapicMessage.TaskPriority(tag, a));
      case MMIO_READ -> {
        if (page.has(step.a)) {
          io.send(ports.lapic(), new LapicMessage.RegisterRead(tag, offset(step)));
        } else {
          io.send(ports.root(), new RootComplexMessage.CpuRead(cpu, tag, step.a));
        }
      }
      case LOAD_LINE -> io.send(ports.memory(), new MemoryMessage.CpuLine(cpu, tag, step.a));
      case CONFIG_WRITE ->
          io.send(
              ports.root(),
              new RootComplexMessage.ConfigWrite(cpu, tag, a, offset, sizeBytes, (int) step.c));
      case CONFIG_READ ->
          io.send(ports.root(), new RootComplexMessage.ConfigRead(cpu, tag, a, offset, sizeBytes));
      case PORT_WRITE ->
          io.send(ports.root(), new RootComplexMessage.PortWrite(cpu, tag, a, (int) step.b));
      case PORT_READ -> io.send(ports.root(), new RootComplexMessage.PortRead(cpu, tag, a));
      case CALL ->
          io.send(
              ports.kernel(), new KernelMessage.Call(cpu, tag, a, step.b, step.c, step.d, step.e));
      default -> throw new IllegalStateException("step=" + step + " cpu=" + cpu);
    }
  }

  private static int offset(Step step) {
    return (int) step.a & 0xFFF;
  }
}
