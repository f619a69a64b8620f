package irqlab.conformance;

import irqlab.observe.Fate;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * A core that does what a test script says, one operation at a time on a settled machine: it runs
 * with interrupts disabled, and acknowledges when it is told to open an interrupt window.
 *
 * <p><b>Not modelled:</b> instructions, shadows, handlers: NMI and SMI are counted and done with.
 */
final class HarnessCore implements Component<CpuMessage>, CpuMessage.Handler {
  /** Operations, {@link CpuMessage.Task#what}; operands in a and b. */
  static final int REGISTER_WRITE = 1;

  static final int REGISTER_READ = 2;
  static final int MSR_WRITE = 3;
  static final int MSR_READ = 4;
  static final int MEMORY_WRITE = 5;
  static final int MEMORY_READ = 6;
  static final int PORT_WRITE = 7;
  static final int PORT_READ = 8;
  static final int ACKNOWLEDGE = 9;

  /** No vector was given. */
  static final int NONE = -1;

  private static final int TAG = 1;

  private final int cpu;
  private final Port<LapicMessage> lapic;
  private final Port<RootComplexMessage> root;
  private boolean intr;
  private boolean waitingForStartup;
  private int page;
  private int nmis;
  private int vector = NONE;
  private long value;
  private boolean fault;

  HarnessCore(int cpu, int startedAtPage, Port<LapicMessage> lapic, Port<RootComplexMessage> root) {
    this.cpu = cpu;
    this.lapic = lapic;
    this.root = root;
    page = startedAtPage;
  }

  /** The level of INTR. */
  boolean intr() {
    return intr;
  }

  /** False while it waits for STARTUP. */
  boolean responding() {
    return !waitingForStartup;
  }

  /** The page of the last STARTUP that it took. */
  int page() {
    return page;
  }

  /** How many NMIs it took. */
  int nmis() {
    return nmis;
  }

  /** The vector of the last acknowledgment, or {@link #NONE}. */
  int vector() {
    return vector;
  }

  /** What the last read returned. */
  long value() {
    return value;
  }

  /** True when the last MSR access raised #GP. */
  boolean fault() {
    return fault;
  }

  @Override
  public void on(CpuMessage message, Io<CpuMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onTask(CpuMessage.Task m, Io<CpuMessage> io) {
    fault = false;
    switch (m.what()) {
      case REGISTER_WRITE ->
          io.send(lapic, new LapicMessage.RegisterWrite((int) m.a(), (int) m.b()));
      case REGISTER_READ -> io.send(lapic, new LapicMessage.RegisterRead(TAG, (int) m.a()));
      case MSR_WRITE -> io.send(lapic, new LapicMessage.MsrWrite(TAG, (int) m.a(), m.b()));
      case MSR_READ -> io.send(lapic, new LapicMessage.MsrRead(TAG, (int) m.a()));
      case MEMORY_WRITE -> io.send(root, new RootComplexMessage.CpuWrite(cpu, m.a(), m.b()));
      case MEMORY_READ -> io.send(root, new RootComplexMessage.CpuRead(cpu, TAG, m.a()));
      case PORT_WRITE ->
          io.send(root, new RootComplexMessage.PortWrite(cpu, TAG, (int) m.a(), (int) m.b()));
      case PORT_READ -> io.send(root, new RootComplexMessage.PortRead(cpu, TAG, (int) m.a()));
      case ACKNOWLEDGE -> acknowledge(io);
      default -> throw new IllegalStateException("what=" + m.what());
    }
  }

  private void acknowledge(Io<CpuMessage> io) {
    vector = NONE;
    if (intr) {
      intr = false;
      io.send(lapic, new LapicMessage.Inta());
    }
  }

  @Override
  public void onIntr(CpuMessage.Intr m, Io<CpuMessage> io) {
    intr = m.asserted();
  }

  @Override
  public void onVector(CpuMessage.Vector m, Io<CpuMessage> io) {
    intr = false;
    if (!m.spurious()) {
      vector = m.vector();
      handled(m.id(), m.raisedPs(), m.vector(), io);
    }
  }

  @Override
  public void onNmi(CpuMessage.Nmi m, Io<CpuMessage> io) {
    nmis++;
    handled(m.id(), m.raisedPs(), 2, io);
  }

  @Override
  public void onSmi(CpuMessage.Smi m, Io<CpuMessage> io) {
    handled(m.id(), m.raisedPs(), 0, io);
  }

  /** CPU-011: the boot CPU starts again, the others wait for STARTUP. */
  @Override
  public void onInit(CpuMessage.Init m, Io<CpuMessage> io) {
    handled(m.id(), m.raisedPs(), 0, io);
    intr = false;
    waitingForStartup = cpu != 0;
    io.send(lapic, new LapicMessage.Reset(false));
  }

  /** CPU-014: taken only while it waits. */
  @Override
  public void onStartup(CpuMessage.Startup m, Io<CpuMessage> io) {
    if (waitingForStartup) {
      waitingForStartup = false;
      page = m.page();
      handled(m.id(), m.raisedPs(), 0, io);
    } else if (m.id() != 0) {
      io.probe().closed(m.id(), Fate.IGNORED);
    }
  }

  private void handled(long id, long raisedPs, int number, Io<CpuMessage> io) {
    if (id != 0) {
      io.probe().handled(id, cpu, number, io.nowPs() - raisedPs);
    }
  }

  @Override
  public void onCompletion(CpuMessage.Completion m, Io<CpuMessage> io) {
    value = m.value();
  }

  @Override
  public void onFault(CpuMessage.Fault m, Io<CpuMessage> io) {
    fault = true;
  }

  @Override
  public void onLineCompletion(CpuMessage.LineCompletion m, Io<CpuMessage> io) {
    unexpected(m);
  }

  @Override
  public void onPriorityDone(CpuMessage.PriorityDone m, Io<CpuMessage> io) {
    unexpected(m);
  }

  @Override
  public void onReply(CpuMessage.Reply m, Io<CpuMessage> io) {
    unexpected(m);
  }

  @Override
  public void onRequest(CpuMessage.Request m, Io<CpuMessage> io) {
    unexpected(m);
  }

  @Override
  public void onAlarm(CpuMessage.Alarm m, Io<CpuMessage> io) {
    unexpected(m);
  }

  private void unexpected(CpuMessage message) {
    throw new IllegalStateException("cpu=" + cpu + " message=" + message + ": nobody asked for it");
  }

  @Override
  public void save(StateWriter out) {
    out.putBoolean(intr);
    out.putBoolean(waitingForStartup);
    out.putInt(page);
    out.putInt(nmis);
    out.putInt(vector);
    out.putLong(value);
    out.putBoolean(fault);
  }

  @Override
  public void load(StateReader in) {
    intr = in.getBoolean();
    waitingForStartup = in.getBoolean();
    page = in.getInt();
    nmis = in.getInt();
    vector = in.getInt();
    value = in.getLong();
    fault = in.getBoolean();
  }

  @Override
  public void inspect(Inspector out) {
    out.value("intr", intr ? 1 : 0);
    out.value("responding", responding() ? 1 : 0);
    out.value("page", page);
    out.value("nmis", nmis);
  }
}
