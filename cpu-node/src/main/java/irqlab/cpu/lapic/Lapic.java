package irqlab.cpu.lapic;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.Mark;
import irqlab.observe.OrderBook;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.PicMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Local APIC of a Pentium 4 or later part, version 0x14, with the P6 generation as an option.
 *
 * <p>INTR is a level at the core: {@link CpuMessage.Intr} is sent when it changes. An INTA clears
 * it on both sides; for the core that is when {@link CpuMessage.Vector} arrives, since an Intr on
 * its way before that belongs to the time before the acknowledgment. The answer is the highest
 * request at that moment, or the spurious vector. An Intr that is due while an ExtINT
 * acknowledgment is at the 8259A is sent behind the vector.
 *
 * <p>What a CPU sends to itself is accepted in the same reaction, before what it writes later.
 *
 * <p>Source: SDM vol. 3, "Advanced Programmable Interrupt Controller (APIC)". <b>Not modelled:</b>
 * delivery status (always idle: a message is gone when the write is done); focus processor
 * checking; arbitration ids and the serial APIC bus; AMD's extended registers; a stale destination
 * is found out only when the whole local APIC is disabled, since messages carry no destination.
 */
public final class Lapic implements Component<LapicMessage>, LapicMessage.Handler {
  private static final CpuMessage.Intr RAISE = new CpuMessage.Intr(true);
  private static final CpuMessage.Intr LOWER = new CpuMessage.Intr(false);

  final LapicConfig config;
  final LapicPorts ports;
  final ApicDirectory directory;
  final Requests requests;
  final Registers registers;
  final Raises raises;
  final LocalSources local;
  final IpiSender ipis;
  private final RetryQueue retries;
  private final boolean fifo;

  // PPR and what follows from it; derived, kept for speed.
  private int ppr;
  // The level of INTR as the core knows it.
  private boolean intr;
  // An acknowledgment is at the 8259A; INTR does not change before its vector came.
  private boolean acknowledging;

  /**
   * A local APIC.
   *
   * @param config which part, and how the machine finds it
   * @param componentId its id in the machine; the raiser in the names of its IPIs and timer
   * @param ports where its messages go
   * @param directory what it knows of all local APICs, itself included; its own from now on
   */
  public Lapic(LapicConfig config, int componentId, LapicPorts ports, ApicDirectory directory) {
    this.config = config;
    this.ports = ports;
    this.directory = directory;
    requests = new Requests(config.arbitration());
    fifo = config.arbitration() == Arbitration.FIFO;
    raises = new Raises(componentId);
    registers = new Registers(this);
    local = new LocalSources(this);
    ipis = new IpiSender(this);
    retries = config.generation() == Generation.P6 ? new RetryQueue() : null;
    registers.initialise();
  }

  @Override
  public void start(Io<LapicMessage> io) {
    tellDirectory(io);
    if (config.softwareEnabled()) {
      tellRoot(io);
    }
  }

  @Override
  public void on(LapicMessage message, Io<LapicMessage> io) {
    message.to(this, io);
  }

  // --- messages of the bus ---

  @Override
  public void onInterrupt(LapicMessage.Interrupt m, Io<LapicMessage> io) {
    receive(m.id(), m.raisedPs(), m.vector(), m.mode(), m.level(), io);
  }

  @Override
  public void onIpi(LapicMessage.Ipi m, Io<LapicMessage> io) {
    receive(m.id(), m.raisedPs(), m.vector(), m.mode(), m.level(), io);
  }

  /** Takes a message of the bus, or one that this local APIC sends to itself. */
  void receive(
      long id, long raisedPs, int vector, DeliveryMode mode, boolean level, Io<LapicMessage> io) {
    boolean fixed = mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY;
    if (registers.mode() == ApicMode.DISABLED) {
      if (fixed) {
        io.probe().count(Counter.LAPIC_RECEIVED);
        io.probe().count(Counter.LAPIC_REFUSED);
      }
      close(id, Fate.LOST_STALE_DIRECTORY, io);
    } else if (fixed) {
      accept(id, raisedPs, vector, level, io);
    } else {
      local.forward(mode, id, raisedPs, vector, io);
    }
  }

  /**
   * Accepts a fixed or lowest-priority interrupt (LAPIC-002 to LAPIC-006).
   *
   * @param id the interrupt it belongs to; the ledger follows it through the collapse
   * @param vector 16 to 255; lower sets ESR "receive illegal vector" and is dropped
   */
  void accept(long id, long raisedPs, int vector, boolean level, Io<LapicMessage> io) {
    io.probe().count(Counter.LAPIC_RECEIVED);
    if (vector < 16) {
      io.probe().count(Counter.LAPIC_REFUSED);
      close(id, Fate.LOST_ILLEGAL_VECTOR, io);
      local.error(Esr.RECEIVE_ILLEGAL_VECTOR, io);
    } else if (!registers.accepting()) {
      io.probe().count(Counter.LAPIC_REFUSED);
      close(id, Fate.LOST_DISABLED_LAPIC, io);
    } else if (requests.irr.test(vector)) {
      reached(id, raisedPs, vector, io);
      trigger(vector, level);
      io.probe().count(Counter.IRR_COLLAPSED);
      close(id, Fate.COLLAPSED_IRR, io);
    } else if (retries != null && retries.refuses(requests, vector)) {
      reached(id, raisedPs, vector, io);
      retries.add(id, raisedPs, vector, level);
    } else {
      reached(id, raisedPs, vector, io);
      request(id, raisedPs, vector, level, io);
    }
  }

  private void reached(long id, long raisedPs, int vector, Io<LapicMessage> io) {
    long where = (long) config.cpu() << 8 | vector;
    long inService = requests.isr.test(vector) ? OrderBook.IN_SERVICE : 0;
    io.probe().mark(Mark.ACCEPT, id, inService | where, raisedPs);
  }

  private void request(long id, long raisedPs, int vector, boolean level, Io<LapicMessage> io) {
    trigger(vector, level);
    requests.request(vector, id, raisedPs);
    io.probe().count(Counter.IRR_SET);
    if (fifo) {
      updateIntr(io);
    } else if (vector >> 4 > ppr >> 4 && registers.enabled()) {
      setIntr(true, io);
    }
  }

  // LAPIC-002, LAPIC-015: TMR says how the last message for the vector was triggered (D-03).
  private void trigger(int vector, boolean level) {
    if (level) {
      requests.tmr.set(vector);
    } else {
      requests.tmr.clear(vector);
    }
  }

  // --- priority and the handshake with the core ---

  /** LAPIC-008: recomputes PPR after TPR or ISR changed, and INTR with it. */
  void updatePriority(Io<LapicMessage> io) {
    computePriority();
    updateIntr(io);
  }

  void computePriority() {
    int tpr = registers.tpr();
    int serving = requests.isr.highest();
    ppr = serving == VectorBits.NONE || tpr >>> 4 >= serving >>> 4 ? tpr : serving & 0xF0;
  }

  int ppr() {
    return ppr;
  }

  boolean intr() {
    return intr;
  }

  /** Tells the core when INTR is no longer what it was. */
  void updateIntr(Io<LapicMessage> io) {
    setIntr(local.extInt() || deliverable() != VectorBits.NONE, io);
  }

  private void setIntr(boolean level, Io<LapicMessage> io) {
    if (level != intr && !acknowledging) {
      intr = level;
      io.send(ports.core(), level ? RAISE : LOWER);
    }
  }

  /** LAPIC-009, LAPIC-011: the request that an acknowledgment would get now, or none. */
  private int deliverable() {
    if (!registers.enabled()) {
      return VectorBits.NONE;
    }
    if (fifo) {
      return requests.isr.isEmpty()
          ? requests.oldest(((registers.tpr() >>> 4) + 1) << 4)
          : VectorBits.NONE;
    }
    int vector = requests.irr.highest();
    return vector >> 4 > ppr >> 4 ? vector : VectorBits.NONE;
  }

  /** CPU-017: an ExtINT goes first. LAPIC-010, LAPIC-012: else the highest, else the spurious. */
  @Override
  public void onInta(LapicMessage.Inta m, Io<LapicMessage> io) {
    intr = false;
    if (local.extInt() && ports.pic() != null) {
      local.acknowledgeExtInt(io);
      acknowledging = true;
      io.send(ports.pic(), new PicMessage.Inta(config.cpu()));
      return;
    }
    int vector = deliverable();
    if (vector == VectorBits.NONE) {
      io.probe().count(Counter.SPURIOUS);
      io.send(ports.core(), new CpuMessage.Vector(0, io.nowPs(), registers.spurious(), true));
    } else {
      requests.serve(vector);
      ppr = vector & 0xF0; // its class is above that of TPR and of all that was in service
      io.probe().count(Counter.DISPATCHED);
      long id = requests.id(vector);
      io.send(ports.core(), new CpuMessage.Vector(id, requests.raisedPs(vector), vector, false));
    }
    // Of IRR nothing is left above the vector just given.
    setIntr(local.extInt(), io);
  }

  /** CPU-016: the 8259A's vector goes to the core; IRR, ISR and PPR have no part in it. */
  @Override
  public void onExtIntVector(LapicMessage.ExtIntVector m, Io<LapicMessage> io) {
    acknowledging = false;
    io.probe().count(Counter.DISPATCHED);
    io.probe().count(Counter.EXT_INT);
    io.send(ports.core(), new CpuMessage.Vector(m.id(), m.raisedPs(), m.vector(), false));
    updateIntr(io);
  }

  /** LAPIC-013 to LAPIC-017: ends the highest vector in service. */
  void endOfInterrupt(Io<LapicMessage> io) {
    int vector = requests.isr.highest();
    if (vector == VectorBits.NONE) {
      io.probe().count(Counter.GRATUITOUS_EOI);
      return;
    }
    requests.isr.clear(vector);
    computePriority();
    io.probe().mark(Mark.EOI, 0, config.cpu(), vector);
    if (requests.tmr.test(vector)) {
      if (!registers.suppressesEoiBroadcast()) {
        broadcastEoi(vector, io);
      }
      local.endOfInterrupt(vector, io);
    }
    if (retries != null) {
      retry(io);
    }
    updateIntr(io);
  }

  private void broadcastEoi(int vector, Io<LapicMessage> io) {
    IoApicMessage.Eoi eoi = new IoApicMessage.Eoi(vector);
    for (int i = 0; i < ports.ioApics().size(); i++) {
      Port<IoApicMessage> chip = ports.ioApics().get(i);
      io.send(chip, eoi);
    }
  }

  private void retry(Io<LapicMessage> io) {
    for (int left = retries.size(); left > 0; left--) {
      retries.takeFirst();
      int vector = retries.vector();
      if (requests.irr.test(vector)) {
        trigger(vector, retries.level());
        io.probe().count(Counter.IRR_COLLAPSED);
        close(retries.id(), Fate.COLLAPSED_IRR, io);
      } else if (retries.refuses(requests, vector)) {
        retries.putBack();
      } else {
        request(retries.id(), retries.raisedPs(), vector, retries.level(), io);
      }
    }
  }

  // --- what the core does ---

  @Override
  public void onRegisterWrite(LapicMessage.RegisterWrite m, Io<LapicMessage> io) {
    if (m.offset() == LapicRegister.EOI_OFFSET && registers.mode() == ApicMode.XAPIC) {
      endOfInterrupt(io);
    } else {
      registers.write(m.offset(), m.value(), io);
    }
  }

  @Override
  public void onRegisterRead(LapicMessage.RegisterRead m, Io<LapicMessage> io) {
    long value = registers.read(m.offset(), io) & 0xFFFF_FFFFL;
    io.send(ports.core(), new CpuMessage.Completion(m.tag(), value));
  }

  @Override
  public void onMsrWrite(LapicMessage.MsrWrite m, Io<LapicMessage> io) {
    answer(m.tag(), registers.writeMsr(m.msr(), m.value(), io), 0, io);
  }

  @Override
  public void onMsrRead(LapicMessage.MsrRead m, Io<LapicMessage> io) {
    boolean readable = registers.readable(m.msr());
    answer(m.tag(), readable, readable ? registers.readMsr(m.msr(), io) : 0, io);
  }

  private void answer(int tag, boolean legal, long value, Io<LapicMessage> io) {
    if (legal) {
      io.send(ports.core(), new CpuMessage.Completion(tag, value));
    } else {
      io.probe().count(Counter.BAD_ACCESS);
      io.send(ports.core(), new CpuMessage.Fault(tag));
    }
  }

  /** LAPIC-018: CR8 is TPR[7:4], and the core goes on when the new INTR is known. */
  @Override
  public void onTaskPriority(LapicMessage.TaskPriority m, Io<LapicMessage> io) {
    registers.writeTpr((m.cr8() & 15) << 4, io);
    io.send(ports.core(), new CpuMessage.PriorityDone(m.tag(), intr));
  }

  @Override
  public void onLint(LapicMessage.Lint m, Io<LapicMessage> io) {
    local.pin(m.pin(), m.asserted(), m.id(), m.raisedPs(), io);
    updateIntr(io);
  }

  @Override
  public void onLocalEvent(LapicMessage.LocalEvent m, Io<LapicMessage> io) {
    LvtEntry entry = LvtEntry.at(m.lvt());
    if (entry == null || !entry.present(config)) {
      throw new IllegalStateException("lvt=0x" + Integer.toHexString(m.lvt()) + ": no such entry");
    }
    local.event(entry, io);
  }

  @Override
  public void onAlarm(LapicMessage.Alarm m, Io<LapicMessage> io) {
    registers.timer.expired(io);
    local.event(LvtEntry.TIMER, io);
  }

  /** CPU-015: INIT keeps the id, the base and the mode; power-up restores them. */
  @Override
  public void onReset(LapicMessage.Reset m, Io<LapicMessage> io) {
    resetRequests(io);
    registers.reset(m.powerUp(), io);
    computePriority();
    updateIntr(io);
    tellDirectory(io);
  }

  /** Forgets every request, wherever it waits. */
  void resetRequests(Io<LapicMessage> io) {
    requests.reset(io.probe());
    local.reset(io);
    if (retries != null) {
      retries.reset(io.probe());
    }
  }

  // --- the directory ---

  @Override
  public void onDirectoryUpdate(LapicMessage.DirectoryUpdate m, Io<LapicMessage> io) {
    directory.update(
        m.cpu(), m.apicId(), m.logicalId(), m.mode(), m.cluster(), m.enabled(), m.priority());
  }

  /** Tells every sender what this local APIC answers to, when that changed. */
  void tellDirectory(Io<LapicMessage> io) {
    int cpu = config.cpu();
    int priority = config.policy().needsPriority() ? registers.tpr() : 0;
    if (directory.says(
        cpu,
        registers.id(),
        registers.answersTo(),
        registers.mode(),
        registers.cluster(),
        registers.enabled(),
        priority)) {
      return;
    }
    LapicMessage.DirectoryUpdate update =
        new LapicMessage.DirectoryUpdate(
            cpu,
            registers.id(),
            registers.answersTo(),
            registers.mode(),
            registers.cluster(),
            registers.enabled(),
            priority);
    onDirectoryUpdate(update, io);
    for (int member = 0; member < ports.lapics().members(); member++) {
      if (member != cpu) {
        io.send(ports.lapics(), member, update);
      }
    }
    tellRoot(io);
  }

  // The root complex is also told once at the start, as it may take a machine after reset for
  // given.
  private void tellRoot(Io<LapicMessage> io) {
    if (ports.root() != null) {
      io.send(
          ports.root(),
          new RootComplexMessage.DirectoryUpdate(
              config.cpu(),
              registers.id(),
              registers.answersTo(),
              registers.mode(),
              registers.cluster(),
              registers.enabled(),
              config.policy().needsPriority() ? registers.tpr() : 0));
    }
  }

  static void close(long id, Fate fate, Io<LapicMessage> io) {
    if (id != 0) {
      io.probe().closed(id, fate);
    }
  }

  // --- state ---

  @Override
  public void save(StateWriter out) {
    registers.save(out);
    requests.save(out);
    raises.save(out);
    local.save(out);
    ipis.save(out);
    if (retries != null) {
      retries.save(out);
    }
    directory.save(out);
    out.putBoolean(intr);
    out.putBoolean(acknowledging);
  }

  @Override
  public void load(StateReader in) {
    registers.load(in);
    requests.load(in);
    raises.load(in);
    local.load(in);
    ipis.load(in);
    if (retries != null) {
      retries.load(in);
    }
    directory.load(in);
    intr = in.getBoolean();
    acknowledging = in.getBoolean();
    computePriority();
  }

  @Override
  public void inspect(Inspector out) {
    out.value("cpu", config.cpu());
    registers.inspect(out);
    out.value("ppr", ppr);
    out.value("intr", intr ? 1 : 0);
    requests.inspect(out);
    local.inspect(out);
    if (retries != null) {
      retries.inspect(out);
    }
  }
}
