package irqlab.cpu.lapic;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.LapicMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * What raises interrupts inside a local APIC by the local vector table: timer, sensors, errors and
 * the pins LINT0 and LINT1; and what is handed to the core without IRR.
 *
 * <p>An 8259A's output on a LINT pin in ExtINT mode, and an ExtINT message, carry no interrupt of
 * their own: the 8259A keeps it until the acknowledgment. A name that comes with one all the same
 * is closed as {@link Fate#COLLAPSED_LATCH} when the acknowledgment goes out.
 *
 * <p><b>Not modelled:</b> polarity of the pins; what makes the sensors and counters overflow, which
 * is {@code LocalEvent}; focus processor checking.
 */
final class LocalSources {
  private final Lapic lapic;
  private final boolean[] asserted = new boolean[2];

  // The interrupt that a level pin holds until it is accepted.
  private final long[] pinId = new long[2];
  private final long[] pinRaisedPs = new long[2];
  private boolean extIntLatched;
  private long extIntId;
  private boolean raisingError;

  LocalSources(Lapic lapic) {
    this.lapic = lapic;
  }

  // --- events ---

  /** LVT-002 to LVT-004: the timer expired, or something else with an LVT entry happened. */
  void event(LvtEntry entry, Io<LapicMessage> io) {
    long id = lapic.raises.local(entry, io.probe());
    io.probe().count(Counter.LOCAL_EVENTS);
    Registers registers = lapic.registers;
    if (registers.masked(entry)) {
      Lapic.close(id, Fate.LOST_MASKED, io);
      return;
    }
    Lvt lvt = registers.lvt(entry);
    if (entry == LvtEntry.PERFORMANCE) {
      registers.setLvtBit(entry, Lvt.MASK, true);
    }
    boolean fixed = entry == LvtEntry.TIMER || entry == LvtEntry.ERROR;
    deliver(fixed ? DeliveryMode.FIXED : lvt.mode(), id, io.nowPs(), lvt.vector(), io);
  }

  /** LAPIC-021: notes an error; a new one raises the error LVT, its own errors do not. */
  void error(int bit, Io<LapicMessage> io) {
    boolean fresh = lapic.registers.esr.note(bit);
    if (fresh && !raisingError && !lapic.registers.masked(LvtEntry.ERROR)) {
      raisingError = true;
      event(LvtEntry.ERROR, io);
      raisingError = false;
    }
  }

  private void deliver(DeliveryMode mode, long id, long raisedPs, int vector, Io<LapicMessage> io) {
    if (mode == DeliveryMode.FIXED) {
      lapic.accept(id, raisedPs, vector, false, io);
    } else {
      forward(mode, id, raisedPs, vector, io);
    }
  }

  /** Hands the core what does not go by IRR (CPU-006, CPU-010, CPU-011, CPU-014, ICR-019). */
  void forward(DeliveryMode mode, long id, long raisedPs, int vector, Io<LapicMessage> io) {
    io.probe().count(Counter.FORWARDED);
    switch (mode) {
      case NMI -> io.send(lapic.ports.core(), new CpuMessage.Nmi(id, raisedPs));
      case SMI -> io.send(lapic.ports.core(), new CpuMessage.Smi(id, raisedPs));
      case INIT -> io.send(lapic.ports.core(), new CpuMessage.Init(id, raisedPs));
      case STARTUP -> io.send(lapic.ports.core(), new CpuMessage.Startup(id, raisedPs, vector));
      case EXT_INT -> {
        if (extIntLatched) {
          Lapic.close(id, Fate.COLLAPSED_LATCH, io);
        } else {
          extIntLatched = true;
          extIntId = id;
        }
        lapic.updateIntr(io);
      }
      default -> Lapic.close(id, Fate.IGNORED, io);
    }
  }

  // --- ExtINT ---

  /** CPU-018, CPU-019: an ExtINT waits for an acknowledgment. */
  boolean extInt() {
    return extIntLatched || ((asserted[0] || asserted[1]) && extIntPins());
  }

  private boolean extIntPins() {
    return (asserted[0] && extIntPin(LvtEntry.LINT0)) || (asserted[1] && extIntPin(LvtEntry.LINT1));
  }

  private boolean extIntPin(LvtEntry entry) {
    if (lapic.registers.mode() == ApicMode.DISABLED) {
      return entry == LvtEntry.LINT0;
    }
    Lvt lvt = lapic.registers.lvt(entry);
    return !lvt.masked() && lvt.mode() == DeliveryMode.EXT_INT;
  }

  /** The acknowledgment goes to the 8259A, which now has to name the interrupt. */
  void acknowledgeExtInt(Io<LapicMessage> io) {
    if (extIntLatched) {
      extIntLatched = false;
      Lapic.close(extIntId, Fate.COLLAPSED_LATCH, io);
      extIntId = 0;
    }
  }

  // --- pins ---

  /** LVT-003, LVT-005: a LINT pin changes. */
  void pin(int pin, boolean level, long id, long raisedPs, Io<LapicMessage> io) {
    LvtEntry entry = pin == 0 ? LvtEntry.LINT0 : LvtEntry.LINT1;
    boolean rising = level && !asserted[pin];
    asserted[pin] = level;
    if (!level) {
      Lapic.close(pinId[pin], Fate.WITHDRAWN, io);
      pinId[pin] = 0;
    } else if (!rising) {
      Lapic.close(id, Fate.COLLAPSED_LINE, io);
    } else if (lapic.registers.mode() == ApicMode.DISABLED) {
      if (entry == LvtEntry.LINT1) {
        forward(DeliveryMode.NMI, id, raisedPs, 0, io);
      }
    } else if (lapic.registers.lvt(entry).levelTriggered()) {
      pinId[pin] = id;
      pinRaisedPs[pin] = raisedPs;
      levelPin(entry, pin, io);
    } else {
      edge(entry, id, raisedPs, io);
    }
  }

  private void edge(LvtEntry entry, long id, long raisedPs, Io<LapicMessage> io) {
    Lvt lvt = lapic.registers.lvt(entry);
    if (lvt.mode() == DeliveryMode.EXT_INT) {
      return;
    }
    io.probe().count(Counter.LOCAL_EVENTS);
    if (lvt.masked()) {
      Lapic.close(id, Fate.LOST_MASKED, io);
    } else {
      deliver(lvt.mode(), id, raisedPs, lvt.vector(), io);
    }
  }

  // A level pin requests while it is asserted, unmasked, and the last one was ended.
  private void levelPin(LvtEntry entry, int pin, Io<LapicMessage> io) {
    Lvt lvt = lapic.registers.lvt(entry);
    if (asserted[pin] && lvt.levelTriggered() && !lvt.masked() && !lvt.remoteIrr()) {
      lapic.registers.setLvtBit(entry, Lvt.REMOTE_IRR, true);
      io.probe().count(Counter.LOCAL_EVENTS);
      long id = pinId[pin];
      pinId[pin] = 0;
      lapic.accept(id, pinRaisedPs[pin], lvt.vector(), true, io);
    }
  }

  /** The LVT entry of a pin was written: unmasking lets a level through, and ExtINT counts anew. */
  void pinReprogrammed(LvtEntry entry, Io<LapicMessage> io) {
    if (!lapic.registers.lvt(entry).levelTriggered()) {
      lapic.registers.setLvtBit(entry, Lvt.REMOTE_IRR, false);
    }
    levelPin(entry, entry == LvtEntry.LINT0 ? 0 : 1, io);
    lapic.updateIntr(io);
  }

  /** EOI of a level vector: a pin that is still asserted requests again. */
  void endOfInterrupt(int vector, Io<LapicMessage> io) {
    endOfInterrupt(LvtEntry.LINT0, 0, vector, io);
    endOfInterrupt(LvtEntry.LINT1, 1, vector, io);
  }

  private void endOfInterrupt(LvtEntry entry, int pin, int vector, Io<LapicMessage> io) {
    Lvt lvt = lapic.registers.lvt(entry);
    if (lvt.remoteIrr() && lvt.vector() == vector) {
      lapic.registers.setLvtBit(entry, Lvt.REMOTE_IRR, false);
      levelPin(entry, pin, io);
    }
  }

  // --- state ---

  /** The wires keep their levels; a latched ExtINT message is gone. */
  void reset(Io<LapicMessage> io) {
    if (extIntLatched) {
      Lapic.close(extIntId, Fate.LOST_RESET, io);
      extIntLatched = false;
      extIntId = 0;
    }
  }

  void save(StateWriter out) {
    for (int pin = 0; pin < 2; pin++) {
      out.putBoolean(asserted[pin]);
      out.putLong(pinId[pin]);
      out.putLong(pinRaisedPs[pin]);
    }
    out.putBoolean(extIntLatched);
    out.putLong(extIntId);
  }

  void load(StateReader in) {
    for (int pin = 0; pin < 2; pin++) {
      asserted[pin] = in.getBoolean();
      pinId[pin] = in.getLong();
      pinRaisedPs[pin] = in.getLong();
    }
    extIntLatched = in.getBoolean();
    extIntId = in.getLong();
  }

  void inspect(Inspector out) {
    for (int pin = 0; pin < 2; pin++) {
      out.value("lint" + pin, asserted[pin] ? 1 : 0);
      if (pinId[pin] != 0) {
        out.pending(pinId[pin], "LINT" + pin);
      }
    }
    out.value("extint", extIntLatched ? 1 : 0);
    if (extIntId != 0) {
      out.pending(extIntId, "ExtINT");
    }
  }
}
