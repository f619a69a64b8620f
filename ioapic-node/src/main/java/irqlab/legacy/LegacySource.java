package irqlab.legacy;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.observe.Mark;
import irqlab.protocol.ArrivalLaw;
import irqlab.protocol.Arrivals;
import irqlab.protocol.EndpointCommands;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.PicMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Trigger;

/**
 * A device on a legacy line: it raises by hand or by a law of load, and its driver acknowledges at
 * its register.
 *
 * <p>A level source holds its line until the driver reads or writes {@link #ACKNOWLEDGE}. An edge
 * source gives a pulse of {@code holdPs}; with {@link #HOLD_UNTIL_NEXT} it stays high until the
 * driver's access or its own next raise, as the outputs of a PC's timer, keyboard controller and
 * serial port do: a request of the 8259A is withdrawn when its line drops before the acknowledge.
 *
 * <pre>
 * 0x0  ACKNOWLEDGE  read: raises since the last acknowledge; clears them and drops the line
 *                   write: the same, whatever is written
 * 0x8  COUNT        read: the same count without side effect; not writable
 * </pre>
 *
 * <p>Books: each raise is born here. A PC wires the line to the IO-APIC and to the 8259A; the raise
 * goes with the wire to the IO-APIC when there is one, and to the 8259A only in a machine without
 * (its side of the wire then carries id 0 and has no books). A raise while the line is already high
 * has no edge and no request of its own: {@link Fate#COLLAPSED_LINE}; the driver's read of the
 * count serves it.
 *
 * <p><b>Not modelled:</b> anything else of the device: what the timer counts, what was typed.
 */
public final class LegacySource implements Component<EndpointMessage>, EndpointMessage.Handler {
  /** Offset of the register that acknowledges. */
  public static final int ACKNOWLEDGE = 0x0;

  /** Offset of the count without side effect. */
  public static final int COUNT = 0x8;

  /** An edge source's line stays high until the driver's access or the next raise. */
  public static final long HOLD_UNTIL_NEXT = 0;

  private static final int ALARM_ARRIVAL = 1;
  private static final int ALARM_RELEASE = 2;
  private static final int ENTRY = 0;

  private final int self;
  private final Trigger trigger;
  private final long holdPs;
  private final LegacyWiring wiring;

  private boolean asserted;
  private long sequence;
  private long unserved;
  private final Arrivals arrivals = new Arrivals();
  private long arrivalAlarm;
  private long releaseAlarm;
  private long closedLoopLeft;

  /**
   * A quiet device.
   *
   * @param self its component id: the raiser in ids, and the source of its line
   * @param holdPs length of an edge source's pulse, or {@link #HOLD_UNTIL_NEXT}
   */
  public LegacySource(int self, Trigger trigger, long holdPs, LegacyWiring wiring) {
    if (holdPs < 0) {
      throw new IllegalArgumentException("holdPs=" + holdPs);
    }
    this.self = self;
    this.trigger = trigger;
    this.holdPs = holdPs;
    this.wiring = wiring;
  }

  @Override
  public void on(EndpointMessage message, Io<EndpointMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onCommand(EndpointMessage.Command command, Io<EndpointMessage> io) {
    boolean stop = command.what() == EndpointCommands.STOP_LOAD;
    if (command.entry() != ENTRY && !(stop && command.entry() == -1)) {
      io.probe().count(Counter.BAD_ACCESS);
    } else if (command.what() == EndpointCommands.RAISE) {
      raise(command.a() == 0 ? io.nowPs() : command.a(), io);
    } else if (command.what() == EndpointCommands.START_LOAD) {
      stopLoad(io);
      startLoad(ArrivalLaw.decoded(command), io);
    } else if (stop) {
      stopLoad(io);
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
  }

  private void startLoad(ArrivalLaw law, Io<EndpointMessage> io) {
    if (law.kind() == ArrivalLaw.Kind.QUEUE_DEPTH) {
      closedLoopLeft = law.count() < 0 ? Long.MAX_VALUE : law.count();
      submit(law.a(), io);
    } else {
      arrivals.start(law, io.nowPs(), io.rng());
      arrive(io);
    }
  }

  private void stopLoad(Io<EndpointMessage> io) {
    arrivals.stop();
    io.cancel(arrivalAlarm);
    closedLoopLeft = 0;
  }

  // A closed loop: as many again as the driver has just served.
  private void submit(long count, Io<EndpointMessage> io) {
    for (long i = 0; i < count && closedLoopLeft > 0; i++) {
      closedLoopLeft--;
      raise(io.nowPs(), io);
    }
  }

  private void arrive(Io<EndpointMessage> io) {
    long nowPs = io.nowPs();
    long due = arrivals.take(nowPs, Arrivals.NEVER, io.rng());
    while (due != Arrivals.NEVER) {
      raise(due, io);
      due = arrivals.take(nowPs, due, io.rng());
    }
    if (arrivals.nextPs() != Arrivals.NEVER) {
      arrivalAlarm =
          io.alarm(arrivals.waitPs(nowPs), new EndpointMessage.Alarm(ALARM_ARRIVAL, ENTRY));
    }
  }

  @Override
  public void onAlarm(EndpointMessage.Alarm alarm, Io<EndpointMessage> io) {
    if (alarm.what() == ALARM_ARRIVAL) {
      arrive(io);
    } else {
      drive(false, 0, io.nowPs(), io);
    }
  }

  private void raise(long intendedPs, Io<EndpointMessage> io) {
    long id = InterruptId.of(self, ENTRY, ++sequence);
    unserved++;
    io.probe().raised(id);
    io.probe().mark(Mark.RAISE, id, ENTRY, intendedPs);
    boolean edge = trigger == Trigger.EDGE;
    if (asserted && edge && holdPs == HOLD_UNTIL_NEXT) {
      drive(false, 0, io.nowPs(), io);
    }
    if (asserted) {
      io.probe().closed(id, Fate.COLLAPSED_LINE);
      return;
    }
    drive(true, id, intendedPs, io);
    if (edge && holdPs != HOLD_UNTIL_NEXT) {
      releaseAlarm = io.alarm(holdPs, new EndpointMessage.Alarm(ALARM_RELEASE, ENTRY));
    }
  }

  private void drive(boolean level, long id, long raisedPs, Io<EndpointMessage> io) {
    asserted = level;
    boolean toIoApic = wiring.ioApic() != null;
    if (toIoApic) {
      io.send(wiring.ioApic(), new IoApicMessage.Line(wiring.pin(), level, self, id, raisedPs));
    }
    if (wiring.pic() != null) {
      io.send(
          wiring.pic(),
          new PicMessage.Line(wiring.picLine(), level, self, toIoApic ? 0 : id, raisedPs));
    } else if (!toIoApic && id != 0) {
      io.probe().closed(id, Fate.LOST_NO_ROUTE);
    }
  }

  private long acknowledge(Io<EndpointMessage> io) {
    long count = unserved;
    unserved = 0;
    if (asserted) {
      io.cancel(releaseAlarm);
      drive(false, 0, io.nowPs(), io);
    }
    submit(count, io);
    return count;
  }

  @Override
  public void onMmioWrite(EndpointMessage.MmioWrite message, Io<EndpointMessage> io) {
    if (message.offset() == ACKNOWLEDGE) {
      acknowledge(io);
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
  }

  @Override
  public void onMmioRead(EndpointMessage.MmioRead message, Io<EndpointMessage> io) {
    long value = 0;
    if (message.offset() == ACKNOWLEDGE) {
      value = acknowledge(io);
    } else if (message.offset() == COUNT) {
      value = unserved;
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
    answer(message.cpu(), message.tag(), value, io);
  }

  /** It is no PCI function: the write has no effect. */
  @Override
  public void onConfigWrite(EndpointMessage.ConfigWrite message, Io<EndpointMessage> io) {
    io.probe().count(Counter.BAD_ACCESS);
    answer(message.cpu(), message.tag(), 0, io);
  }

  /** It is no PCI function: all ones. */
  @Override
  public void onConfigRead(EndpointMessage.ConfigRead message, Io<EndpointMessage> io) {
    io.probe().count(Counter.BAD_ACCESS);
    answer(message.cpu(), message.tag(), 0xFFFF_FFFFL, io);
  }

  /** It has no PCIe link. */
  @Override
  public void onUpdateFc(EndpointMessage.UpdateFc message, Io<EndpointMessage> io) {
    io.probe().count(Counter.BAD_ACCESS);
  }

  /** It never reads memory. */
  @Override
  public void onLineCompletion(EndpointMessage.LineCompletion message, Io<EndpointMessage> io) {
    io.probe().count(Counter.BAD_ACCESS);
  }

  private void answer(int cpu, int tag, long value, Io<EndpointMessage> io) {
    io.send(wiring.root(), new RootComplexMessage.ReadDone(cpu, tag, value));
  }

  @Override
  public void save(StateWriter out) {
    out.putBoolean(asserted);
    out.putLong(sequence);
    out.putLong(unserved);
    arrivals.save(out);
    out.putLong(arrivalAlarm);
    out.putLong(releaseAlarm);
    out.putLong(closedLoopLeft);
  }

  @Override
  public void load(StateReader in) {
    asserted = in.getBoolean();
    sequence = in.getLong();
    unserved = in.getLong();
    arrivals.load(in);
    arrivalAlarm = in.getLong();
    releaseAlarm = in.getLong();
    closedLoopLeft = in.getLong();
  }

  /** Shows {@code line}, {@code raised}, {@code unserved} and {@code next} (ps, or -1). */
  @Override
  public void inspect(Inspector out) {
    out.value("line", asserted ? 1 : 0);
    out.value("raised", sequence);
    out.value("unserved", unserved);
    out.value("next", arrivals.nextPs());
  }
}
