package irqlab.pcie.endpoint.generic;

import irqlab.observe.Counter;
import irqlab.pcie.endpoint.EndpointContext;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.protocol.ArrivalLaw;
import irqlab.protocol.Arrivals;
import irqlab.protocol.EndpointCommands;
import irqlab.protocol.EndpointMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * A device of n sources of interrupts, each with a count of completions that nobody has reaped.
 *
 * <pre>
 * BAR 0 + 8 * entry   read    completions of this entry since the last read; lets go of the wire
 *                     write   arms the entry (discipline ARMED), else ignored
 * </pre>
 *
 * <p>Load by {@link EndpointCommands}: a raise now, or a law. Under {@link
 * ArrivalLaw.Kind#QUEUE_DEPTH} so many commands are outstanding; each completion that is reaped is
 * followed by a new command, which takes {@link #SERVICE_PS}. A driver that never reads the
 * register reaps nothing, so its closed loop ends with the commands it began with.
 */
public final class GenericDevice implements EndpointModel {
  /** How long a command of a closed loop takes. */
  public static final long SERVICE_PS = 10_000_000;

  private static final int ARRIVAL = 1;
  private static final int SERVED = 2;
  private static final int DROP = 3;

  private final Discipline discipline;
  private final long[] completions;
  private final boolean[] blocked;
  private final long[] oldestPs;
  private final Arrivals[] arrivals;
  private final long[] alarm;
  private final boolean[] closedLoop;
  // Commands that a closed loop may still begin, or -1 for no end.
  private final long[] commandsLeft;
  // How long each raise holds the wire, or 0 until software reads the register.
  private final long[] holdPs;

  /** A device without load; every source may interrupt, armed ones once. */
  public GenericDevice(int entries, Discipline discipline) {
    this.discipline = discipline;
    completions = new long[entries];
    blocked = new boolean[entries];
    oldestPs = new long[entries];
    arrivals = new Arrivals[entries];
    alarm = new long[entries];
    closedLoop = new boolean[entries];
    commandsLeft = new long[entries];
    holdPs = new long[entries];
    for (int entry = 0; entry < entries; entry++) {
      arrivals[entry] = new Arrivals();
    }
  }

  @Override
  public void mmioWrite(int offset, long value, EndpointContext context) {
    int entry = entryOf(offset);
    if (entry < 0) {
      context.count(Counter.BAD_ACCESS);
    } else if (discipline == Discipline.ARMED) {
      blocked[entry] = false;
      if (completions[entry] != 0) {
        interrupt(entry, oldestPs[entry], context);
      }
    }
  }

  @Override
  public long mmioRead(int offset, EndpointContext context) {
    int entry = entryOf(offset);
    if (entry < 0) {
      context.count(Counter.BAD_ACCESS);
      return -1;
    }
    long count = completions[entry];
    completions[entry] = 0;
    if (discipline == Discipline.ACK_REQUIRED) {
      blocked[entry] = false;
    }
    context.lower(entry);
    if (closedLoop[entry]) {
      begin(entry, count, context);
    }
    return count;
  }

  private void begin(int entry, long wanted, EndpointContext context) {
    long count = commandsLeft[entry] < 0 ? wanted : Math.min(wanted, commandsLeft[entry]);
    commandsLeft[entry] -= commandsLeft[entry] < 0 ? 0 : count;
    for (long left = count; left > 0; left--) {
      context.alarm(SERVICE_PS, SERVED, entry);
    }
  }

  private int entryOf(int offset) {
    return (offset & 7) == 0 && offset >>> 3 < completions.length ? offset >>> 3 : -1;
  }

  @Override
  public void command(EndpointMessage.Command command, EndpointContext context) {
    int entry = command.entry();
    if (entry < (command.what() == EndpointCommands.STOP_LOAD ? -1 : 0)
        || entry >= completions.length) {
      context.count(Counter.BAD_ACCESS);
      return;
    }
    switch (command.what()) {
      case EndpointCommands.RAISE:
        complete(entry, command.a() == 0 ? context.nowPs() : command.a(), context);
        break;
      case EndpointCommands.START_LOAD:
        stop(entry, context);
        start(entry, ArrivalLaw.decoded(command), context);
        break;
      case EndpointCommands.STOP_LOAD:
        for (int each = 0; each < completions.length; each++) {
          if (entry < 0 || entry == each) {
            stop(each, context);
          }
        }
        break;
      case EndpointCommands.HOLD_LINE:
        holdPs[entry] = Math.max(0, command.a());
        break;
      default:
        context.count(Counter.BAD_ACCESS);
        break;
    }
  }

  private void start(int entry, ArrivalLaw law, EndpointContext context) {
    if (law.kind() == ArrivalLaw.Kind.QUEUE_DEPTH) {
      closedLoop[entry] = true;
      commandsLeft[entry] = law.count();
      begin(entry, law.a(), context);
    } else {
      arrivals[entry].start(law, context.nowPs(), context.rng());
      arrive(entry, context);
    }
  }

  private void stop(int entry, EndpointContext context) {
    closedLoop[entry] = false;
    arrivals[entry].stop();
    context.cancel(alarm[entry]);
    alarm[entry] = 0;
  }

  @Override
  public void alarm(int what, long data, EndpointContext context) {
    if (what == ARRIVAL) {
      arrive((int) data, context);
    } else if (what == DROP) {
      context.lower((int) data);
    } else if (closedLoop[(int) data]) {
      complete((int) data, context.nowPs(), context);
    }
  }

  private void arrive(int entry, EndpointContext context) {
    Arrivals source = arrivals[entry];
    long now = context.nowPs();
    long due = source.take(now, Arrivals.NEVER, context.rng());
    while (due != Arrivals.NEVER) {
      complete(entry, due, context);
      due = source.take(now, due, context.rng());
    }
    alarm[entry] =
        source.nextPs() == Arrivals.NEVER ? 0 : context.alarm(source.waitPs(now), ARRIVAL, entry);
  }

  private void complete(int entry, long intendedPs, EndpointContext context) {
    if (completions[entry]++ == 0) {
      oldestPs[entry] = intendedPs;
    }
    if (!blocked[entry]) {
      interrupt(entry, intendedPs, context);
    }
  }

  private void interrupt(int entry, long intendedPs, EndpointContext context) {
    blocked[entry] = discipline != Discipline.FREE_RUNNING;
    context.raise(entry, intendedPs);
    if (holdPs[entry] > 0) {
      context.alarm(holdPs[entry], DROP, entry);
    }
  }

  @Override
  public void save(StateWriter out) {
    for (int entry = 0; entry < completions.length; entry++) {
      out.putLong(completions[entry]);
      out.putBoolean(blocked[entry]);
      out.putLong(oldestPs[entry]);
      out.putLong(alarm[entry]);
      out.putBoolean(closedLoop[entry]);
      out.putLong(commandsLeft[entry]);
      out.putLong(holdPs[entry]);
      arrivals[entry].save(out);
    }
  }

  @Override
  public void load(StateReader in) {
    for (int entry = 0; entry < completions.length; entry++) {
      completions[entry] = in.getLong();
      blocked[entry] = in.getBoolean();
      oldestPs[entry] = in.getLong();
      alarm[entry] = in.getLong();
      closedLoop[entry] = in.getBoolean();
      commandsLeft[entry] = in.getLong();
      holdPs[entry] = in.getLong();
      arrivals[entry].load(in);
    }
  }

  @Override
  public void inspect(Inspector out) {
    for (int entry = 0; entry < completions.length; entry++) {
      out.value("completions[" + entry + "]", completions[entry]);
    }
  }
}
