package irqlab.cpu.lapic;

import irqlab.observe.Counter;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.Bits;
import irqlab.protocol.LapicMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The register file of a local APIC, by page offset and by MSR.
 *
 * <p>Source: SDM vol. 3, "Local APIC Register Address Map", "Extended XAPIC (x2APIC)".
 *
 * <p><b>Not modelled:</b> the arbitration priority register and remote read, which read 0
 * (LAPIC-028); AMD's extended registers.
 */
final class Registers {
  private static final int MSR_TSC_DEADLINE = 0x6E0;
  private static final int DFR_FLAT = 0xFFFF_FFFF;
  private static final int SVR_RESET = 0xFF;
  private static final int SVR_ENABLED = 1 << 8;
  private static final int SVR_NO_BROADCAST = 1 << 12;

  final LvtTimer timer;
  final Esr esr = new Esr();
  final BaseMsr base;
  private final Lapic lapic;
  private final LapicConfig config;
  private final int[] lvt = new int[LvtEntry.count()];
  private int id;
  private int tpr;
  private int ldr;
  private int dfr;
  private int svr;
  private long icr;

  // No software has enabled or disabled this local APIC since its reset; see accepting().
  private boolean untouched;

  Registers(Lapic lapic) {
    this.lapic = lapic;
    config = lapic.config;
    timer = new LvtTimer(config.timerTickPs(), config.tscTickPs());
    base = new BaseMsr(config);
  }

  /** Brings the registers to where the machine finds them. */
  void initialise() {
    base.setMode(config.mode());
    identify();
    setReset();
    if (config.softwareEnabled()) {
      svr = SVR_RESET | SVR_ENABLED;
      untouched = false;
      if (base.mode() == ApicMode.XAPIC) {
        ldr = ApicDirectory.flatLogicalId(config.cpu());
      }
    }
  }

  // @formatter:off
  int      id()         { return id; }
  int      tpr()        { return tpr; }
  int      ldr()        { return ldr; }
  ApicMode mode()       { return base.mode(); }
  boolean  cluster()    { return dfr >>> 28 == 0; }
  boolean  enabled()    { return (svr & SVR_ENABLED) != 0; }
  int      spurious()   { return svr & 0xFF; }
  Lvt      lvt(LvtEntry entry)          { return new Lvt(lvt[entry.ordinal()]); }
  boolean  masked(LvtEntry entry)       { return (lvt[entry.ordinal()] & Lvt.MASK) != 0; }
  // @formatter:on

  /** The logical id that destinations are compared with; an invalid DFR matches none (ICR-011). */
  int answersTo() {
    boolean valid = mode() == ApicMode.X2APIC || dfr >>> 28 == 0xF || dfr >>> 28 == 0;
    return valid ? ldr : 0;
  }

  /** SVR bit 12, where the part has it (LAPIC-014). */
  boolean suppressesEoiBroadcast() {
    return (svr & SVR_NO_BROADCAST) != 0;
  }

  /**
   * True when fixed interrupts are taken (LAPIC-006).
   *
   * <p>A local APIC that software has disabled refuses them. One that no software has touched since
   * its reset keeps them in IRR until it is enabled: two emulators agree on that, and the manual
   * describes only the state after a disable. See D-04.
   */
  boolean accepting() {
    return enabled() || untouched;
  }

  void setLvtBit(LvtEntry entry, int bit, boolean value) {
    int old = lvt[entry.ordinal()];
    lvt[entry.ordinal()] = value ? old | bit : old & ~bit;
  }

  // --- page ---

  /** A read of the page; reserved registers read 0 and are noted in ESR (LAPIC-023). */
  int read(int offset, Io<LapicMessage> io) {
    if (mode() != ApicMode.XAPIC) {
      io.probe().count(Counter.BAD_ACCESS);
      return -1;
    }
    if ((offset & 15) != 0) {
      io.probe().count(Counter.BAD_ACCESS);
      return 0;
    }
    LapicRegister register = LapicRegister.ofSlot(offset >> 4);
    if (register == null
        || register.xApic == LapicRegister.Access.NONE
        || !register.present(config)) {
      reserved(io);
      return 0;
    }
    return register.xApic.read ? value(register, offset, io.nowPs()) : 0;
  }

  /** A write to the page; what is read-only ignores it (LAPIC-027). */
  void write(int offset, int value, Io<LapicMessage> io) {
    if (mode() != ApicMode.XAPIC || (offset & 15) != 0) {
      io.probe().count(Counter.BAD_ACCESS);
      return;
    }
    LapicRegister register = LapicRegister.ofSlot(offset >> 4);
    if (register == null
        || register.xApic == LapicRegister.Access.NONE
        || !register.present(config)) {
      reserved(io);
    } else if (register.xApic.write) {
      store(register, value, io);
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
  }

  private void reserved(Io<LapicMessage> io) {
    io.probe().count(Counter.BAD_ACCESS);
    lapic.local.error(Esr.ILLEGAL_REGISTER, io);
  }

  // --- MSRs ---

  /** True when RDMSR does not raise #GP now (X2-002, X2-003). */
  boolean readable(int msr) {
    if (msr == BaseMsr.MSR || msr == MSR_TSC_DEADLINE) {
      return true;
    }
    LapicRegister register = x2Apic(msr);
    return register != null && register.x2Apic.read;
  }

  /** RDMSR of what is readable. */
  long readMsr(int msr, Io<LapicMessage> io) {
    if (msr == BaseMsr.MSR) {
      return base.raw();
    }
    if (msr == MSR_TSC_DEADLINE) {
      return timer.deadline();
    }
    LapicRegister register = x2Apic(msr);
    if (register == LapicRegister.ICR_LOW) {
      return icr;
    }
    int offset = (msr - LapicRegister.MSR_BASE) << 4;
    return value(register, offset, io.nowPs()) & 0xFFFF_FFFFL;
  }

  /** WRMSR; false when it raises #GP and changes nothing. */
  boolean writeMsr(int msr, long value, Io<LapicMessage> io) {
    if (msr == BaseMsr.MSR) {
      return writeBase(value, io);
    }
    if (msr == MSR_TSC_DEADLINE) {
      if (timer.writeDeadline(value, io)) {
        lapic.local.event(LvtEntry.TIMER, io);
      }
      return true;
    }
    LapicRegister register = x2Apic(msr);
    if (register == null || !register.x2Apic.write) {
      return false;
    }
    if (register == LapicRegister.ICR_LOW) {
      return writeX2ApicIcr(value, io);
    }
    long defined = register == LapicRegister.SVR ? config.svrWritable() : register.x2ApicDefined;
    if ((value & ~defined) != 0) {
      return false;
    }
    store(register, (int) value, io);
    return true;
  }

  private boolean writeX2ApicIcr(long value, Io<LapicMessage> io) {
    if (Icr.faults(value)) {
      return false;
    }
    icr = Icr.ofX2Apic(value).raw();
    lapic.ipis.send(new Icr(icr), io);
    return true;
  }

  private LapicRegister x2Apic(int msr) {
    if (mode() != ApicMode.X2APIC || msr < LapicRegister.MSR_BASE || msr > LapicRegister.MSR_MAX) {
      return null;
    }
    LapicRegister register = LapicRegister.ofSlot(msr - LapicRegister.MSR_BASE);
    return register != null && register.present(config) ? register : null;
  }

  /** X2-001: mode transitions and the page's address. */
  private boolean writeBase(long value, Io<LapicMessage> io) {
    ApicMode before = base.mode();
    if (!base.write(value)) {
      return false;
    }
    ApicMode after = base.mode();
    if (after == before) {
      return true;
    }
    if (after == ApicMode.X2APIC) {
      identify();
      ldr = ApicDirectory.x2ApicLogicalId(id);
      icr &= 0xFFFF_FFFFL;
    } else {
      // CPU-020: switched off, or on again; only CR8 outlives it.
      int kept = tpr;
      lapic.resetRequests(io);
      timer.reset(io);
      setReset();
      tpr = kept & 0xF0;
      identify();
    }
    lapic.updatePriority(io);
    lapic.tellDirectory(io);
    return true;
  }

  // --- the registers ---

  private int value(LapicRegister register, int offset, long nowPs) {
    int index = (offset - register.offset) >> 4;
    switch (register) {
      case ID:
        return mode() == ApicMode.X2APIC ? id : id << 24;
      case VERSION:
        return config.version();
      case TPR:
        return tpr;
      case PPR:
        return lapic.ppr();
      case LDR:
        return ldr;
      case DFR:
        return dfr;
      case SVR:
        return svr;
      case ISR:
        return lapic.requests.isr.register(index);
      case TMR:
        return lapic.requests.tmr.register(index);
      case IRR:
        return lapic.requests.irr.register(index);
      case ESR:
        return esr.shown();
      case ICR_LOW:
        return (int) icr;
      case ICR_HIGH:
        return (int) (icr >>> 32);
      case TIMER_INITIAL:
        return timer.initial();
      case TIMER_CURRENT:
        return timer.current(nowPs);
      case TIMER_DIVIDE:
        return timer.divide();
      case APR, RRD, EOI, SELF_IPI:
        return 0; // LAPIC-028: APR is not computed; nothing was read remotely
      default:
        return lvt[register.lvt().ordinal()];
    }
  }

  private void store(LapicRegister register, int value, Io<LapicMessage> io) {
    switch (register) {
      case EOI -> lapic.endOfInterrupt(io);
      case TPR -> writeTpr(value & 0xFF, io);
      case ICR_LOW -> {
        Icr sent = new Icr(icr).withLow(value);
        icr = sent.raw();
        lapic.ipis.send(sent, io);
      }
      case ICR_HIGH -> icr = new Icr(icr).withHigh(value).raw();
      case SELF_IPI -> lapic.ipis.sendSelf(value & 0xFF, io);
      case TIMER_INITIAL -> timer.writeInitial(value, io);
      case TIMER_DIVIDE -> timer.writeDivide(value, io);
      case ESR -> esr.written();
      case SVR -> writeSvr(value, io);
      case ID -> {
        id = value >>> 24;
        lapic.tellDirectory(io);
      }
      case LDR -> {
        ldr = value & 0xFF00_0000;
        lapic.tellDirectory(io);
      }
      case DFR -> {
        dfr = value | 0x0FFF_FFFF;
        lapic.tellDirectory(io);
      }
      default -> writeLvt(register.lvt(), value, io);
    }
  }

  void writeTpr(int value, Io<LapicMessage> io) {
    tpr = value;
    lapic.updatePriority(io);
    if (config.policy().needsPriority()) {
      lapic.tellDirectory(io);
    }
  }

  /** LAPIC-007: disabling masks every LVT entry, and enabling does not unmask. */
  private void writeSvr(int value, Io<LapicMessage> io) {
    int writable = config.svrWritable();
    svr = (svr & ~writable) | (value & writable);
    untouched = false;
    if (!enabled()) {
      for (int i = 0; i < lvt.length; i++) {
        lvt[i] |= Lvt.MASK;
      }
    }
    lapic.updateIntr(io);
    lapic.tellDirectory(io);
  }

  private void writeLvt(LvtEntry entry, int value, Io<LapicMessage> io) {
    int old = lvt[entry.ordinal()];
    int next = (old & ~entry.writable) | (value & entry.writable);
    lvt[entry.ordinal()] = enabled() ? next : next | Lvt.MASK;
    if (entry == LvtEntry.TIMER) {
      timer.writeMode(lvt(entry).timerMode(), io);
    } else if (entry == LvtEntry.LINT0 || entry == LvtEntry.LINT1) {
      lapic.local.pinReprogrammed(entry, io);
    }
  }

  // --- reset ---

  /** CPU-015: what INIT leaves alone is the id, the base and the mode. */
  void reset(boolean powerUp, Io<LapicMessage> io) {
    if (powerUp) {
      base.reset();
      identify();
    }
    timer.reset(io);
    setReset();
  }

  private void setReset() {
    tpr = 0;
    dfr = DFR_FLAT;
    svr = SVR_RESET;
    untouched = true;
    icr = 0;
    esr.reset();
    ldr = mode() == ApicMode.X2APIC ? ApicDirectory.x2ApicLogicalId(id) : 0;
    for (int i = 0; i < lvt.length; i++) {
      lvt[i] = Lvt.RESET;
    }
  }

  // LAPIC-025, X2-004: the id of the part; 8 bits of it in xAPIC mode.
  private void identify() {
    id = mode() == ApicMode.X2APIC ? config.apicId() : config.apicId() & 0xFF;
  }

  void save(StateWriter out) {
    base.save(out);
    timer.save(out);
    esr.save(out);
    out.putInts(lvt);
    out.putInt(id);
    out.putInt(tpr);
    out.putInt(ldr);
    out.putInt(dfr);
    out.putInt(svr);
    out.putLong(icr);
    out.putBoolean(untouched);
  }

  void load(StateReader in) {
    base.load(in);
    timer.load(in);
    esr.load(in);
    int[] saved = in.getInts();
    System.arraycopy(saved, 0, lvt, 0, lvt.length);
    id = in.getInt();
    tpr = in.getInt();
    ldr = in.getInt();
    dfr = in.getInt();
    svr = in.getInt();
    icr = in.getLong();
    untouched = in.getBoolean();
  }

  void inspect(Inspector out) {
    out.value("base", base.raw());
    out.value("id", Integer.toUnsignedLong(id));
    out.value("version", config.version());
    out.value("tpr", tpr);
    out.value("ldr", Integer.toUnsignedLong(ldr));
    out.value("dfr", Integer.toUnsignedLong(dfr));
    out.value("svr", svr);
    out.value("esr", esr.shown());
    out.value("esr.collected", esr.collected());
    out.value("icr.low", Bits.get(icr, 31, 0));
    out.value("icr.high", icr >>> 32);
    for (int i = 0; i < lvt.length; i++) {
      out.value("lvt." + LvtEntry.of(i).label(), lvt[i]);
    }
    out.value("timer.initial", Integer.toUnsignedLong(timer.initial()));
    out.value("timer.divide", timer.divide());
    out.value("timer.unitPs", timer.unitPs());
    out.value("timer.expiryPs", timer.expiryPs());
    out.value("timer.deadline", timer.deadline());
  }
}
