package irqlab.cpu.core;

import irqlab.observe.Counter;
import irqlab.observe.Probe;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.KernelMessage;
import irqlab.runtime.Io;
import irqlab.runtime.Rng;

/** The core as its programs see it, while it reacts to a message. */
final class RunningView implements CoreView {
  private final int cpu;
  private final CorePorts ports;
  private final Answers answers;

  /** Of the reaction that is under way. */
  Io<CpuMessage> io;

  RunningView(int cpu, CorePorts ports, Answers answers) {
    this.cpu = cpu;
    this.ports = ports;
    this.answers = answers;
  }

  @Override
  public int cpu() {
    return cpu;
  }

  @Override
  public long nowPs() {
    return io.nowPs();
  }

  @Override
  public long line(int index) {
    return answers.line[index];
  }

  @Override
  public long reply(int index) {
    return answers.reply[index];
  }

  @Override
  public boolean faulted() {
    return answers.faulted;
  }

  @Override
  public Rng rng() {
    return io.rng();
  }

  @Override
  public Probe probe() {
    return io.probe();
  }

  @Override
  public void tell(int what, long a, long b, long c, long d) {
    io.send(ports.kernel(), new KernelMessage.Call(cpu, 0, what, a, b, c, d));
    io.probe().count(Counter.KERNEL_CALLS);
  }
}
