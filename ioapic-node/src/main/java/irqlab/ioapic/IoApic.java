package irqlab.ioapic;

import irqlab.line.InputLine;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.Mark;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.PostedAttributes;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * I/O APIC, version 0x11 (82093AA) or 0x20 (with EOI register), 1 to 240 pins.
 *
 * <p><b>Not modelled:</b>
 *
 * <ul>
 *   <li>electrical polarity: a line is asserted or not, the polarity bit is only kept (IOA-023);
 *   <li>the serial APIC bus: delivery status [12] always reads 0, arbitration follows the id;
 *   <li>the pin assertion register (0x20) and boot configuration (index 3) of some hubs.
 * </ul>
 *
 * <p>Each pin has a request bit, as both recorded emulators have. On an edge entry a rise sets it
 * unless the entry is masked (IOA-003, IOA-004) and sending clears it. On a level entry it follows
 * the line (IOA-005 to IOA-007), and remote IRR holds it back until EOI. Rewriting the trigger mode
 * leaves the bit as it is: an edge entry whose line is already high does not send when it turns to
 * level ({@code ioapic-level-at-trigger-change}), a level request that waits is sent as an edge.
 *
 * <p>Books: see {@link InputLine}. The raise of a line travels in the first message sent for it and
 * is closed where that message ends. Messages sent again at EOI carry id 0, or the raise of another
 * source that shares the line and waits.
 */
public final class IoApic implements Component<IoApicMessage>, IoApicMessage.Handler {
  /** Offset of the index register. */
  public static final int INDEX = 0x00;

  /** Offset of the data window. */
  public static final int WINDOW = 0x10;

  /** Offset of the EOI register, version 0x20 and later. */
  public static final int EOI = 0x40;

  /** First version that has an EOI register. */
  public static final int VERSION_WITH_EOI = 0x20;

  /** Index of the id register. */
  static final int REGISTER_ID = 0x00;

  /** Index of the version register. */
  static final int REGISTER_VERSION = 0x01;

  /** Index of the arbitration register. */
  static final int REGISTER_ARBITRATION = 0x02;

  /** Index of the low half of entry 0. */
  static final int REGISTER_TABLE = 0x10;

  private static final int PINS_MAX = 240;
  private static final int ALARM_RESEND = 1;

  /** As many pins as have entries that an index of 8 bits reaches. */
  private static final int NARROW_PINS = 120;

  private final int version;
  private final int indexMask;
  private final int requester;
  private final ResendGuard guard;
  private final Port<RootComplexMessage> root;

  private int id;
  private int index;
  private final long[] entries;
  private final boolean[] requests;
  private final InputLine[] lines;
  private final int[] resends;
  private final long[] sent;
  private final long[] rises;

  /**
   * A chip after reset.
   *
   * @param id APIC id, 0 to 15
   * @param pins 1 to 240
   * @param version 0x11 or 0x20
   * @param requester bus, device and function that its messages carry, 16 bits
   */
  public IoApic(
      int id,
      int pins,
      int version,
      int requester,
      ResendGuard guard,
      Port<RootComplexMessage> root) {
    if (pins < 1 || pins > PINS_MAX) {
      throw new IllegalArgumentException("pins=" + pins + ": 1 to " + PINS_MAX);
    }
    this.id = id & 0xF;
    this.version = version;
    // Model-specific: the data sheet's index has 8 bits, which end at pin 119; the version register
    // has room for 240 pins. A larger chip of ours takes the ninth bit too.
    indexMask = pins > NARROW_PINS ? 0x1FF : 0xFF;
    this.requester = requester;
    this.guard = guard;
    this.root = root;
    entries = new long[pins];
    requests = new boolean[pins];
    lines = new InputLine[pins];
    resends = new int[pins];
    sent = new long[pins];
    rises = new long[pins];
    for (int pin = 0; pin < pins; pin++) {
      entries[pin] = Rte.RESET.raw();
      lines[pin] = new InputLine();
    }
  }

  @Override
  public void on(IoApicMessage message, Io<IoApicMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onLine(IoApicMessage.Line message, Io<IoApicMessage> io) {
    int pin = message.pin();
    if (pin < 0 || pin >= entries.length) {
      io.probe().count(Counter.BAD_ACCESS);
      if (message.id() != 0) {
        io.probe().closed(message.id(), Fate.LOST_NO_ROUTE);
      }
    } else if (message.asserted()) {
      raise(pin, message, io);
    } else {
      lower(pin, message.source(), io);
    }
  }

  private void raise(int pin, IoApicMessage.Line message, Io<IoApicMessage> io) {
    InputLine line = lines[pin];
    Rte rte = entry(pin);
    boolean rose = line.raise(message.source(), message.id(), message.raisedPs(), io.probe());
    if (rose) {
      rises[pin]++;
      io.probe().mark(Mark.LINE, message.id(), pin, 1);
    }
    if (rte.levelSensitive()) {
      requests[pin] |= rose;
      deliver(pin, io);
    } else if (!rose) {
      line.close(message.id(), Fate.COLLAPSED_LINE, io.probe());
    } else if (rte.masked()) {
      line.close(message.id(), Fate.LOST_MASKED, io.probe());
    } else {
      requests[pin] = true;
      deliver(pin, io);
    }
  }

  private void lower(int pin, int source, Io<IoApicMessage> io) {
    boolean level = entry(pin).levelSensitive();
    if (lines[pin].lower(source, !level && requests[pin], io.probe())) {
      io.probe().mark(Mark.LINE, 0, pin, 0);
      if (level) {
        requests[pin] = false;
      }
    }
  }

  @Override
  public void onEoi(IoApicMessage.Eoi message, Io<IoApicMessage> io) {
    end(message.vector(), io);
  }

  // IOA-008: every level entry with this vector; then each looks at its line again.
  private void end(int vector, Io<IoApicMessage> io) {
    for (int pin = 0; pin < entries.length; pin++) {
      Rte rte = entry(pin);
      if (rte.level() && rte.remoteIrr() && rte.vector() == vector) {
        entries[pin] = rte.withRemoteIrr(false).raw();
        if (!requests[pin] || rte.masked()) {
          resends[pin] = 0;
        } else if (guard.limit() > 0 && ++resends[pin] >= guard.limit()) {
          resends[pin] = 0;
          io.alarm(guard.delayPs(), new IoApicMessage.Alarm(ALARM_RESEND, pin));
        } else {
          io.probe().count(Counter.LEVEL_RESENT);
          deliver(pin, io);
        }
      }
    }
  }

  @Override
  public void onAlarm(IoApicMessage.Alarm message, Io<IoApicMessage> io) {
    deliver((int) message.data(), io);
  }

  // IOA-003 to IOA-006: remote IRR and the mask hold a request back.
  private void deliver(int pin, Io<IoApicMessage> io) {
    Rte rte = entry(pin);
    boolean level = rte.levelSensitive();
    if (!requests[pin] || rte.masked() || (level && rte.remoteIrr())) {
      return;
    }
    if (level) {
      entries[pin] = rte.withRemoteIrr(true).raw();
    } else {
      requests[pin] = false;
    }
    InputLine line = lines[pin];
    long interrupt = line.waitingId();
    long raisedPs = line.waitingRaisedPs(io.nowPs());
    line.take();
    sent[pin]++;
    io.probe().count(Counter.MESSAGES_SENT);
    io.send(
        root,
        new RootComplexMessage.MsiWrite(
            interrupt, raisedPs, rte.address(), rte.data(), requester, PostedAttributes.NONE));
  }

  @Override
  public void onRegisterWrite(IoApicMessage.RegisterWrite message, Io<IoApicMessage> io) {
    int value = message.value();
    if (message.offset() == INDEX) {
      index = value & indexMask;
    } else if (message.offset() == WINDOW) {
      writeWindow(value, io);
    } else if (message.offset() == EOI && version >= VERSION_WITH_EOI) {
      end(value & 0xFF, io);
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
  }

  private void writeWindow(int value, Io<IoApicMessage> io) {
    int pin = (index - REGISTER_TABLE) >> 1;
    if (index == REGISTER_ID) {
      id = value >>> 24 & 0xF;
    } else if (index < REGISTER_TABLE || pin >= entries.length) {
      io.probe().count(Counter.BAD_ACCESS);
    } else {
      Rte old = entry(pin);
      Rte next = (index & 1) == 0 ? old.writtenLow(value) : old.writtenHigh(value);
      entries[pin] = next.raw();
      resends[pin] = 0;
      if (old.masked() != next.masked()) {
        io.probe().mark(Mark.MASK, lines[pin].waitingId(), pin, next.masked() ? 1 : 0);
      }
      deliver(pin, io);
    }
  }

  @Override
  public void onRegisterRead(IoApicMessage.RegisterRead message, Io<IoApicMessage> io) {
    long value = 0;
    if (message.offset() == INDEX) {
      value = index;
    } else if (message.offset() == WINDOW) {
      value = readWindow(io);
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
    io.send(root, new RootComplexMessage.ReadDone(message.cpu(), message.tag(), value));
  }

  // IOA-001. What is not there reads 0.
  private long readWindow(Io<IoApicMessage> io) {
    int pin = (index - REGISTER_TABLE) >> 1;
    if (index == REGISTER_ID || index == REGISTER_ARBITRATION) {
      return (long) id << 24;
    }
    if (index == REGISTER_VERSION) {
      return (entries.length - 1L) << 16 | version;
    }
    if (index < REGISTER_TABLE || pin >= entries.length) {
      io.probe().count(Counter.BAD_ACCESS);
      return 0;
    }
    return (index & 1) == 0 ? entries[pin] & 0xFFFF_FFFFL : entries[pin] >>> 32;
  }

  private Rte entry(int pin) {
    return new Rte(entries[pin]);
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(id);
    out.putInt(index);
    out.putLongs(entries);
    out.putInts(resends);
    out.putLongs(sent);
    out.putLongs(rises);
    for (int pin = 0; pin < entries.length; pin++) {
      out.putBoolean(requests[pin]);
      lines[pin].save(out);
    }
  }

  @Override
  public void load(StateReader in) {
    id = in.getInt();
    index = in.getInt();
    copy(in.getLongs(), entries);
    int[] savedResends = in.getInts();
    if (savedResends.length != resends.length) {
      throw new MalformedStateException("pins=" + savedResends.length);
    }
    System.arraycopy(savedResends, 0, resends, 0, resends.length);
    copy(in.getLongs(), sent);
    copy(in.getLongs(), rises);
    for (int pin = 0; pin < entries.length; pin++) {
      requests[pin] = in.getBoolean();
      lines[pin].load(in);
    }
  }

  private static void copy(long[] from, long[] to) {
    if (from.length != to.length) {
      throw new MalformedStateException("pins=" + from.length + " expected=" + to.length);
    }
    System.arraycopy(from, 0, to, 0, to.length);
  }

  /**
   * Shows {@code id}, {@code version}, {@code index}, {@code pins}; {@code rte[n]}, {@code sent[n]}
   * and {@code rises[n]} of each pin; the bitmaps {@code line} (level of each input) and {@code
   * request}; and as pending the raises that wait on a line.
   */
  @Override
  public void inspect(Inspector out) {
    out.value("id", id);
    out.value("version", version);
    out.value("index", index);
    out.value("pins", entries.length);
    long[] line = new long[(entries.length + 63) / 64];
    long[] request = new long[line.length];
    for (int pin = 0; pin < entries.length; pin++) {
      out.value("rte[" + pin + "]", entries[pin]);
      out.value("sent[" + pin + "]", sent[pin]);
      out.value("rises[" + pin + "]", rises[pin]);
      line[pin / 64] |= lines[pin].asserted() ? 1L << pin % 64 : 0;
      request[pin / 64] |= requests[pin] ? 1L << pin % 64 : 0;
    }
    out.bits("line", line);
    out.bits("request", request);
    for (int pin = 0; pin < entries.length; pin++) {
      lines[pin].inspect(out, "pin " + pin);
    }
  }
}
